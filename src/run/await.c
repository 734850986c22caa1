/* await: tasks that wait until what their run has appended so far is durable. A task
 * that waits is parked, so its run and the journal stay. */
#include "base/error.h"
#include "run/context.h"
#include "run/journal_queue.h"
#include <stdlib.h>

/* Under the lock. */
static bool make_room(struct leat__journal *j)
{
    if (j->waiters < j->waiter_cap)
        return true;
    uint32_t cap = j->waiter_cap ? j->waiter_cap * 2 : 16;
    struct leat__waiter *more = malloc(cap * sizeof *more);
    if (!more)
        return false;
    for (uint32_t i = 0; i < j->waiters; i++)
        more[i] = j->waiter[(j->waiter_first + i) & (j->waiter_cap - 1)];
    free(j->waiter);
    j->waiter = more;
    j->waiter_cap = cap;
    j->waiter_first = 0;
    return true;
}

/* Those of all lives stand in one order: one may wait for rows of others, never for too few. */
int leat__life_await(struct leat__life *l, struct leat__handle h)
{
    struct leat__journal *j = l->journal;
    bool led = leat__life_led(l);
    pthread_mutex_lock(&j->lock);
    int code = j->broken || atomic_load(&l->lost) ? LEAT_ESUSPENDED : l->last <= j->through ? 0 : make_room(j) ? 1 : LEAT_ENOMEM;
    if (code == 1) {
        j->waiter[(j->waiter_first + j->waiters++) & (j->waiter_cap - 1)] = (struct leat__waiter){ j->appended, h };
        if (j->fill.n)
            leat__journal_attend(j, true, !led && l->run, 1);
    }
    pthread_mutex_unlock(&j->lock);
    return code;
}

void leat__journal_wake(struct leat__journal *j)
{
    for (;;) {
        struct leat__handle h = { 0 };
        pthread_mutex_lock(&j->lock);
        const struct leat__waiter *first = j->waiters ? &j->waiter[j->waiter_first] : NULL;
        if (first && first->upto <= j->through) {
            h = first->task;
            j->waiter_first = (j->waiter_first + 1) & (j->waiter_cap - 1);
            j->waiters--;
        }
        pthread_mutex_unlock(&j->lock);
        if (!h.frame)
            return;
        leat__task_wake(h);
    }
}
