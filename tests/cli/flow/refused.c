#include <leat/flow.h>
#include <leat/node.h>
#include <signal.h>
struct range { double lo, hi; };
int one(int x) { return x + 1; }
void both(int x, int *out_low, int *out_high) { *out_low = x; *out_high = x * 2; }
int use(int low, int high, int one) { return low + high + one; }
leat_flow *told(leat_context *ctx) { return leat_atom("one"); }
leat_flow *made(const struct range *r) { return leat_atom("one"); }
struct range r__default(void) { return (struct range){ 1, 2 }; }
leat_flow *computed(int n) { return leat_atom("one"); }
int n__default(int m) { return m; }
leat_flow *noted(void)
{
    return leat_linear("noted", leat_atom_with("one", "calls(use)"), leat_atom_with("both", "retry(0)"),
                       leat_atom_with("use", "priority(high)"), leat_atom("made"));
}
leat_flow *outer(void) { return leat_linear("outer", leat_atom("both"), leat_atom("use")); }
leat_flow *inner(void) { return leat_atom("use"); }
void two(int x, int dies, int *out_a, int *out_b)
{
    if (dies)
        raise(SIGKILL);
    *out_a = *out_b = x;
}
LEAT_NODE(two, effect(once));
const int dies__default = 0;
leat_flow *pair(void) { return leat_atom("two"); }
