/* past: what earlier lives of a durable flow have done, folded from its rows. */
#pragma once
#include "flow/record.h"
#include "base/arena.h"

struct leat__past_input { const char *name; const void *bytes; size_t len; bool nil; };

struct leat__past_node {
    enum { LEAT__PAST_NOTHING, LEAT__PAST_DONE, LEAT__PAST_FAILED, LEAT__PAST_STARTED, LEAT__PAST_SUSPECT } state;    /* STARTED: unknown */
    uint32_t at;                /* in which order it ended                     */
    uint32_t round;             /* how often it was reverted                   */
    const void *body;           /* of DONE                                     */
    size_t len;
};

struct leat__past_scope {
    uint32_t attempt;           /* from 1; 0: nothing is known of it           */
    bool failed, intent, told;  /* told: this life has it in a frame           */
    leat_failure why;
};

struct leat__past {
    char *flow, *about;         /* its name, and what its host said of it      */
    struct leat__past_input *input;
    uint32_t inputs, input_cap;
    struct leat__row *row;      /* all others, in order                        */
    uint32_t rows, row_cap;
    bool left, over;
    bool moved;                 /* the flow's recorded nodes are others by now, or in another order */
    /* of a flow, after leat__past_fold: */
    struct leat__past_node *node;   /* by its record                           */
    struct leat__past_scope *scope;
    uint32_t clock;
    struct leat__arena arena;
};

/* NULL and the error: the run is not there, or its rows are no flow's. */
struct leat__past *leat__past_read(struct leat__journal *j, uint64_t run, leat_error *err);
void leat__past_free(struct leat__past *p);
/* The state in which the flow goes on. LEAT_EINPUT: it is another flow by now. */
int leat__past_fold(struct leat__past *p, const struct leat__flow *f, leat_error *err);
/* A life was cut short behind the rows folded so far: what may have run then is SUSPECT.
 * false: no memory. */
bool leat__past_suspect(struct leat__past *p, const struct leat__flow *f);
/* What is unknown of the recorded node is known: it gave that (copied), or was not done
 * (NULL). false: no memory. */
bool leat__past_resolve(struct leat__past *p, uint32_t at, const void *body, size_t len);
/* Fills what ended in the scope's frame, which is new. 0, or a code with a reason. */
int leat__past_fill(const struct leat__past *p, struct leat__scope *s, leat_error *err);
