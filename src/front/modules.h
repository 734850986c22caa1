/* modules: what a builder read, shared by the drivers built from it. Counted;
 * loaded once, by whoever executes first. What builder functions add is a set of
 * its own that stands on the one read before: its numbers go on from there. */
#pragma once
#include "module/module.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct leat__modules {
    _Atomic uint32_t refs;
    pthread_mutex_t lock;               /* of loading                          */
    bool loaded;
    uint32_t count, below;              /* all; those of `base`                */
    struct leat__modules *base;         /* what it stands on; NULL             */
    const char **space;                 /* of its own: their namespaces, or NULL; the builder's */
    struct leat__module own[];
};

static inline struct leat__module *leat__modules_at(struct leat__modules *m, uint32_t i)
{
    while (i < m->below)
        m = m->base;
    return &m->own[i - m->below];
}
static inline const char *leat__modules_space(const struct leat__modules *m, uint32_t i)
{
    while (i < m->below)
        m = m->base;
    return m->space[i - m->below];
}

static inline bool leat__same_space(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

/* Room for `count` more on `base` (or NULL), which is held. NULL: out of memory. */
struct leat__modules *leat__modules_new(uint32_t count, struct leat__modules *base);
struct leat__modules *leat__modules_ref(struct leat__modules *m);
void leat__modules_unref(struct leat__modules *m);          /* takes NULL */
int leat__modules_load(struct leat__modules *m, leat_error *err);
/* Only module i, before the others. */
int leat__modules_load_one(struct leat__modules *m, uint32_t i, leat_error *err);
