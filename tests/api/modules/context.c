/* Nodes that talk to the engine. */
#include "diary.h"
#include <leat/node.h>
#include <stdio.h>

int telling(leat_context *engine, int n)
{
    leat_context_log(engine, 2, "a note");
    leat_context_log(engine, 1, "a \033warning");
    leat_context_progress(engine, n / 2, n);
    leat_context_progress(engine, 3, -1);
    return leat_context_cancelled(engine);
}
char *who(int n, leat_context *engine, int m)
{
    const leat_task_info *i = leat_context_info(engine);
    char *text = malloc(200);
    snprintf(text, 200, "%s %s %d %lld %d %d", i->node, i->purpose, i->attempt, (long long)i->depth, n, m);
    return text;
}
LEAT_NODE(whom, calls(who), bind(n = 1, m = 2));
int alone(void)
{
    leat_context_log(NULL, 0, "nobody hears");
    leat_context_progress(NULL, 1, 2);
    return telling(NULL, 4) + (leat_context_info(NULL) == NULL);
}
double run_number(leat_context *c) { return (double)leat_context_info(c)->run; }
int cancelled_after_failing(leat_context *c, int n)
{
    wrote(leat_context_cancelled(c) ? "yes" : "no");
    leat_context_fail(c, "n is %d", n);
    wrote(leat_context_cancelled(c) ? "yes" : "no");
    return n;
}
struct pair { int a; double b; };
struct pair pair(int a, double b) { return (struct pair){ a, b }; }
double sum(const struct pair *pair, const char *label) { return pair->a + pair->b + (double)strlen(label); }
void sink(double sum) { (void)sum; }
void parts(double sum, double *out_lo, double *out_hi) { *out_lo = sum - 1; *out_hi = sum + 1; }
int plain(int a) { return a + 1; }
