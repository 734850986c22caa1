/* A flow that fails where the input says so. */
#include "diary.h"
#include <leat/flow.h>
#include <leat/node.h>
#include <stdlib.h>

struct room { int number; };
void room_free(struct room *r) { wrote("free"); free(r); }

struct room *book(int number)
{
    struct room *r = malloc(sizeof *r);
    wrote("book");
    r->number = number;
    return r;
}
void book__revert(const struct room *book) { wrote(book ? "unbook" : "?"); }

int floor_(const struct room *book) { return book->number / 100; }      /* no atom */

int pay(const struct room *book, int floor_, int fails, leat_context *ctx)
{
    wrote("pay");
    if (leat_context_info(ctx)->attempt <= fails)
        leat_fail("no money");
    return book->number + floor_;
}

leat_flow *stay(void)
{
    leat_flow *f = leat_flow_add(leat_linear("stay", leat_atom("book")), leat_atom_with("pay", "retry(2)"));
    leat_flow_free(leat_retry(2, leat_unordered("other", leat_atom("x"))));
    return f;
}
struct list { int *data; size_t len; };
struct list broken_list(void) { wrote("list"); return (struct list){ NULL, 3 }; }
void broken_list__revert(void) { wrote("unlist"); }
leat_flow *lists(void) { return leat_linear("lists", leat_atom("book"), leat_atom("broken_list")); }
LEAT_NODE(sooner, serial(diary));
LEAT_NODE(later, serial(diary), after(sooner));
int later(void) { wrote("later"); return 2; }
int sooner(void) { wrote("sooner"); return 1; }
leat_flow *ordered(void) { return leat_graph("ordered", leat_atom("later"), leat_retry(2, leat_atom("sooner"))); }
leat_flow *ordered_too(void) { return leat_graph("ordered_too", leat_atom("later"), leat_atom("sooner")); }
leat_flow *brief(void) { return leat_linear("brief", leat_atom_with("book", "retry(2)")); }
leat_flow *forgot(void) { return leat_linear("forgot", leat_atom("pay")); }
leat_flow *nothing(void) { return leat_graph("nothing", leat_linear("inner", leat_atom("no_such"))); }
