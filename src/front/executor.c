/* executor: see leat/executor.h. */
#include "front/executor.h"
#include "base/cores.h"
#include "base/error.h"
#include "base/suggest.h"
#include <errno.h>
#include <leat/ext/sim.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_WORKERS = 1024 };

static leat_executor *make(unsigned workers, bool threads)
{
    leat_executor *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    e->refs = 1;
    e->workers = threads ? workers : 0;
    if (threads && !(e->pool = leat__pool_new(workers, true))) {
        free(e);
        return NULL;
    }
    return e;
}

unsigned leat_usable_cores(void) { return leat__usable_cores(); }

leat_executor *leat_executor_inline(void) { return make(0, false); }

leat_executor *leat_executor_threads(unsigned workers)
{
    if (!workers)
        workers = leat__usable_cores();
    return make(workers > MOST_WORKERS ? MOST_WORKERS : workers, true);
}

/* The digits behind "name=", whole, at most `most`. */
static bool parse_number(const char *text, unsigned long long most, unsigned long long *out)
{
    char *end;
    errno = 0;
    *out = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
    return *text >= '0' && *text <= '9' && !*end && !errno && *out <= most;
}

static bool is(const char *spec, size_t len, const char *name) { return len == strlen(name) && !strncmp(spec, name, len); }

int leat_executor_parse(const char *spec, leat_executor **out, leat_error *err)
{
    const char *equals = strchr(spec, '=');
    size_t len = equals ? (size_t)(equals - spec) : strlen(spec);
    unsigned long long n = 0;
    if (is(spec, len, "threads")) {
        if (equals && (!parse_number(equals + 1, MOST_WORKERS, &n) || !n))
            return leat__fail(err, LEAT_EUSAGE, "executor %s: a number from 1 to %d is expected behind threads=", spec,
                              MOST_WORKERS);
        *out = leat_executor_threads((unsigned)n);
    } else if (is(spec, len, "sim")) {
        leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
        if (equals && !parse_number(equals + 1, UINT64_MAX, &n))
            return leat__fail(err, LEAT_EUSAGE, "executor %s: a number, the seed, is expected behind sim=", spec);
        o.seed = n;
        *out = leat_executor_sim(&o);
    } else if (!strcmp(spec, "inline")) {
        *out = leat_executor_inline();
    } else {
        return leat__fail(err, LEAT_EUSAGE, "no executor %s: there are inline, threads, threads=N and sim=SEED", spec);
    }
    return *out ? 0 : leat__fail_memory(err);
}

leat_executor *leat_executor_ref(leat_executor *e)
{
    if (e)
        atomic_fetch_add_explicit(&e->refs, 1, memory_order_relaxed);
    return e;
}

void leat_executor_unref(leat_executor *e)
{
    if (!e || atomic_fetch_sub_explicit(&e->refs, 1, memory_order_acq_rel) != 1)
        return;
    leat__pool_unref(e->pool);
    free(e);
}

unsigned leat_executor_workers(const leat_executor *e) { return e && e->workers ? e->workers : 1; }
