/* inner_open: see inner_open.h. */
#include "inner_open.h"
#include "base/pages.h"
#include <stdlib.h>
#include <string.h>

static __attribute__((noipa)) uint64_t add_0(void) { return 1; }
static __attribute__((noipa)) uint64_t add_1(uint64_t a) { return a + 1; }
static __attribute__((noipa)) uint64_t add_2(uint64_t a, uint64_t b) { return a + b + 1; }
static __attribute__((noipa)) uint64_t add_3(uint64_t a, uint64_t b, uint64_t c) { return a + b + c + 1; }

#define ARG(i) (*(const uint64_t *)args[i])
static void call_0(void *fn, void *const *args, void *result)
{
    (void)args;
    *(uint64_t *)result = ((uint64_t (*)(void))fn)();
}
static void call_1(void *fn, void *const *args, void *result)
{
    *(uint64_t *)result = ((uint64_t (*)(uint64_t))fn)(ARG(0));
}
static void call_2(void *fn, void *const *args, void *result)
{
    *(uint64_t *)result = ((uint64_t (*)(uint64_t, uint64_t))fn)(ARG(0), ARG(1));
}
static void call_3(void *fn, void *const *args, void *result)
{
    *(uint64_t *)result = ((uint64_t (*)(uint64_t, uint64_t, uint64_t))fn)(ARG(0), ARG(1), ARG(2));
}

void *const open_add[] = { (void *)add_0, (void *)add_1, (void *)add_2, (void *)add_3 };
leat__trampoline *const open_add_call[] = { call_0, call_1, call_2, call_3 };

int open_run(struct leat__run *run, struct leat__pool *pool)
{
    run->pool = pool;
    return leat__run_through(run);
}

static int make_room(struct leat__plan *p, const struct net *net)
{
    size_t n = (size_t)net->n + 1, edges = (size_t)net->edges + 1;
    struct leat__open *o = p->open = calloc(1, sizeof *o);
    p->task = leat__pages_new(n * sizeof *p->task);
    p->node = leat__pages_new(n * sizeof *p->node);
    p->in = leat__pages_new(edges * sizeof *p->in);
    if (!o || !(o->out_at = leat__pages_new(n * sizeof *o->out_at)) || !(o->out = leat__pages_new(edges * sizeof *o->out)) ||
        !(o->need = leat__pages_new(n * sizeof *o->need)))
        return LEAT_ENOMEM;
    return p->task && p->node && p->in ? 0 : LEAT_ENOMEM;
}

static void fill(struct leat__plan *p, const struct net *net, leat__trampoline *const *call, void *(*fn)(uint32_t))
{
    struct leat__open *o = p->open;
    for (uint32_t i = 0; i < net->n; i++) {
        uint32_t ins = net->in_at[i + 1] - net->in_at[i];
        p->task[i] = (struct leat__task){ call[ins], fn(i), net->in_at[i], LEAT__NONE, 0, i };
        p->node[i] = i;
        o->need[i] = ins;
    }
    p->task[net->n] = (struct leat__task){ .in = net->edges, .side = LEAT__NONE };
    memcpy(p->in, net->in, (size_t)net->edges * sizeof *p->in);
    memcpy(o->out_at, net->out_at, ((size_t)net->n + 1) * sizeof *o->out_at);
    for (uint32_t k = 0; k < net->edges; k++)
        o->out[k] = leat__out_entry(net->out[k], o->need[net->out[k]]);
}

int open_plan(struct leat__plan *p, const struct net *net, leat__trampoline *const *call, void *(*fn)(uint32_t))
{
    *p = (struct leat__plan){ .n = net->n, .broken = LEAT__NONE, .bound = true };
    if (make_room(p, net) == 0) {
        fill(p, net, call, fn);
        if (leat__open_roots(p->open, 0, net->n) == 0)
            return 0;
    }
    leat__plan_fini(p);
    return LEAT_ENOMEM;
}
