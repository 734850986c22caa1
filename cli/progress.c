/* progress: a call hook, or a display; what it prints is for people and may change. */
#include "progress.h"
#include "cli.h"
#include "display.h"
#include "say.h"
#include "terminal.h"
#include <stdio.h>
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

/* leat_context_log, from whatever thread. */
static void log_(void *user, uint64_t run, const char *node, int level, const char *text)
{
    static const char *const word[] = { "error", "warning", "note", "detail" };
    bool verbose = user;
    (void)run;
    if (level > 2 ? !verbose : level > 0 && say_is_quiet())
        return;
    flockfile(stderr);
    fprintf(stderr, "leat: %s: %s: ", word[level < 0 ? 0 : level > 3 ? 3 : level], node);
    text_show(stderr, text);
    fputc('\n', stderr);
    funlockfile(stderr);
}

static void progress(void *user, uint64_t run, const char *node, double done, double total)
{
    (void)user;
    (void)run;
    if (total >= 0)
        say_plain("%s %.15g of %.15g", node, done, total);
    else
        say_plain("%s %.15g", node, done);
}

enum how { AUTO, TTY, PLAIN, QUIET, NONE, HOWS };

static enum how how_of(const struct options *o)
{
    static const char *const names[] = { "auto", "tty", "plain", "quiet", "none" };
    const char *how = option_value(o, OPTION_PROGRESS);
    int i = 0;
    while (how && i < HOWS && strcmp(how, names[i]))
        i++;
    return (enum how)i;
}

int progress_check(const struct options *o)
{
    if (how_of(o) < HOWS)
        return 0;
    say(SAY_ERROR, "no progress %s: auto, tty, plain or quiet", text_shown(option_value(o, OPTION_PROGRESS)));
    return END_USAGE;
}

/* Where it can be: what is told line by line is not drawn, unless that is asked for. */
static bool draws(const struct options *o)
{
    bool talks = option_is_set(o, OPTION_VERBOSE) || say_is_quiet();
    return (how_of(o) == TTY || (how_of(o) == AUTO && !talks)) && terminal_is_there();
}

static bool tells_lines(const struct options *o)
{
    enum how how = how_of(o);
    return how == PLAIN || (how == AUTO && option_is_set(o, OPTION_VERBOSE)) || (how == TTY && !draws(o));
}

void progress_begin(const struct options *o, leat_run *r)
{
    if (draws(o))
        display_begin(r);
}

void progress_end(void) { display_end(); }

leat_hook *progress_hook(const struct options *o)
{
    static char verbose;            /* its address says so to the hook */
    leat_call_ops ops = LEAT_CALL_OPS_INIT;
    ops.log = log_;
    if (tells_lines(o)) {
        ops.before_node = before;
        ops.after_node = after;
        ops.progress = progress;
    }
    return leat_hook_new(&ops, option_is_set(o, OPTION_VERBOSE) ? &verbose : NULL);
}
