/* scope: what is tried again as a whole: the flow itself, or the inside of a
 * leat_retry. It has a plan, and while it runs a frame for each attempt. */
#pragma once
#include "flow/flow.h"
#include "run/open.h"
#include "run/run.h"

enum leat__phase {
    LEAT__FLOW_FRESH,           /* no attempt yet, or all of it undone and forgotten  */
    LEAT__FLOW_FORWARD,         /* an attempt runs                                    */
    LEAT__FLOW_DONE,            /* its frame has closed well                          */
    LEAT__FLOW_FAILED,          /* ... after a failure                                */
    LEAT__FLOW_INTENDING,       /* that it will be undone is being recorded           */
    LEAT__FLOW_UNDOING,         /* an undo runs                                       */
    LEAT__FLOW_UNDONE,          /* its frame has closed                               */
    LEAT__FLOW_RETRYING         /* that it is tried again is being recorded           */
};

/* frame->user of attempts and undos begins so. */
enum leat__activity { LEAT__FLOW_ATTEMPT, LEAT__FLOW_UNDO };

struct leat__undo;

struct leat__scope {
    enum leat__activity what;   /* ATTEMPT                                            */
    uint32_t up, depth;         /* the scope around it; LEAT__NONE: the root's        */
    uint32_t task;              /* it is that task of the plan around it              */
    uint32_t base;              /* tasks from here: scopes inside, and joints         */
    uint32_t attempts;          /* at most                                            */
    struct leat__flow *flow;
    struct leat__plan plan;
    uint32_t *import;           /* by GIVEN task: whose value around it it is; LEAT__NONE */
    struct leat__export { uint32_t task, to; } *export;     /* to: a GIVEN task around it */
    uint32_t exports, *child;   /* by task from base: a scope; LEAT__NONE: a joint    */
    /* while it runs */
    struct leat__frame *frame;  /* of the attempt; under flow->lock                   */
    enum leat__phase phase;     /* likewise                                           */
    uint32_t attempt;           /* from 1                                             */
    uint32_t *ended;            /* by task: when an atom ended, by flow->clock; 0: not */
    _Atomic bool failed;        /* something of this attempt                          */
    leat_failure failure;       /* ... the first                                      */
    struct leat__undo *undo;
    bool intended;              /* its undoing is on record                           */
    _Atomic uint32_t fell;      /* tasks of this attempt that failed, or of a scope inside that gave up */
    _Atomic uint32_t unwound;   /* ... that had ended well and are reverted           */
};

struct leat__life;
struct leat__past;

struct leat__flow {
    const struct leat__graph *graph;
    const char *name;
    uint32_t node;
    struct leat__scope *scope;  /* 0: the root's, 1: the whole flow                   */
    uint32_t scopes;
    uint32_t *atom, atoms;
    struct leat__flow_argument *argument;    /* of its function                            */
    uint32_t arguments;
    uint32_t *revert;           /* by node: what undoes it; LEAT__NONE; NULL: nothing does */
    _Atomic bool left;          /* a revert failed: something is left as it is        */
    struct leat__run *run;
    _Atomic uint32_t clock;
    struct leat__life *life;    /* durable: its rows; NULL. See flow/record.h         */
    uint32_t *record, records;  /* nodes with rows of their own                       */
    uint32_t *number;           /* by node: 1 + its place there; 0: none; NULL        */
    uint32_t *round;            /* by node: how often it was reverted                 */
    struct leat__decision *decisions;   /* unknown.c: what persons say; their texts are theirs */
    uint32_t decision_count, decision_cap, asking;  /* asking: the node whose x__happened runs; LEAT__NONE */
    struct leat__past *past;    /* what other lives have done; NULL                   */
    _Atomic uint64_t recalled;  /* tasks that other lives did, and frames of this have */
    _Atomic uint64_t withdrawn; /* of all that ended well, those that do not stand    */
    _Atomic uint64_t attempts;  /* begun, of all scopes                               */
    pthread_mutex_t lock;       /* of phases, and of stopping frames                  */
};

static inline bool leat__scope_is_under(const struct leat__flow *f, uint32_t scope, uint32_t over)
{
    while (scope != LEAT__NONE && f->scope[scope].depth > f->scope[over].depth)
        scope = f->scope[scope].up;
    return scope == over;
}

/* The scope that task base + i of its plan stands for; NULL: a joint. */
static inline struct leat__scope *leat__scope_inner(const struct leat__scope *s, uint32_t i)
{
    return s->child[i] == LEAT__NONE ? NULL : &s->flow->scope[s->child[i]];
}
#define LEAT__EACH_INNER(s, inner)                                                        \
    for (uint32_t i_ = 0; i_ < (s)->plan.n - (s)->base; i_++)                             \
        for (struct leat__scope *inner = leat__scope_inner((s), i_); inner; inner = NULL)

/* The task of a node in a scope's plan: it runs there, or is given; LEAT__NONE. */
uint32_t leat__scope_task(const struct leat__scope *s, uint32_t node);
/* Under no lock: its phase is that from now on. */
void leat__scope_move(struct leat__scope *s, enum leat__phase phase);
/* Under the flow's lock: the frame of one attempt more, with the values that it gets from
 * `up`. false: no memory. */
bool leat__scope_open(struct leat__scope *s, struct leat__frame *up);
/* Closes what an attempt has left, inner ones first; all is as before it. Under no lock. */
void leat__scope_forget(struct leat__scope *s);
/* What it was compiled to; its frames are closed. */
void leat__scope_fini(struct leat__scope *s);

/* --- look.c --- */
/* The scope's frame was filled with what another life did. */
void leat__scope_count_past(struct leat__scope *s);
/* What ended well in the frame of its attempt, less what was reverted: none if it is
 * forgotten. */
uint32_t leat__scope_standing(const struct leat__scope *s);
/* A revert of what the scope's task did ended well. */
void leat__scope_unwind(struct leat__scope *s, uint32_t task);

/* --- effect.c --- */
/* Of the policy. */
enum leat__verdict leat__flow_enter(struct leat__frame *f, uint32_t task, bool again);
void leat__flow_identify(const struct leat__frame *f, uint32_t task, struct leat__identity *id);
/* The flow is on record: which of its tasks are asked before their calls. */
void leat__flow_mark_effects(struct leat__flow *f);
/* A revert is asked before its call, too. */
bool leat__flow_reverts_enter(const struct leat__flow *f);
/* What cannot be done once only, told; compiling. */
struct leat__tree;
void leat__flow_check_once(struct leat__tree *t);

/* --- undo.c --- */
/* What undoes all that has ended in a scope and below: a plan, newest first. */
struct leat__undo {
    enum leat__activity what;   /* UNDO                                               */
    struct leat__scope *scope;
    struct leat__plan plan;
    struct leat__open open;
    struct leat__entry_ended { struct leat__scope *scope; uint32_t task, at; } *entry;
    uint32_t entries, reverts;  /* entries: all that ended; the first are not reverts */
    uint32_t *of;               /* by revert: its entry                               */
    struct leat__frame *frame;
};
/* *out NULL: nothing to revert. 0 or LEAT_ENOMEM. The scope's frames have closed. */
int leat__undo_make(struct leat__scope *s, struct leat__undo **out);
/* Opens its frame and fills it. false: no memory. */
bool leat__undo_open(struct leat__undo *u);
void leat__undo_free(struct leat__undo *u);
