/* progress: a call hook; what it prints is for people and may change. */
#include "progress.h"
#include "cli.h"
#include "say.h"
#include <string.h>
#include <time.h>

static _Thread_local double began_ms;

double progress_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int before(void *user, const leat_call *call)
{
    (void)user;
    (void)call;
    began_ms = progress_clock_ms();
    return 0;
}

static int after(void *user, const leat_call *call)
{
    (void)user;
    double took = progress_clock_ms() - began_ms;
    say_plain("%s %s %.3g ms", call->node, call->code ? "failed after" : "ran in", took);
    return 0;
}

int progress_hook(const struct options *o, leat_hook **out_hook)
{
    const char *how = option_value(o, OPTION_PROGRESS);
    bool plain = how && !strcmp(how, "plain"), quiet = how && !strcmp(how, "quiet");
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    *out_hook = NULL;
    if (how && (!strcmp(how, "auto") || !strcmp(how, "tty"))) {
        say(SAY_ERROR, "not yet: --progress=%s", how);
        return END_USAGE;
    }
    if (how && !plain && !quiet) {
        say(SAY_ERROR, "no progress %s: plain or quiet", text_shown(how));
        return END_USAGE;
    }
    if (!plain && (quiet || !option_is_set(o, OPTION_VERBOSE)))
        return 0;
    ops.before_node = before;
    ops.after_node = after;
    *out_hook = leat_hook_new(&ops, NULL);
    return 0;
}
