/* jobs: see jobs.h. */
#include "jobs.h"
#include "cli.h"
#include "say.h"
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 1024 };

static const struct { const char *name; double ms; } units[] = {
    { "ms", 1 }, { "s", 1e3 }, { "min", 60e3 }, { "h", 3600e3 }, { "d", 86400e3 },
};

int64_t jobs_duration(const char *text)
{
    char *end;
    double n = *text >= '0' && *text <= '9' ? strtod(text, &end) : -1;
    for (size_t i = 0; n >= 0 && i < sizeof units / sizeof *units; i++)
        if (!strcmp(end, units[i].name) && n * units[i].ms < 1e12)
            return (int64_t)(n * units[i].ms + 0.5);
    return -2;
}

int64_t jobs_deadline(const struct options *o)
{
    const char *text = option_value(o, OPTION_DEADLINE);
    return text ? jobs_duration(text) : -1;
}

/* false: it is no whole number. */
static bool whole(const char *text, int *out)
{
    char *end;
    errno = 0;
    long n = strtol(text, &end, 10);
    *out = (int)n;
    return !errno && end != text && !*end && *text != ' ' && n >= INT_MIN && n <= INT_MAX;
}

int jobs_priority(const struct options *o)
{
    int n = 0;
    const char *text = option_value(o, OPTION_PRIORITY);
    return text && whole(text, &n) ? n : 0;
}

/* 0: it is no number of workers. */
static unsigned number(const char *text)
{
    char *end;
    unsigned long n = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    return n && n <= MOST && !*end ? (unsigned)n : 0;
}

int jobs_check(const struct options *o)
{
    const char *jobs = option_value(o, OPTION_JOBS), *spec = option_value(o, OPTION_EXECUTOR);
    leat_executor *e = NULL;
    leat_error err;
    if (jobs && !number(jobs) && (*jobs || option_is_set(o, OPTION_JOBS))) {
        say(SAY_ERROR, "-j %s: a number from 1 to %d is expected", *jobs ? text_shown(jobs) : "''", MOST);
        return END_USAGE;
    }
    if (jobs_deadline(o) == -2) {
        say(SAY_ERROR, "--deadline=%s: a duration is expected: 500ms, 5s, 2min, 1.5h",
            text_shown(option_value(o, OPTION_DEADLINE)));
        return END_USAGE;
    }
    int n;
    if (option_value(o, OPTION_PRIORITY) && !whole(option_value(o, OPTION_PRIORITY), &n)) {
        say(SAY_ERROR, "--priority=%s: a whole number is expected, as 1 or -1",
            text_shown(option_value(o, OPTION_PRIORITY)));
        return END_USAGE;
    }
    if (!spec)
        return 0;
    if (option_is_set(o, OPTION_JOBS)) {
        say(SAY_ERROR, "-j and --executor both say where nodes run: give one");
        return END_USAGE;
    }
    if (leat_executor_parse(spec, &e, &err) < 0) {
        say(SAY_ERROR, "%s", text_shown(err.message));
        return END_USAGE;
    }
    leat_executor_unref(e);
    return 0;
}

leat_executor *jobs_executor(const struct options *o)
{
    const char *jobs = option_value(o, OPTION_JOBS), *spec = option_value(o, OPTION_EXECUTOR);
    leat_executor *e = NULL;
    unsigned n = jobs ? number(jobs) : 0;
    if (spec)
        return leat_executor_parse(spec, &e, NULL) < 0 ? NULL : e;
    if (!n)
        n = leat_usable_cores();
    /* A node that heeds no deadline or timeout is left behind, which its own thread cannot do. */
    return n == 1 && jobs && *jobs && jobs_deadline(o) < 0 ? leat_executor_inline() : leat_executor_threads(n);
}
