#include <leat/flow.h>
#include <leat/node.h>
#include <stdio.h>
struct booking { int nights, price; };
struct booking hotel(int nights) { return (struct booking){ nights, nights * 100 }; }
int car(int nights) { return nights * 40; }
int charge(const struct booking *hotel, int car, int budget, leat_context *ctx)
{
    int need = hotel->price + car * leat_context_info(ctx)->attempt;
    if (need > budget)
        leat_fail("%d of %d", need, budget);
    return need;
}
int hotel__revert(const struct booking *hotel, int nights, leat_context *ctx)
{
    fprintf(stderr, "%s hotel %d for %d nights\n", leat_context_info(ctx)->purpose, hotel ? hotel->price : -1, nights);
    return nights > 8;
}
void car__revert(int car, const leat_failure *why) { fprintf(stderr, "car %d: %s, %s\n", car, why->node, why->message); }
void charge__revert(int charge) { fprintf(stderr, "charge %d\n", charge); }
leat_flow *trip(int nights)
{
    leat_flow *book = leat_linear("book", leat_atom("hotel"), leat_atom("car"));
    if (nights < 0)
        leat_fail("%d nights", nights);
    return leat_linear("trip", nights > 4 ? leat_retry(2, book) : book, leat_atom("charge"));
}
leat_flow *loop(void) { return leat_linear("loop", leat_atom("charge"), leat_atom("hotle"), leat_atom("car")); }
leat_flow *again(void)
{
    return leat_retry(3, leat_linear("again", leat_atom("car"), leat_atom("sometimes")));
}
int sometimes(leat_context *ctx, int good)
{
    if (leat_context_info(ctx)->attempt < good)
        leat_fail("not yet");
    return good;
}
int tell(int sometimes) { return sometimes * 10; }
