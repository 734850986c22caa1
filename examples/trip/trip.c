/* trip: book a hotel and a car, then pay: all of it, or nothing.
 *
 *     leat run trip.c --flow trip city=Oslo budget=900
 */
#include <leat/flow.h>
#include <leat/node.h>
#include <stdio.h>
#include <string.h>

struct booking { char what[16]; char where[16]; int price; };

/* What a booking costs, and where it is written down, is told on standard error. */
static struct booking book(const char *what, const char *city, int price)
{
    struct booking b = { .price = price };
    snprintf(b.what, sizeof b.what, "%s", what);
    snprintf(b.where, sizeof b.where, "%s", city);
    fprintf(stderr, "booked %s in %s for %d\n", what, city, price);
    return b;
}

static int cancel(const struct booking *b, const leat_failure *why)
{
    if (b)                                  /* NULL: it was never booked */
        fprintf(stderr, "cancelled %s: %s\n", b->what, why->message);
    return 0;
}

struct booking hotel(const char *city) { return book("hotel", city, 600); }
struct booking car(const char *city) { return book("car", city, 200); }

int hotel__revert(const struct booking *hotel, const leat_failure *failure) { return cancel(hotel, failure); }
int car__revert(const struct booking *car, const leat_failure *failure) { return cancel(car, failure); }

/* What is left of the budget. */
int charge(const struct booking *hotel, const struct booking *car, int budget)
{
    if (hotel->price + car->price > budget)
        leat_fail("%d is not enough", budget);
    return budget - hotel->price - car->price;
}

leat_flow *trip(void)
{
    return leat_linear("trip", leat_unordered("book", leat_atom("hotel"), leat_atom("car")), leat_atom("charge"));
}
