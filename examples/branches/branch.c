/* One branch of a shop. Run it alone, or once for each branch under a name. */
#include <stddef.h>

struct sale { char date[11]; double amount; };                  /* columns of north.csv */
struct sales { const struct sale *data; size_t len; };
struct summary { double total; struct sale best; };

/** All that was sold, and the best day. */
struct summary summary(struct sales sales)
{
    struct summary s = { 0 };
    for (size_t i = 0; i < sales.len; i++) {
        s.total += sales.data[i].amount;
        if (sales.data[i].amount > s.best.amount)
            s.best = sales.data[i];
    }
    return s;
}

/** What stays in the branch. A parameter summary__total is field total of summary. */
double profit(double summary__total, double share)
{
    return summary__total * share;
}
