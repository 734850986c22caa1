/* A weather report from daily records: every function below is a node.
 *
 *     leat run weather.c anomaly days=@seattle.csv normal=11.5
 *     leat run weather.c -r report days=@seattle.csv normal=11.5
 *     leat run weather.c months -o months.csv days=@seattle.csv
 *     leat nodes weather.c
 *     leat graph weather.c report
 *
 * seattle.csv: the days of 2012 to 2015 in Seattle; see README.md beside it. */
#include <leat/node.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum weather { drizzle, fog, rain, snow, sun };     /* read and printed by name */

/* Columns of the file, by name; one that no member is named after is skipped. */
struct day {
    char date[11];                                  /* 2012/01/31 */
    double precipitation, temp_max, temp_min, wind;
    enum weather weather;
};

/* {const T *data; size_t len;} looks at an array, {T *data; size_t len;} owns one. */
struct days   { const struct day *data; size_t len; };
struct month  { int year, month, days; double mean_temp, rain; };
struct months { struct month *data; size_t len; };
struct sky    { enum weather weather; int days; };
struct skies  { struct sky *data; size_t len; };

static double middle(const struct day *d)
{
    return (d->temp_max + d->temp_min) / 2;
}

/* --- numbers --- */

/* Of all days, each the middle of its extremes. */
double mean_temp(struct days days)
{
    double sum = 0;
    if (!days.len)
        leat_fail("no days to average");
    for (size_t i = 0; i < days.len; i++)
        sum += middle(&days.data[i]);
    return sum / days.len;
}

/* How much warmer than normal it was. */
double anomaly(double mean_temp, double normal)
{
    return mean_temp - normal;
}

/* Millimetres in all. */
double rain_total(struct days days)
{
    double sum = 0;
    for (size_t i = 0; i < days.len; i++)
        sum += days.data[i].precipitation;
    return sum;
}

/* Nights colder than a limit: itself a node, and by note two more. */
int nights_below(struct days days, double limit)
{
    int n = 0;
    for (size_t i = 0; i < days.len; i++)
        n += days.data[i].temp_min < limit;
    return n;
}
LEAT_NODE(frosts, calls(nights_below), bind(limit = 0));
LEAT_NODE(hard_frosts, calls(nights_below), bind(limit = -5));

const double hot__default = 30;     /* used when nobody gives `hot` */

/* The longest run of days that reach `hot`. With an `out` parameter the result
 * says how it went (0: good) and *out is the node's value. */
