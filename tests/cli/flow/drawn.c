#include <leat/flow.h>
#include <leat/node.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
int one(void) { return 1; }
int hard(int one, leat_context *ctx)
{
    int attempt = leat_context_info(ctx)->attempt;
    if (attempt == 2 && access("died", F_OK) < 0) {
        fclose(fopen("died", "w"));
        raise(SIGKILL);
    }
    if (attempt < 3)
        leat_fail("not yet");
    return one + attempt;
}
const int tries__default = 1;
leat_flow *drawn(int tries, const char *name) { return leat_linear(name, leat_atom("one"), leat_retry(tries, leat_atom("hard"))); }
