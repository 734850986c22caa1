/* Atoms that write into a ledger what they did, and die where KILL_AT says so, or
 * interrupt where INTERRUPT_AT does. */
#include <leat/flow.h>
#include <leat/node.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void wrote(const char *what)
{
    int fd = open("ledger", O_WRONLY | O_APPEND | O_CREAT, 0600);
    char line[64];
    int n = snprintf(line, sizeof line, "%s\n", what);
    if (fd < 0 || write(fd, line, (size_t)n) != n)
        abort();
    close(fd);
    const char *at = getenv("KILL_AT"), *here = getenv("INTERRUPT_AT");
    if (at && !strcmp(at, what))
        kill(getpid(), SIGKILL);
    if (here && !strcmp(here, what))
        kill(getpid(), getenv("TERMINATE") ? SIGTERM : SIGINT);
    while (here && !strcmp(here, what) && getenv("AGAIN"))
        kill(getpid(), SIGINT);         /* one that is not delivered yet hides the next */
}

struct note { char *text; int n; };

int a(int x) { wrote("a"); return x + 1; }

struct note b(int x)
{
    wrote("b");
    return (struct note){ strdup("from b"), x + 2 };
}

int c(int a, const struct note *b, leat_context *ctx)
{
    wrote("c");
    if (leat_context_cancelled(ctx))
        leat_fail("a run that is suspended is not cancelled");
    if (leat_context_info(ctx)->attempt < 2)
        leat_fail("once");
    return a * b->n;
}

int e(int c) { wrote("e"); return c; }
int twice(int c) { return 2 * c; }              /* no atom: done again in another life */

int d(int twice, const struct note *b, int bad)
{
    wrote("d");
    if (bad)
        leat_fail("bad: %s", b->text);
    return twice + 1;
}

int a__revert(int a, int x) { wrote("-a"); return a != x + 1; }
int b__revert(const struct note *b) { wrote("-b"); return strcmp(b->text, "from b"); }
int c__revert(int c, int a) { wrote("-c"); return c && !a; }
int d__revert(int d, int twice) { wrote("-d"); return d || !twice; }
int e__revert(int e, const leat_failure *why) { wrote("-e"); return e <= 0 || !why->message; }

leat_flow *line(void)
{
    return leat_linear("line", leat_atom("a"), leat_atom("b"),
                       leat_retry(2, leat_linear("again", leat_atom("c"), leat_atom("e"))), leat_atom("d"));
}
leat_flow *wide(void)
{
    return leat_linear("wide", leat_unordered("ab", leat_atom("a"), leat_atom("b")), leat_retry(2, leat_atom("c")), leat_atom("d"));
}
