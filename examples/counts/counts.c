/* counts: a log of readings, a line each, counted by sensor as it is read.
 *
 *     leat run counts.c --stream counts readings=readings.csv
 *
 * source -> parse -> by sensor to two counters -> one table. However long the log,
 * memory stays as it is, and each sensor is counted by one counter alone. */
#include <leat/node.h>
#include <leat/stream.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct line { char text[80]; };
struct reading { char sensor[16]; double celsius; };
struct summary { char sensor[16]; size_t readings; double coldest, warmest; };

/* --- the source: its state is the open file, made by the node of that name --- */

struct lines { FILE *file; };

struct lines *lines(const char *readings)
{
    FILE *file = fopen(readings, "r");
    struct lines *lines = file ? malloc(sizeof *lines) : NULL;
    if (!file)
        leat_fail("cannot read %s", readings);
    if (lines)
        lines->file = file;
    return lines;
}

void lines_close(struct lines *lines)
{
    if (lines)
        fclose(lines->file);
    free(lines);
}

bool next_line(struct lines *lines, struct line *out)
{
    return fgets(out->text, sizeof out->text, lines->file) != NULL;
}

/* --- from lines to readings; a header and empty lines are none --- */

bool parse(const struct line *line, struct reading *out)
{
    return sscanf(line->text, "%15[^,],%lf", out->sensor, &out->celsius) == 2;
}

/* `absurd` is an input: values below it are slips of the instrument. */
const double absurd__default = -90;

bool is_possible(const struct reading *reading, double absurd)
{
    return reading->celsius >= absurd;
}

/* --- counted: a state of zeros in each instance --- */

enum { MOST_SENSORS = 64 };
struct counter { size_t sensors; struct summary summary[MOST_SENSORS]; };

struct summary count(struct counter *counter, const struct reading *reading)
{
    struct summary none = { "", 0, 0, 0 };
    size_t i = 0;
    while (i < counter->sensors && strcmp(counter->summary[i].sensor, reading->sensor))
        i++;
    if (i == MOST_SENSORS)
        return leat_fail("%s is one sensor too many", reading->sensor), none;
    struct summary *s = &counter->summary[i];
    if (i == counter->sensors) {
        counter->sensors++;
        memcpy(s->sensor, reading->sensor, sizeof s->sensor);
        s->coldest = s->warmest = reading->celsius;
    }
    s->readings++;
    s->coldest = reading->celsius < s->coldest ? reading->celsius : s->coldest;
    s->warmest = reading->celsius > s->warmest ? reading->celsius : s->warmest;
    return *s;
}

/* --- the result: the last summary of each sensor --- */

struct table { struct summary *data; size_t len; };

struct table *table(void) { return calloc(1, sizeof(struct table)); }

void keep(struct table *table, const struct summary *summary)
{
    for (size_t i = 0; i < table->len; i++)
        if (!strcmp(table->data[i].sensor, summary->sensor)) {
            table->data[i] = *summary;
            return;
        }
    struct summary *more = realloc(table->data, (table->len + 1) * sizeof *more);
    if (!more) {
        leat_fail("out of memory");
        return;
    }
    table->data = more;
    table->data[table->len++] = *summary;
}

const int counters__default = 2;

leat_stream *counts(int counters)
{
    return leat_pipeline(
        leat_source("next_line"),
        leat_filter("parse"),
        leat_filter("is_possible"),
        leat_key_by("sensor"),
        leat_parallel(counters, leat_map("count")),
        leat_sink("keep"));
}
