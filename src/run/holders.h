/* holders: who still holds the value of a task that has run: its readers until they
 * have ended, and what borrows from it until it dies itself. They are counted in
 * its slot; the last one to let go destroys. */
#pragma once
#include "run/frame.h"
#include "run/open.h"

/* Before the followers of a task hear of it: who will hold its value; `more`: and so
 * many besides. */
static inline void leat__count_holders(struct leat__frame *f, uint32_t t, uint32_t more)
{
    atomic_store_explicit(&f->slot[t].count, f->plan->open->holders[t] + more, memory_order_relaxed);
}

/* Task t has ended: it lets go of what it held; unread: and its own value dies. */
void leat__let_go(struct leat__frame *f, uint32_t t, bool unread);
/* Of an abandoned task, which holds its own value besides: when it is settled, and
 * when its call has returned; the second of them lets go. */
void leat__let_go_late(struct leat__frame *f, uint32_t t);
