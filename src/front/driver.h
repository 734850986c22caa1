/* driver: a graph with everything needed to run it, private to front/. */
#pragma once
#include "front/modules.h"
#include "front/executor.h"
#include "graph/graph.h"
#include "run/hook.h"
#include "run/plan.h"
#include "run/turn.h"
#include <leat/driver.h>
#include <sys/types.h>

/* A plan and what it was made for; kept by the driver, shared by runs. */
struct leat__kept_plan {
    struct leat__plan plan;
    uint8_t *asked, *given;             /* by node                             */
    uint32_t refs;                      /* runs that use it; under driver.lock */
    bool loaded;                        /* made after loading: it has addresses */
    struct leat__kept_plan *next;
};

struct leat_driver {
    _Atomic uint32_t refs;
    pid_t pid;                          /* of the process that built it        */
    struct leat__modules *modules;
    struct leat__graph graph;
    leat_hook **hooks;
    leat_executor *executor;            /* NULL: inline                        */
    uint32_t hook_count;
    bool inspect, ready;                /* ready: loaded, destructors resolved */
    struct leat__turns turns;           /* among tasks of all runs             */
    const void **constant;              /* by node: a literal's bytes; NULL    */
    pthread_mutex_t lock;               /* of what follows                     */
    struct leat__kept_plan *plans;
    const char **type_text, **shape_text, **default_text;   /* by node, made when asked */
    leat_param **params;
    leat_variant *variants;             /* as the graph's                      */
    leat_config *configs;
    leat_tag *tags;
    leat_loader *loaders;
    struct leat__arena arena;
};

leat_driver *leat__driver_ref(leat_driver *d);
/* LEAT_EFORKED in a child of the process that built it. */
int leat__driver_check(const leat_driver *d, leat_error *err);
/* For who frees: takes the lock, of the driver or of a run. false: in a child of
 * fork, and held by a thread that did not come along, for ever: what it guards
 * is left as it is. */
bool leat__driver_lock(const leat_driver *d, pthread_mutex_t *lock);
/* Loads modules and resolves destructors, once. */
int leat__driver_ready(leat_driver *d, leat_error *err);
/* A plan for these marks (graph.count bytes each), counted; put it back. */
int leat__driver_plan(leat_driver *d, const uint8_t *asked, const uint8_t *given,
                      struct leat__kept_plan **out, leat_error *err);
void leat__driver_put(leat_driver *d, struct leat__kept_plan *p);
/* Makes the plan's open part if it has none. 0 or LEAT_ENOMEM. */
int leat__driver_open(leat_driver *d, struct leat__kept_plan *p);
