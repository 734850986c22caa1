/* driver: counted, lazily loaded; plans are kept for the sets they serve. */
#include "front/driver.h"
#include "base/error.h"
#include "base/suggest.h"
#include "run/open.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PLANS = 32 };       /* kept without a user */

leat_driver *leat__driver_ref(leat_driver *d)
{
    atomic_fetch_add_explicit(&d->refs, 1, memory_order_relaxed);
    return d;
}

int leat__driver_check(const leat_driver *d, leat_error *err)
{
    return d->pid == getpid() ? 0 : leat__fail(err, LEAT_EFORKED,
                                               "this process is a child of the one that built the driver");
}

bool leat__driver_lock(const leat_driver *d, pthread_mutex_t *lock)
{
    return !pthread_mutex_trylock(lock) || (d->pid == getpid() && !pthread_mutex_lock(lock));
}

static void plan_free(struct leat__kept_plan *p)
{
    leat__plan_fini(&p->plan);
    free(p->asked);
    free(p->given);
    free(p);
}

void leat_driver_free(leat_driver *d)
{
    if (!d || atomic_fetch_sub_explicit(&d->refs, 1, memory_order_acq_rel) != 1 ||
        !leat__driver_lock(d, &d->lock))
        return;
    pthread_mutex_unlock(&d->lock);
    struct leat__kept_plan *next;
    for (struct leat__kept_plan *p = d->plans; p; p = next) {
        next = p->next;
        plan_free(p);
    }
    for (uint32_t i = 0; i < d->hook_count; i++)
        leat__hook_unref(d->hooks[i]);
    free(d->hooks);
    leat_executor_unref(d->executor);
    leat__graph_fini(&d->graph);
    leat__modules_unref(d->modules);
    free(d->constant);
    free(d->type_text);
    free(d->shape_text);
    free(d->default_text);
    free(d->params);
    free(d->variants);
    free(d->configs);
    free(d->tags);
    free(d->loaders);
    leat__arena_fini(&d->arena);
    pthread_mutex_destroy(&d->lock);
    leat__turns_fini(&d->turns);
    free(d);
}

/* A destructor that a note names and no source has is a symbol of a library. */
/* A name that is in no module may still be in a library these link, which only
 * loading tells; so this is found late. */
static int no_destructor(const leat_driver *d, const struct leat__destructor *x, leat_error *err)
{
    const char *name = x->function ? x->function->name : x->symbol;
    struct leat__suggest near = leat__suggest_for(name);
    char place[300] = "";
    for (uint32_t m = 0; m < d->modules->count; m++)
        for (uint32_t i = 0; i < leat__modules_at(d->modules, m)->record.function_count; i++)
            leat__suggest_offer(&near, leat__modules_at(d->modules, m)->record.functions[i].name);
    if (x->file)
        snprintf(place, sizeof place, "%s:%d: ", x->file, x->line);
    return leat__fail(err, LEAT_EBUILD, "%sfree(%s): no such function in the modules or what they link%s%s%s", place,
                      name, near.best ? "; did you mean " : "", near.best ? near.best : "", near.best ? "?" : "");
}

static int resolve_destructors(leat_driver *d, leat_error *err)
{
    for (uint32_t i = 0; i < d->graph.destructors; i++) {
        struct leat__destructor *x = &d->graph.destructor[i];
        for (uint32_t m = 0; !x->function && !x->host && m < d->modules->count; m++)
            x->host = (void (*)(void *))leat__module_symbol(leat__modules_at(d->modules, m), x->symbol);
        if (x->function ? !x->function->head->call : !x->host)
            return no_destructor(d, x, err);
    }
    return 0;
}

int leat__driver_ready(leat_driver *d, leat_error *err)
{
    if (d->inspect)
        return leat__fail(err, LEAT_EUSAGE, "a driver that was built to be looked at cannot run");
    pthread_mutex_lock(&d->lock);
    int code = d->ready ? 0 : leat__modules_load(d->modules, err);
    if (!code && !d->ready)
        code = resolve_destructors(d, err);
    d->ready |= !code;
    pthread_mutex_unlock(&d->lock);
    return code;
}

static struct leat__kept_plan *plan_make(leat_driver *d, const uint8_t *asked, const uint8_t *given, int *code,
                                         leat_error *err)
{
    uint32_t count = d->graph.count, n = 0;
    struct leat__kept_plan *p = calloc(1, sizeof *p);
    uint8_t *need = calloc((size_t)count + 1, 1);
    uint32_t *ids = malloc(((size_t)count + 1) * sizeof *ids);
    *code = LEAT_ENOMEM;
    if (p && need && ids && (p->asked = malloc((size_t)count + 1)) && (p->given = malloc((size_t)count + 1))) {
        memcpy(p->asked, asked, count);
        memcpy(p->given, given, count);
        for (uint32_t id = 0; id < count; id++)
            if (asked[id])
                ids[n++] = id;
        struct leat__plan_spec spec = { &d->graph, need, given, asked, d->constant, d->ready };
        *code = leat__graph_select(&d->graph, ids, n, given, need) < 0 ? LEAT_ENOMEM
                                                                      : leat__plan_make(&p->plan, &spec, err);
    }
    if (*code == LEAT_ENOMEM)
        leat__fail_memory(err);
    free(need);
    free(ids);
    if (*code < 0 && p) {
        plan_free(p);
        p = NULL;
    }
    return p;
}

/* Keeps the number of plans without a user bounded; the oldest go. */
static void drop_old(leat_driver *d)
{
    uint32_t idle = 0;
    for (struct leat__kept_plan **at = &d->plans, *p; (p = *at);) {
        if (p->refs || ++idle <= MOST_PLANS) {
            at = &p->next;
            continue;
        }
        *at = p->next;
        plan_free(p);
    }
}

int leat__driver_plan(leat_driver *d, const uint8_t *asked, const uint8_t *given,
                      struct leat__kept_plan **out, leat_error *err)
{
    int code = 0;
    pthread_mutex_lock(&d->lock);
    struct leat__kept_plan *p = d->plans;
    while (p && (p->loaded != d->ready || memcmp(p->asked, asked, d->graph.count) ||
                 memcmp(p->given, given, d->graph.count)))
        p = p->next;
    if (!p && (p = plan_make(d, asked, given, &code, err))) {
        p->loaded = d->ready;
        p->next = d->plans;
        d->plans = p;
        drop_old(d);
    }
    if (p) {
        if (d->ready)
            leat__plan_bind(&p->plan);
        p->refs++;
        *out = p;
    }
    pthread_mutex_unlock(&d->lock);
    return code;
}

int leat__driver_open(leat_driver *d, struct leat__kept_plan *p)
{
    pthread_mutex_lock(&d->lock);
    int code = leat__plan_open(&p->plan);
    pthread_mutex_unlock(&d->lock);
    return code;
}

void leat__driver_put(leat_driver *d, struct leat__kept_plan *p)
{
    if (!p || !leat__driver_lock(d, &d->lock))
        return;
    p->refs--;
    pthread_mutex_unlock(&d->lock);
}
