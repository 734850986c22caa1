/* run: one leat_run, private to front/. */
#pragma once
#include "front/driver.h"
#include "run/run.h"
#include <leat/run.h>

struct leat__given {                    /* an input that was set, or an override */
    uint32_t node;
    uint64_t value;                     /* as a slot holds it                  */
    bool owned;                         /* malloc'ed: a node may take it       */
    void (*release)(void *);            /* lent; NULL: in the arena            */
    void *user;
    const struct leat__loader *loader;  /* makes the value when the run begins; NULL: it is there */
    const char *path;                   /* what it reads                       */
};

/* A field that was asked and is no node. */
struct leat__view {
    struct leat__node node;             /* as if it were one: name, type, flags */
    uint32_t steps;
    struct { const struct leat__type *of; uint32_t offset; bool through; } step[];     /* through: a pointer is followed */
};

struct leat__asked { uint32_t node; leat_place place; bool sink; struct leat__view *view; };

#define LEAT__LONGEST_MS ((int64_t)100 * 365 * 24 * 3600 * 1000)   /* a hundred years: for ever */

struct leat_run {
    leat_driver *driver;
    struct leat__run core;
    struct leat__kept_plan *plan;       /* of core.frame; NULL: none yet       */
    struct leat__given *given;
    struct leat__asked *asks;
    uint32_t given_count, given_cap, ask_count, ask_cap;
    uint8_t *is_given, *is_asked;       /* by node                             */
    uint8_t *is_cut;                    /* by node: given, so not computed: a default, an override */
    struct leat__arena arena;           /* inputs; emptied by reset            */
    enum { LEAT__RUN_OPEN, LEAT__RUN_BUSY, LEAT__RUN_ENDED } state;     /* under lock once BUSY */
    pthread_mutex_t lock;               /* of state, code, error, refs, freed  */
    pthread_cond_t changed;
    uint32_t refs;                      /* its owner, who runs it, who waits, calls that were abandoned */
    uint32_t bodies;                    /* ... these                           */
    struct leat__streaming *streaming;  /* front/streaming.h; NULL: it has no stream */
    uint32_t flow_node;                 /* 1 + the flow it is to run; 0: none   */
    struct leat__flow *flow;            /* of `plan`, which is then its own; NULL */
    struct leat__pool *inline_pool;     /* of open frames without an executor: made when it is needed */
    struct leat_store *store;           /* NULL: it is not durable             */
    char *about;
    struct leat__life *life;            /* of the newest execute               */
    struct leat__past *past;            /* of `resumed`, until it begins; NULL */
    uint64_t resumed;                   /* the run in the store; 0: none       */
    struct leat__resolved { uint32_t node; bool done, valued; uint64_t value; } *resolved;     /* what persons decided */
    uint32_t resolved_count, resolved_cap;
    int release;                        /* LEAT_RELEASE_.. of leat/store.h     */
    uint32_t batch_ms;
    bool starved;                       /* a set or ask had no memory          */
    bool freed;                         /* by its owner                        */
    bool visible;                       /* to samplers: from its beginning until it is reset */
    uint64_t began_ns;                  /* when it was last begun              */
    int64_t deadline_ms;                /* of execute and submit; -1: none     */
    int priority;
    int code;                           /* how it ended                        */
    _Atomic bool over;                  /* the last task of a submitted run has ended */
    int tasks_code;                     /* ... with this                       */
    bool submitted, written;            /* outputs are written by who waits    */
    void (*done)(leat_run *, int, void *);
    void *done_user;
    uint32_t telling;                   /* calls of `done` that have not returned */
    leat_error error;
    leat_error refusal;                 /* of the last set                     */
};

/* A pool that the calling thread alone works for; NULL: no memory. */
struct leat__pool *leat__run_inline(leat_run *r);
/* How a begun run is run: on a pool, or (NULL) by a walk of the calling thread. */
struct leat__pool *leat__run_pool(leat_run *r, bool submit);
/* Where a flow or a stream is opened: on its executor; NULL: on a pool of its own. */
struct leat__pool *leat__run_shared(const leat_run *r);
/* A walk, and where that may be decided again how long its tasks took. */
int leat__run_walk(leat_run *r);
/* Opens the begun run on its pool. Executed: works along until it is over, and
 * answers as leat__run_walk; submitted: 0 at once, `done` is called at the end. */
int leat__run_pooled(leat_run *r);
/* Told of a run whose tasks have ended with `code`: the error; outputs are written
 * if `write`. */
int leat__run_told(leat_run *r, int code, bool write, leat_error *err);
/* Whoever waits may go on. let_go: the caller's hold ends at once; true: it was the
 * last, and leat__run_destroy is the caller's. */