int hot_spell(struct days days, double hot, int *out)
{
    int run = 0, longest = 0;
    for (size_t i = 0; i < days.len; i++) {
        run = days.data[i].temp_max >= hot ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    *out = longest;
    return days.len ? 0 : -1;
}

/* --- days --- */

/* Two values, nodes `hottest` and `coldest`. */
void extremes(struct days days, struct day *out_hottest, struct day *out_coldest)
{
    if (!days.len) {
        leat_fail("no days to choose from");
        return;
    }
    *out_hottest = *out_coldest = days.data[0];
    for (size_t i = 1; i < days.len; i++) {
        if (days.data[i].temp_max > out_hottest->temp_max)
            *out_hottest = days.data[i];
        if (days.data[i].temp_min < out_coldest->temp_min)
            *out_coldest = days.data[i];
    }
}

/* `const T *`: borrowed. `days` lives as long as somebody looks at the result;
 * NULL, no snow, would be a failure of this node. */
const struct day *last_snow(struct days days)
{
    for (size_t i = days.len; i-- > 0;)
        if (days.data[i].weather == snow)
            return &days.data[i];
    return NULL;
}

/* --- months --- */

static bool same_month(const char *date, const struct month *m)
{
    return atoi(date) == m->year && atoi(date + 5) == m->month;
}

/* An owned array: Leat frees it after its last reader. */
struct months months(struct days days)
{
    struct months all = { calloc(days.len + 1, sizeof(struct month)), 0 };
    struct month *m = all.data;
    if (!m) {
        leat_fail("out of memory");
        return all;
    }
    for (size_t i = 0; i < days.len; i++) {
        const struct day *d = &days.data[i];
        if (!all.len || !same_month(d->date, m)) {
            m = &all.data[all.len++];
            m->year = atoi(d->date);
            m->month = atoi(d->date + 5);
        }
        m->days++;
        m->mean_temp += middle(d);      /* a sum until the month is whole */
        m->rain += d->precipitation;
    }
    for (size_t i = 0; i < all.len; i++)
        all.data[i].mean_temp /= all.data[i].days;
    return all;
}

/* The month of most rain: a struct by value. */
struct month wettest(struct months months)
{
    struct month most = { 0 };
    for (size_t i = 0; i < months.len; i++)
        if (months.data[i].rain > most.rain)
            most = months.data[i];
    return most;
}

/* Degrees a year: the slope of the least-squares line through the months. */
double trend(struct months months)
{
    double n = months.len, x = 0, y = 0, xx = 0, xy = 0;
    for (size_t i = 0; i < months.len; i++) {
        double at = i / 12.0, temp = months.data[i].mean_temp;
        x += at;
        y += temp;
        xx += at * at;
        xy += at * temp;
    }
    return (n * xy - x * y) / (n * xx - x * x);
}

/* --- skies --- */

static int more_days(const void *a, const void *b)
{
    return ((const struct sky *)b)->days - ((const struct sky *)a)->days;
}

/* How often it was what, most often first. */
struct skies skies(struct days days)
{
    struct skies all = { calloc(sun + 1, sizeof(struct sky)), sun + 1 };
    if (!all.data) {
        leat_fail("out of memory");
        return all;
    }
    for (int i = 0; i <= sun; i++)
        all.data[i].weather = i;
    for (size_t i = 0; i < days.len; i++)
        all.data[days.data[i].weather].days++;
    qsort(all.data, all.len, sizeof *all.data, more_days);
    return all;
}

/* An enum prints by name. */
enum weather usual_sky(struct skies skies)
{
    return skies.data[0].weather;
}

/* --- a table of its own kind --- */

/* Mean temperatures, a year a row. Leat cannot see how long `cell` is: the type
 * is opaque to it, and table_free, found by its name, destroys it. */
struct table { int first_year, years; double *cell; };

void table_free(struct table *t)
{
    if (t)
        free(t->cell);
    free(t);
}

/* `T *`: handed over, destroyed after its last reader. */
struct table *table(struct months months)
{
    struct table *t = calloc(1, sizeof *t);
    if (!t || !months.len)
        return t;
    t->first_year = months.data[0].year;
    t->years = months.data[months.len - 1].year - t->first_year + 1;
    t->cell = calloc(t->years, 12 * sizeof *t->cell);
    if (!t->cell) {
        table_free(t);
        return NULL;
    }
    for (size_t i = 0; i < months.len; i++) {
        const struct month *m = &months.data[i];
        t->cell[12 * (m->year - t->first_year) + m->month - 1] = m->mean_temp;
    }
    return t;
}

/* --- text --- */

/* A `char *` result is handed over too; free() is known to Leat. */
char *table_text(const struct table *table)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    fputs("year  Jan   Feb   Mar   Apr   May   Jun   Jul   Aug   Sep   Oct   Nov   Dec", f);
    for (int y = 0; y < table->years; y++) {
        fprintf(f, "\n%d", table->first_year + y);
        for (int m = 0; m < 12; m++)
            fprintf(f, m ? "%6.1f" : "%5.1f", table->cell[12 * y + m]);
    }
    fclose(f);
    return text;
}

/* One line of what matters. */
char *headline(double anomaly, double trend, enum weather usual_sky)
{
    static const char *const name[] = { "drizzle", "fog", "rain", "snow", "sun" };
    char line[128];
    snprintf(line, sizeof line, "mostly %s, %.2f degrees %s normal, %+.2f a year",
             name[usual_sky], anomaly < 0 ? -anomaly : anomaly, anomaly < 0 ? "below" : "above", trend);
    return strdup(line);
}

/* What makes a report is what its parameters name. */
char *report(struct days days, const char *headline, const struct day *hottest,
             const struct day *coldest, const struct month *wettest, const struct day *last_snow,
             double rain_total, int frosts, int hot_spell, const char *table_text)
{
    char *text = NULL;
    size_t size;
    FILE *f = open_memstream(&text, &size);
    if (!f)
        return NULL;
    fprintf(f, "Seattle, %zu days from %s to %s: %s\n", days.len, days.data[0].date,
            days.data[days.len - 1].date, headline);
    fprintf(f, "hottest    %s  %5.1f degrees; %d days in a row at most\n", hottest->date,
            hottest->temp_max, hot_spell);
    fprintf(f, "coldest    %s  %5.1f degrees; %d frosts\n", coldest->date, coldest->temp_min, frosts);
    fprintf(f, "wettest    %d/%02d     %5.0f mm of %.0f mm\n", wettest->year, wettest->month,
            wettest->rain, rain_total);
    fprintf(f, "last snow  %s\n\n%s", last_snow->date, table_text);
    fclose(f);
    return text;
}
