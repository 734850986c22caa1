/* modules: see front/modules.h. */
#include "front/modules.h"
#include "base/error.h"
#include "run/context.h"
#include <stdlib.h>

struct leat__modules *leat__modules_new(uint32_t count, struct leat__modules *base)
{
    struct leat__modules *m = calloc(1, sizeof *m + count * sizeof *m->own);
    if (!m)
        return NULL;
    if (!(m->space = calloc(count + 1, sizeof *m->space))) {
        free(m);
        return NULL;
    }
    m->refs = 1;
    m->base = base ? leat__modules_ref(base) : NULL;
    m->below = base ? base->count : 0;
    m->count = m->below + count;
    pthread_mutex_init(&m->lock, NULL);
    return m;
}

struct leat__modules *leat__modules_ref(struct leat__modules *m)
{
    atomic_fetch_add_explicit(&m->refs, 1, memory_order_relaxed);
    return m;
}

void leat__modules_unref(struct leat__modules *m)
{
    while (m && atomic_fetch_sub_explicit(&m->refs, 1, memory_order_acq_rel) == 1) {
        struct leat__modules *base = m->base;
        for (uint32_t i = 0; i < m->count - m->below; i++)
            leat__module_fini(&m->own[i]);
        pthread_mutex_destroy(&m->lock);
        free(m->space);
        free(m);
        m = base;
    }
}

int leat__modules_load(struct leat__modules *m, leat_error *err)
{
    int code = 0;
    if (m->base && (code = leat__modules_load(m->base, err)) < 0)
        return code;
    pthread_mutex_lock(&m->lock);
    for (uint32_t i = 0; i < m->count - m->below && !m->loaded && !code; i++)
        code = leat__module_load(&m->own[i], &leat__node_api, err);
    m->loaded |= !code;
    pthread_mutex_unlock(&m->lock);
    return code;
}

int leat__modules_load_one(struct leat__modules *m, uint32_t i, leat_error *err)
{
    while (i < m->below)
        m = m->base;
    pthread_mutex_lock(&m->lock);
    int code = leat__module_load(&m->own[i - m->below], &leat__node_api, err);
    pthread_mutex_unlock(&m->lock);
    return code;
}
