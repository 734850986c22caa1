/* What a phone call costs: several functions for one name, chosen by config.
 *
 *     leat nodes tariff.c
 *     leat run tariff.c bill minutes=12 country=norway line=mobile
 *     leat run tariff.c bill minutes=12 country=norway fee=1.5
 *     leat run tariff.c bill minutes=12 --override cost=5
 *     leat nodes tariff.c --tag audience=customer
 */
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>

/* --- the price of a minute --- */

/* Anywhere, by any line. */
double minute(void) { return 0.30; }

double minute__country__norway(void) { return 0.20; }

/* Both must be so: this one says more, and goes before the one above. */
double minute__country__norway__line__mobile(double minute_at_home)
{
    return minute_at_home * 1.5;
}

/* No name of C can say these values. */
double minute_of_islands(void) { return 0.90; }
LEAT_NODE(minute_of_islands, as(minute), when(country = ("st-helena", "falklands"), line != satellite));

const double minute_at_home__default = 0.05;

/* --- what is added --- */

double fee__line__mobile__default(void) { return 0.1; }
const double fee__default = 0;

double cost(int minutes, double minute, double fee) { return minutes * minute + fee; }

char *bill(int minutes, double cost)
{
    char *text = malloc(80);
    if (text)
        snprintf(text, 80, "%d minutes: %.2f", minutes, cost);
    return text;
}
LEAT_NODE(bill, tag(audience = customer, owner = "billing"));
LEAT_NODE(cost, tag(owner = "billing"));
