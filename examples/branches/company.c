/* The company: two branches, one source, `-m north=branch.c -m south=branch.c`. */
struct sale { char date[11]; double amount; };

double profit(double north__profit, double south__profit)
{
    return north__profit + south__profit;
}

/** A field of a field: the best day of each branch. */
const char *best_day(const struct sale *north__summary__best, const struct sale *south__summary__best)
{
    return north__summary__best->amount >= south__summary__best->amount ? north__summary__best->date
                                                                        : south__summary__best->date;
}
