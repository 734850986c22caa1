/* executor: see leat/executor.h. */
#include "front/executor.h"
#include "base/cores.h"
#include "base/error.h"
#include "base/suggest.h"
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

int leat_executor_parse(const char *spec, leat_executor **out, leat_error *err)
{
    const char *equals = strchr(spec, '=');
    size_t len = equals ? (size_t)(equals - spec) : strlen(spec);
    unsigned workers = 0;
    if (len == 7 && !strncmp(spec, "threads", len)) {
        char *end = NULL;
        unsigned long n = equals && equals[1] >= '0' && equals[1] <= '9' ? strtoul(equals + 1, &end, 10) : 0;
        if (equals && (!end || *end || !n || n > MOST_WORKERS))
            return leat__fail(err, LEAT_EUSAGE, "executor %s: a number from 1 to %d is expected behind threads=", spec,
                              MOST_WORKERS);
        workers = (unsigned)n;
        *out = leat_executor_threads(workers);
    } else if (!strcmp(spec, "inline")) {
        *out = leat_executor_inline();
    } else {
        return leat__fail(err, LEAT_EUSAGE, "no executor %s: there are inline, threads and threads=N", spec);
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
