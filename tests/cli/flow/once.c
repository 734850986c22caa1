#include <leat/flow.h>
#include <leat/node.h>
#include <signal.h>
#include <string.h>
int pay(int amount, int dies, leat_context *ctx)
{
    if (dies)
        raise(SIGKILL);
    return amount ? (int)strlen(leat_context_key(ctx)) : 0;
}
LEAT_NODE(pay, effect(once));
const int dies__default = 0;
leat_flow *order(void) { return leat_linear("order", leat_atom("pay")); }
int tell(int pay) { return pay; }
leat_flow *twice(void) { return leat_retry(2, leat_linear("twice", leat_atom("pay"), leat_atom("tell"))); }