bool leat__run_end(leat_run *r, int code, const leat_error *err, bool let_go);
/* After that: calls `done`, which who waits waits for, and lets go of the caller's hold. */
void leat__run_tell(leat_run *r, void (*done)(leat_run *, int, void *), void *user, int code);
void leat__run_destroy(leat_run *r);
/* flow.c: calls the flow's function, for a plan of its own in r->plan. */
int leat__flow_take(leat_run *r, leat_error *err);
/* Everything that the plan needs was given. */
int leat__flow_check(const leat_run *r, leat_error *err);
/* Its first task may start on the pool: it is on record, if there is a store. */
int leat__flow_begin(leat_run *r, struct leat__pool *pool, leat_error *err);
/* Runs it; how it ended. */
int leat__flow_run(leat_run *r, leat_error *err);
/* durable.c: the flow that is about to run is on record, if there is a store. */
int leat__durable_begin(leat_run *r, leat_error *err);
/* How one that is on record ended, whose tasks ended with `code`; and why. */
int leat__durable_code(const leat_run *r, int code);
int leat__durable_tell(const leat_run *r, int code, leat_error *err);
/* The run has ended, and its flow is there; everything else of a store. */
void leat__durable_drop(leat_run *r);
void leat__durable_fini(leat_run *r);
/* It does not go on with a run of the store any more. */
void leat__durable_reset(leat_run *r);
/* Keeps an input that was converted. */
int leat__input_keep(leat_run *r, struct leat__given g);
/* Before anything of the run is reset or freed. */
void leat__flow_drop(leat_run *r);
/* "1 input is missing: normal (double)"; 0: none is. nodes: what is needed. */
int leat__inputs_check(const leat_run *r, const uint32_t *nodes, uint32_t count, leat_error *err);
/* Remembers LEAT_ENOMEM until reset; returns code. */
int leat__run_stick(leat_run *r, int code);
void leat__run_unref(leat_run *r);
void leat__run_drop_frame(leat_run *r);
/* The node of that name, or the one whose field has it, and then a view of it
 * (malloc'ed; out_view may be NULL). LEAT_ENOTFOUND with a suggestion. */
int leat__view_find(const struct leat__graph *g, const char *name, uint32_t *out_id, struct leat__view **out_view,
                    leat_error *err);
/* Where the field is in the struct; NULL: behind a pointer that is NULL. */
const void *leat__view_at(const struct leat__view *v, const void *whole);
/* The asked node's value as leat__print and friends want it: *out_at may be
 * NULL for a nullable pointer. LEAT_ENOVALUE, LEAT_ENOTFOUND, LEAT_EUSAGE. */
int leat__run_find(leat_run *r, const char *name, const struct leat__node **out_node, const void **out_at,
                   leat_error *err);
/* Adds a value of node n as JSON. */
int leat__output_json(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n, const void *at,
                      leat_error *err);
/* The end of what was printed with `code`: it is the caller's, or a file's. Both free it. */
int leat__output_give(struct leat__text *out, int code, char **out_text, leat_error *err);
int leat__output_save(struct leat__text *out, int code, const char *path, leat_error *err);
/* Writes a value of node n into a place. */
int leat__place_write(const struct leat__node *n, const void *at, leat_place place, leat_error *err);
/* A place can hold a value of n: checked when it is asked. */
int leat__place_check(const struct leat__node *n, leat_place place, leat_error *err);
/* ... and would hold the object's address, not its bytes. */
bool leat__place_is_address(const struct leat__node *n, leat_place place);
/* Puts what a caller gave as input of node n into *out (arena of r). */
int leat__input_convert(leat_run *r, uint32_t id, leat_value v, struct leat__given *out, leat_error *err);
/* Its parts: a deep copy of an object, a text; malloc'ed if a node takes it. */
int leat__copy_object(leat_run *r, uint32_t id, const void *from, struct leat__given *out, leat_error *err);
int leat__convert_text(leat_run *r, uint32_t id, const char *s, struct leat__given *out, leat_error *err);
/* Some node is noted takes() of it. */
bool leat__is_taken(const struct leat__graph *g, uint32_t id);
/* loader.c: `path` is to be read by a function of its suffix, if there is one:
 * then *out says so, and the file is there. */
int leat__loader_choose(leat_run *r, uint32_t id, const char *path, struct leat__given *out, leat_error *err);
/* Calls the loaders of what the plan needs; modules are loaded, slots are not filled yet. */
int leat__loaders_call(leat_run *r, leat_error *err);
/* Destroys what a loader gave; `moved`: a node has taken it. */
void leat__loader_destroy(const leat_run *r, const struct leat__given *g, bool moved);
/* Writes a value of n by a function of the path's suffix; *out_found: there is one. */
int leat__saver_call(leat_run *r, const struct leat__node *n, const void *at, const char *path, bool *out_found,
                     leat_error *err);
/* Adds what is near to a path that cannot be read. */
void leat__path_hint(const char *path, leat_error *err);
/* Gives every lent or owned input back. */
void leat__inputs_release(leat_run *r);
