/* payment: an invoice is paid once, whatever becomes of the process.
 *
 *     leat run payment.c --flow invoice --durable to=Ann amount=120
 *     leat resume                                 if it was killed meanwhile
 *
 * The bank is a file; it knows every payment by the key of the call that made it. */
#include <leat/flow.h>
#include <leat/node.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct receipt { char key[33]; char to[16]; int amount; };

/* That it is about to be done is on disk before it is done. */
LEAT_NODE(pay, effect(once));

struct receipt pay(const char *to, int amount, const char *bank, leat_context *ctx)
{
    struct receipt r = { .amount = amount };
    FILE *f = fopen(bank, "a");
    snprintf(r.key, sizeof r.key, "%s", leat_context_key(ctx));
    snprintf(r.to, sizeof r.to, "%s", to);
    if (!f || fprintf(f, "%s %s %d\n", r.key, r.to, amount) < 0 || fclose(f))
        leat_fail("the bank is closed");
    return r;
}

/* Killed in pay, nobody here knows whether it was done. The bank does: it is asked
 * before the flow goes on, with the key of the call that was broken off. */
bool pay__happened(const char *bank, leat_context *ctx, struct receipt *out)
{
    FILE *f = fopen(bank, "r");
    bool found = false;
    while (f && !found && fscanf(f, "%32s %15s %d", out->key, out->to, &out->amount) == 3)
        found = !strcmp(out->key, leat_context_key(ctx));
    if (f)
        fclose(f);
    return found;
}

/* As a letter may be printed twice, nothing is said of it: that is idempotent. */
int letter(const struct receipt *pay)
{
    return printf("%s, we have paid you %d.\n", pay->to, pay->amount);
}

const char *const bank__default = "bank.txt";

leat_flow *invoice(void) { return leat_linear("invoice", leat_atom("pay"), leat_atom("letter")); }
