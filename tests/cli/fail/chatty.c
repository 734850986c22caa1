/* chatty.c: a node that talks to the engine. */
#include <leat/node.h>
int chat(int n, leat_context *context)
{
    leat_context_log(context, 0, "an \033[1merror");
    leat_context_log(context, 2, "a note");
    leat_context_log(context, 3, "a detail");
    leat_context_progress(context, 1, n);
    return n;
}
