/* Atoms that may be done once only, and write into a ledger what they did, with their
 * keys. They die where KILL_AT says so: "pay" behind its entry, "<pay" before it. */
#include <leat/flow.h>
#include <leat/node.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void die_at(const char *before, const char *what)
{
    const char *at = getenv("KILL_AT");
    size_t n = strlen(before);
    if (at && !strncmp(at, before, n) && !strcmp(at + n, what))
        kill(getpid(), SIGKILL);
}

static void wrote(const char *what, const leat_context *ctx)
{
    char line[100];
    int n = snprintf(line, sizeof line, "%s %s\n", what, leat_context_key(ctx));
    die_at("<", what);
    int fd = open("ledger", O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (fd < 0 || write(fd, line, (size_t)n) != n)
        abort();
    close(fd);
    die_at("", what);
}

static bool was_written(const char *what, const leat_context *ctx)
{
    char line[100], wanted[100];
    bool found = false;
    FILE *f = fopen("ledger", "r");
    snprintf(wanted, sizeof wanted, "%s %s\n", what, leat_context_key(ctx));
    while (f && fgets(line, sizeof line, f))
        found |= !strcmp(line, wanted);
    if (f)
        fclose(f);
    return found;
}

struct receipt { char *who; int sum; };
LEAT_NODE(pay, effect(once));
LEAT_NODE(post, effect(once));

int first(int x, leat_context *ctx) { wrote("first", ctx); return x + 1; }
int thrice(int first) { return 3 * first; }         /* no atom */

static struct receipt receipt(const char *who, int sum) { return (struct receipt){ strdup(who), sum }; }

struct receipt pay(int thrice, const char *who, leat_context *ctx)
{
    wrote("pay", ctx);
    return receipt(who, thrice);
}
bool pay__happened(int thrice, const char *who, leat_context *ctx, struct receipt *out)
{
    if (!was_written("pay", ctx))
        return false;
    *out = receipt(who, thrice);
    return true;
}
int pay__revert(const struct receipt *pay, leat_context *ctx)
{
    wrote("-pay", ctx);
    return !pay || strcmp(pay->who, "Ann");
}

int check(const struct receipt *pay, leat_context *ctx)
{
    wrote("check", ctx);
    if (leat_context_info(ctx)->attempt < 2)
        leat_fail("not yet");
    return pay->sum;
}

void post(int check, leat_context *ctx) { wrote("post", ctx); (void)check; }
int first__revert(int first, leat_context *ctx) { wrote("-first", ctx); return first < 0; }

int last(int check, int bad, leat_context *ctx)
{
    wrote("last", ctx);
    if (bad)
        leat_fail("bad");
    return check;
}

leat_flow *buy(void)
{
    return leat_linear("buy", leat_atom("first"), leat_retry(2, leat_linear("paid", leat_atom("pay"), leat_atom("check"))),
                       leat_atom("post"), leat_atom("last"));
}
