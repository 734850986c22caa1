/* modules: what a builder read, shared by the drivers built from it. Counted;
 * loaded once, by whoever executes first. */
#pragma once
#include "module/module.h"
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

struct leat__modules {
    _Atomic uint32_t refs;
    pthread_mutex_t lock;               /* of loading                          */
    bool loaded;
    uint32_t count;
    const char **space;                 /* by module: its namespace, or NULL; the builder's */
    struct leat__module at[];
};

static inline bool leat__same_space(const char *a, const char *b) { return a == b || (a && b && !strcmp(a, b)); }

struct leat__modules *leat__modules_new(uint32_t count);    /* NULL: out of memory */
struct leat__modules *leat__modules_ref(struct leat__modules *m);
void leat__modules_unref(struct leat__modules *m);          /* takes NULL */
int leat__modules_load(struct leat__modules *m, leat_error *err);
