/* Fields that are not there or cannot be read so; the test names the lines. */
#include <leat/node.h>
#include <stdlib.h>
struct place { double lat, lon; };
struct table { struct place place; double rain; char *title; unsigned flag : 3; double norms[2]; union { int i; float f; } u; };
struct table *table(int n) { (void)n; return NULL; }
void table_free(struct table *t) { free(t); }
int unknown(double table__rian) { return (int)table__rian; }
int deeper(double table__place__lta) { return (int)table__place__lta; }
int bits(unsigned table__flag) { return (int)table__flag; }
int number(double table__rain__x) { return (int)table__rain__x; }
int member(int table__u__i) { return table__u__i; }
int type(float table__rain) { return (int)table__rain; }
int lends(char *table__title) { return *table__title; }
int lends_struct(struct place *table__place) { return (int)table__place->lat; }
int lends_array(double *table__norms) { return (int)*table__norms; }
int nobody(int nothing__x) { return nothing__x; }
int takes(const char *title) { free((char *)title); return 1; }
LEAT_NODE(takes, bind(title = table.title), takes(title));
int binds(double x) { return (int)x; }
LEAT_NODE(binds, bind(x = table.rein));
struct hidden;
const struct hidden *hidden(const struct table *table);
const struct hidden *hidden(const struct table *table) { return (const struct hidden *)table; }
int peeks(int hidden__x) { return hidden__x; }
struct maybe { int x; };
const struct maybe *maybe(const struct table *table) { (void)table; return NULL; }
LEAT_NODE(maybe, nullable);
int of_null(int maybe__x) { return maybe__x; }
int writer(struct table *table) { return table->flag; }
int after_writer(const char *table__title, int writer) { return *table__title + writer; }
struct range { double lo, hi; };
struct range range(int n) { return (struct range){ n, n }; }
LEAT_NODE(range, fields(low, lo = a.b, 3));
double pair(int n) { return n; }
LEAT_NODE(pair, elements(one, two));
LEAT_NODE(nowhere, fields(a));
