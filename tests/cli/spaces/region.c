#include <leat/node.h>
#include <stddef.h>
struct prices { const double *data; size_t len; };
struct range { double lo, hi; };
/** What is spent. */
double total(struct prices prices, double rate)
{
    double sum = 0;
    for (size_t i = 0; i < prices.len; i++)
        sum += prices.data[i];
    return sum * rate;
}
struct range spread(struct prices prices) { return (struct range){ prices.data[0], prices.data[prices.len - 1] }; }
LEAT_NODE(spread, fields(hi = dearest));
double with_tax(double total, double tax) { return total * (1 + tax); }
