/* shelter: how many beds a town makes on a cold night. The same functions, run
 *
 *     once      leat run shelter.c beds days=@seattle.csv date=2014/02/05
 *     safely    leat run shelter.c --flow evening days=@seattle.csv date=2014/02/05 funds=1200
 *     for ever  leat run shelter.c --stream winters log=seattle.csv
 */
#include <leat/flow.h>
#include <leat/node.h>
#include <leat/stream.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct day  { char date[11]; double temp_min, wind; };      /* degrees Celsius, m/s */
struct days { const struct day *data; size_t len; };

/* --- what all three ways run --- */

/* What the coldest hour feels like: the wind chill index, where there is any wind. */
double felt(const struct day *day)
{
    double t = day->temp_min, kmh = day->wind * 3.6;
    if (t > 10 || kmh < 4.8)
        return t;
    return 13.12 + 0.6215 * t + (0.3965 * t - 11.37) * pow(kmh, 0.16);
}

const double bearable__default = -5;

/* Ten for every degree that it feels colder than bearable. */
int beds(double felt, double bearable)
{
    return felt < bearable ? 10 * (int)ceil(bearable - felt) : 0;
}

/* --- once: names wire them --- */

const struct day *day(struct days days, const char *date)
{
    for (size_t i = 0; i < days.len; i++)
        if (!strcmp(days.data[i].date, date))
            return &days.data[i];
    leat_fail("no day %s among %zu", date, days.len);
    return NULL;
}

/* --- safely: three steps that cost money, and what undoes them --- */

static int order(const char *what, int price)
{
    fprintf(stderr, "ordered %s for %d\n", what, price);
    return price;
}

static int call_off(const char *what, int price, const leat_failure *why)
{
    if (price)                              /* 0: it was never ordered */
        fprintf(stderr, "called off %s for %d: %s\n", what, price, why->message);
    return 0;
}

int hall(int beds)    { return order("a hall", 100 + 2 * beds); }
int wardens(int beds) { return order("wardens", 80 * (1 + beds / 30)); }

int hall__revert(int hall, const leat_failure *failure)       { return call_off("a hall", hall, failure); }
int wardens__revert(int wardens, const leat_failure *failure) { return call_off("wardens", wardens, failure); }

/* What is left when all have eaten: no night without soup. */
int soup(int beds, int hall, int wardens, int funds)
{
    int left = funds - hall - wardens - 5 * beds;
    if (left < 0)
        leat_fail("soup for %d: %d are missing", beds, -left);
    return left;
}

leat_flow *evening(void)
{
    return leat_linear("evening", leat_atom("hall"), leat_atom("wardens"), leat_atom("soup"));
}

/* --- for ever: days come from a log, which may never end --- */

struct log { FILE *file; };

void log_fini(struct log *nights) { fclose(nights->file); }

struct log nights(const char *log)
{
    struct log nights = { fopen(log, "r") };
    if (!nights.file)
        leat_fail("cannot read %s", log);
    return nights;
}

bool next_night(struct log *nights, struct day *out)
{
    char line[128];
    while (fgets(line, sizeof line, nights->file))      /* a header is no day */
        if (sscanf(line, "%10[^,],%*f,%*f,%lf,%lf", out->date, &out->temp_min, &out->wind) == 3)
            return true;
    return false;
}

/* The state of the sink: zeros at first, and the result at the end. */
struct season { int nights, open, beds, most; };

void keep(struct season *season, int beds)
{
    season->nights++;
    season->open += beds > 0;
    season->beds += beds;
    season->most = beds > season->most ? beds : season->most;
}

leat_stream *winters(void)
{
    return leat_pipeline(leat_source("next_night"), leat_map("felt"), leat_map("beds"), leat_sink("keep"));
}
