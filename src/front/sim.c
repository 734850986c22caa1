/* sim: see leat/ext/sim.h. */
#include "run/sim.h"
#include "front/executor.h"
#include "run/worker.h"
#include <leat/ext/sim.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_WORKERS = 4 };

/* A pool of one, which no thread ever works for. */
static struct leat__pool *make_pool(const struct leat__sim_spec *spec)
{
    struct leat__pool *p = leat__pool_new(1, false);
    if (p && !(p->sim = leat__sim_new(spec))) {
        leat__pool_unref(p);
        return NULL;
    }
    if (p)
        p->rings.unhurried = true;      /* the machine's clock says nothing */
    return p;
}

leat_executor *leat_executor_sim(const leat_sim_options *options)
{
    leat_sim_options o = LEAT_SIM_OPTIONS_INIT;
    if (options)
        memcpy(&o, options, options->size < sizeof o ? options->size : sizeof o);
    struct leat__sim_spec spec = { o.seed, o.workers ? o.workers : FEW_WORKERS, o.fail_per_million, o.delay_ns,
                                   o.no_memory_at, o.trace, o.answer_ns, o.refuse_per_million };
    leat_executor *e = calloc(1, sizeof *e);
    if (!e || !(e->pool = make_pool(&spec))) {
        free(e);
        return NULL;
    }
    e->refs = 1;
    e->workers = spec.workers;
    return e;
}

static struct leat__sim *sim_of(const leat_executor *e) { return e && e->pool ? e->pool->sim : NULL; }

uint64_t leat_sim_now(const leat_executor *e) { return sim_of(e) ? leat__sim_now(sim_of(e)) : 0; }

int leat_sim_at(leat_executor *e, uint64_t at_ns, void (*fn)(void *user), void *user)
{
    if (!e)
        return LEAT_ENOMEM;
    return sim_of(e) ? leat__sim_at(sim_of(e), at_ns, fn, user) : LEAT_EUSAGE;
}

void leat_sim_run(leat_executor *e)
{
    if (sim_of(e))
        leat__work_out(e->pool);
}

const char *leat_sim_trace(const leat_executor *e, size_t *out_len)
{
    if (sim_of(e))
        return leat__sim_trace(sim_of(e), out_len);
    if (out_len)
        *out_len = 0;
    return NULL;
}
