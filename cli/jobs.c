/* jobs: see jobs.h. */
#include "jobs.h"
#include "cli.h"
#include "say.h"
#include <stdlib.h>

enum { MOST = 1024 };

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
    if (jobs && *jobs && !number(jobs)) {
        say(SAY_ERROR, "-j %s: a number from 1 to %d is expected", text_shown(jobs), MOST);
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
    return n == 1 ? leat_executor_inline() : leat_executor_threads(n);
}
