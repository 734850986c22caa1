/* What may not be written, taken or read late. Lines count: the tests name them. */
#include <leat/node.h>
struct box { int n; };
struct box box(int n) { return (struct box){ n }; }
void first(struct box *box) { box->n = 1; }
void second(struct box *box) { box->n = 2; }

struct jar { int n; };
struct jar jar(int n) { return (struct jar){ n }; }

int fills(struct jar *jar) { return jar->n++; }
int late(const struct jar *jar, int fills) { return jar->n + fills; }

struct tin { int n; };
struct tin tin(int n) { return (struct tin){ n }; }
const int *label(const struct tin *tin) { return &tin->n; }
int empties(struct tin *tin) { return tin->n = 0; }
int behind(const int *label, int empties) { return *label + empties; }

struct pie { int n; };
struct pie *pie(int n);
void pie_free(struct pie *p);
struct pie *pie(int n) { (void)n; return 0; }
void pie_free(struct pie *p) { (void)p; }
void eats(struct pie *pie) { (void)pie; }
LEAT_NODE(eats, takes(pie));
void looks_at(const struct pie *pie) { (void)pie; }

struct pot { int n; };
const struct pot *pot(int n) { static struct pot p; p.n = n; return &p; }
void spoils(struct pot *pot) { pot->n = 0; }
