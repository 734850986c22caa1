/* flow: the policy of atoms that are done once, reverted, and tried again.
 *
 * A run's root frame has one task, which stands for the whole flow: it opens an
 * attempt, parks, and is woken when that has closed. Each leat_retry is such a task
 * in the frame around it. An attempt is a frame; undoing one is a frame, too. */
#pragma once
#include "run/plan.h"
#include "run/policy.h"
#include <leat/flow.h>

extern const struct leat__policy leat__flow;

struct leat__flow;              /* a flow compiled for one run, and how far it is */

/* What the flow's function read, as a slot holds it; pointers are the caller's. */
struct leat__flow_argument { uint32_t node; uint64_t value; };

struct leat__flow_spec {
    const struct leat__graph *graph;
    const leat_flow *tree;      /* borrowed during the call                       */
    const char *name;           /* of the flow's function, for messages           */
    uint32_t node;              /* ... in the graph                               */
    const uint8_t *cut;         /* by node: its value is given, though it could be computed */
    const uint8_t *asked;       /* by node: its value is wanted at the end        */
    const void *const *constant;    /* as leat__plan_spec                         */
    const struct leat__flow_argument *argument;  /* copied: with them it is drawn as it was */
    uint32_t arguments;
};

/* Everything wrong with the tree is told at once, a line each in *out_problems
 * (yours: free(), untouched otherwise): LEAT_EBUILD, `err` has the first. */
int leat__flow_make(struct leat__flow **out, const struct leat__flow_spec *spec, char **out_problems, leat_error *err);
/* Closes its frames, so before the run is freed; takes NULL. */
void leat__flow_free(struct leat__flow *f);
/* Of the run's root frame. GIVEN: inputs, which the caller fills, and asked values,
 * which are filled when the flow has ended well. It has its open part. */
struct leat__plan *leat__flow_plan(struct leat__flow *f);
/* The run's root frame is initialised: it is this flow's. */
void leat__flow_attach(struct leat__flow *f, struct leat__run *run);
/* As the spec had them. */
const struct leat__flow_argument *leat__flow_arguments(const struct leat__flow *f, uint32_t *out_count);
/* Makes the attached flow durable: `life` has its rows, and lives as long as the run;
 * past: what other lives have done, taken also on failure, or NULL: the rows begin
 * here, with its arguments and the inputs that the root frame has by now. LEAT_EUNSUPPORTED: a value
 * cannot be recorded; LEAT_EINPUT: it is another flow than that of the rows. */
struct leat__life;
struct leat__past;
/* leat__flow_keep begins with that; by itself it finds out, before there is a life, whether
 * the flow can go on. LEAT_EUNKNOWN: of atoms of effect(once) nobody knows whether they
 * were done. */
int leat__flow_recall(struct leat__flow *f, struct leat__past *past, leat_error *err);
/* Before these: a person says of such an atom that it was done (and gave `value`, as a
 * slot holds it; NULL: none), or that it was not. LEAT_EUSAGE, LEAT_ETYPE. */
int leat__flow_decide(struct leat__flow *f, uint32_t node, bool done, const uint64_t *value, leat_error *err);
int leat__flow_keep(struct leat__flow *f, struct leat__life *life, struct leat__past *past, const char *about,
                    leat_error *err);
/* How far it is; any thread, while it is attached. What counts is what stands: what was
 * reverted, or belongs to an attempt that is given up, is neither done nor failed. */
struct leat__look;
struct leat__flow_look { uint64_t total, done, failed, attempts; };
/* Looks at the run, too: *l is of the same moment. */
struct leat__flow_look leat__flow_look(struct leat__flow *f, struct leat__look *l);
/* The flow itself and each leat_retry in it, outer ones first. */
enum leat__level_state { LEAT__LEVEL_WAITING, LEAT__LEVEL_RUNNING, LEAT__LEVEL_DONE, LEAT__LEVEL_FAILED, LEAT__LEVEL_REVERTING };
struct leat__level { const char *node; uint32_t depth, attempt, attempts, total, done; enum leat__level_state state; };
uint32_t leat__flow_levels(struct leat__flow *f, struct leat__level *out, uint32_t cap);     /* returns all */
/* The atoms, in the order they stand in the flow: nodes of the graph. */
const uint32_t *leat__flow_atoms(const struct leat__flow *f, uint32_t *out_count);
/* A person has to decide on that node. */
bool leat__flow_is_in_doubt(const struct leat__flow *f, uint32_t node);
/* The node runs in it, and has a revert that is never called: it is no atom. */
bool leat__flow_is_unreverted(const struct leat__flow *f, uint32_t node);
