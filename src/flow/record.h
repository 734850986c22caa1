/* record: what a durable flow writes into its journal.
 *
 * A row's task is the number of a recorded node: the atoms in the order they stand,
 * then nodes that the flow does not name and a revert reads; both from 1. Rows of a
 * scope (INTENT, RETRY) have its number. Bodies are MessagePack:
 *
 *     PLAN           [flow, about, [[name, sig or nil, ..] per recorded node: its value, its outputs],
 *                    [the scope around it, per scope]]
 *     INPUT          [name, value]
 *     START          nothing: of an atom of effect(once), before its call
 *     DONE           [value or nil, output or nil, ..]
 *     RESOLVED       as DONE: it had happened; nothing: it had not
 *     FAILED         [scope, node, message, file, line]; task 0: a node that is not recorded
 *     REVERTED, REVERT_FAILED, INTENT, RETRY     nothing */
#pragma once
#include "flow/scope.h"
#include "run/journal.h"

/* Fills f->record and refuses what cannot be recorded: LEAT_EUNSUPPORTED. */
int leat__record_list(struct leat__flow *f, leat_error *err);
/* PLAN, the inputs that root slots hold, and what the flow's function read; waits until they are durable. */
int leat__record_begin(struct leat__flow *f, const char *about, leat_error *err);
/* PLAN once more: numbers mean other nodes by now. */
int leat__record_again(struct leat__flow *f, leat_error *err);
/* A value of the node as rows have it: nil, or its encoding. */
int leat__record_pack(struct leat__text *out, const struct leat__node *n, uint64_t value, leat_error *err);
/* Of `settled`. */
enum leat__after leat__record_done(struct leat__scope *s, struct leat__frame *f, uint32_t task);
enum leat__after leat__record_failed(struct leat__scope *s, struct leat__frame *f, uint32_t task, const leat_failure *why);
enum leat__after leat__record_reverted(struct leat__undo *u, struct leat__frame *f, uint32_t task, enum leat__verdict v);
/* A scope will be undone, or tried again: its task is woken when that is durable, or
 * never will be. False: it is not, it cannot be. */
bool leat__record_intent(struct leat__scope *s, struct leat__handle h);
bool leat__record_retry(struct leat__scope *s, struct leat__handle h);
/* The node and its outputs: how many values a DONE row has, and the i-th of them. */
static inline uint32_t leat__record_values(const struct leat__graph *g, uint32_t node) { return 1 + leat__rest_at(g, node)->outputs; }
static inline uint32_t leat__record_value(const struct leat__graph *g, uint32_t node, uint32_t i)
{
    return i ? leat__rest_at(g, node)->producer + i - 1 : node;
}
