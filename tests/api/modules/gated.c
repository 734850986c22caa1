/* A flow of three atoms, the first two beside each other, for gates. */
#include "diary.h"
#include <leat/flow.h>
#include <leat/node.h>

LEAT_NODE(a, serial(diary));
LEAT_NODE(b, serial(diary));
int a(void) { wrote("a"); return 1; }
void a__revert(void) { wrote("una"); }
int b(int fails)
{
    wrote("b");
    if (fails)
        leat_fail("it fails");
    return 2;
}
void b__revert(void) { wrote("unb"); }
int c(int a, int b) { wrote("c"); return a + b; }
leat_flow *trip(void)
{
    return leat_linear("trip", leat_unordered("both", leat_atom("a"), leat_atom("b")), leat_atom_with("c", "retry(2)"));
}
