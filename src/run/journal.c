/* journal: see run/journal.h.
 *
 * Rows are appended to `fill`. A leader exchanges it for `away`, commits that with no
 * lock held, lets go what waited, and goes on while there is more. Three may lead:
 * a worker with nothing to run; who waits for a row outside a task; and the keeper,
 * a thread that is made when a worker goes on with other work while rows wait. It
 * looks every millisecond as long as rows come, so appending wakes nobody. */
#include "run/leader.h"
#include "base/clock.h"
#include "base/error.h"
#include "run/run.h"
#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 128, KEEPER_STACK = 1 << 20 };
#define TICK_NS 1000000
#define QUEUE_MOST ((size_t)8 << 20)

static const char *const names[] = {
#define X(name, number) [number] = #name,
    LEAT__ROWS(X)
#undef X
};

const char *leat__row_name(unsigned kind) { return kind < LEAT__ROW_KINDS ? names[kind] : NULL; }

static int64_t now_ns(void) { return (int64_t)leat__now_ns(); }

/* --- made and freed --- */

int leat__journal_new(const struct leat__journal_ops *ops, void *self, unsigned flags, struct leat__journal **out,
                      leat_error *err)
{
    struct leat__journal *j = calloc(1, sizeof *j);
    if (!j) {
        ops->close(self);
        return leat__fail_memory(err);
    }
    j->ops = ops;
    j->self = self;
    j->flags = flags;
    j->refs = 1;
    pthread_mutex_init(&j->lock, NULL);
    pthread_cond_init(&j->changed, NULL);
    leat__cond_init(&j->keeper);
    *out = j;
    return 0;
}

struct leat__journal *leat__journal_ref(struct leat__journal *j)
{
    if (j)
        atomic_fetch_add_explicit(&j->refs, 1, memory_order_relaxed);
    return j;
}

static void destroy(struct leat__journal *j)
{
    j->ops->close(j->self);
    leat__batch_fini(&j->fill);
    leat__batch_fini(&j->away);
    free(j->waiter);
    pthread_cond_destroy(&j->changed);
    pthread_cond_destroy(&j->keeper);
    pthread_mutex_destroy(&j->lock);
    free(j);
}

/* The keeper cannot wait for itself: it takes the journal with it when it goes. */
void leat__journal_unref(struct leat__journal *j)
{
    if (!j || atomic_fetch_sub_explicit(&j->refs, 1, memory_order_acq_rel) != 1)
        return;
    leat__journal_lead(j);
    pthread_mutex_lock(&j->lock);
    bool kept = j->kept, inside = kept && pthread_equal(j->thread, pthread_self());
    j->closing = true;
    j->orphan = inside;
    pthread_cond_signal(&j->keeper);
    pthread_mutex_unlock(&j->lock);
    if (inside)
        pthread_detach(j->thread);
    else if (kept)
        pthread_join(j->thread, NULL);
    if (!inside)
        destroy(j);
}

int leat__journal_list(struct leat__journal *j, int (*each)(void *user, const struct leat__run_row *), void *user,
                       leat_error *err)
{
    return j->ops->list(j->self, each, user, err);
}

int leat__journal_read(struct leat__journal *j, uint64_t run, int (*each)(void *user, const struct leat__row *),
                       void *user, leat_error *err)
{
    return j->ops->read(j->self, run, each, user, err);
}

/* --- the keeper --- */

static void wait_for_rows(struct leat__journal *j, uint64_t *seen)
{
    int64_t now = now_ns(), until = j->late_ns;
    bool queued = j->fill.n && !j->leading;
    if (!queued) {
        until = now + TICK_NS;
        if (*seen == j->appended)       /* nothing came for a while */
            until = INT64_MAX;
    }
    *seen = j->appended;
    j->until_ns = until;
    leat__cond_wait(&j->keeper, &j->lock, until == INT64_MAX ? UINT64_MAX : (uint64_t)until);
    j->until_ns = 0;
}

static void *keep(void *user)
{
    struct leat__journal *j = user;
    uint64_t seen = 0;
    pthread_mutex_lock(&j->lock);
    while (!j->closing) {
        bool late = j->full || j->fill.n >= MANY || now_ns() >= j->late_ns;
        if (!j->fill.n || j->leading || !late) {
            wait_for_rows(j, &seen);
            continue;
        }
        pthread_mutex_unlock(&j->lock);
        leat__journal_lead(j);      /* whoever drops the last reference waits for us */
        pthread_mutex_lock(&j->lock);
    }
    bool orphan = j->orphan;
    pthread_mutex_unlock(&j->lock);
    if (orphan)
        destroy(j);
    return NULL;
}

/* Of a simulated pool the seed says when something is committed. */
static bool is_alone(const struct leat__journal *j) { return j->flags & LEAT__JOURNAL_ALONE || (j->pool && j->pool->sim); }

bool leat__journal_wake_keeper(struct leat__journal *j)
{
    if (j->kept) {
        if (j->late_ns < j->until_ns)
            pthread_cond_signal(&j->keeper);
        return true;
    }
    sigset_t all, old;
    pthread_attr_t attr;
    if (is_alone(j) || pthread_attr_init(&attr))
        return false;
    pthread_attr_setstacksize(&attr, KEEPER_STACK);
    sigfillset(&all);               /* signals are the host's */
    pthread_sigmask(SIG_BLOCK, &all, &old);
    j->kept = !pthread_create(&j->thread, &attr, keep, j);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return j->kept;
}

/* --- who commits what was appended --- */

void leat__journal_attend(struct leat__journal *j, bool urgent, bool alone, uint32_t within_ms)
{
    int64_t late = now_ns() + (int64_t)within_ms * 1000000;
    bool sooner = j->fill.n == 1 || late < j->late_ns;
    if (sooner)
        j->late_ns = late;
    j->urgent |= urgent || is_alone(j);
    j->full = leat__batch_size(&j->fill) > QUEUE_MOST;
    if ((!urgent || alone) && sooner && !leat__journal_wake_keeper(j))
        j->urgent = true;           /* a worker will have to */
    if (j->kept && !j->leading && ((sooner && !urgent) || j->fill.n == MANY))
        pthread_cond_signal(&j->keeper);
    leat__journal_count(j);
}

/* One of the pool's that needs somebody; NULL. It stays the pool's until we leave. */
static struct leat__journal *visit(struct leat__pool *p)
{
    struct leat__journal *j;
    pthread_mutex_lock(&p->lock);
    for (j = p->journals; j && !j->counted && !j->held;)
        j = j->next;
    if (j)
        atomic_fetch_add(&j->visitors, 1);
    pthread_mutex_unlock(&p->lock);
    return j;
}

static void leave(struct leat__journal *j)
{
    pthread_mutex_lock(&j->lock);
    if (atomic_fetch_sub(&j->visitors, 1) == 1)
        pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
}

bool leat__pool_lead(struct leat__pool *p, bool finder)
{
    struct leat__life *over = NULL;
    struct leat__journal *j = visit(p);
    if (!j)
        return false;
    bool led = leat__leader_lead(j, finder ? p : NULL, &over);
    leave(j);
    leat__leader_tell(over);
    return led;
}

/* Waits while more is queued than is good: somebody commits. */
static void hold_back(struct leat__journal *j)
{
    if (j->full && j->kept && !j->leading)
        pthread_cond_signal(&j->keeper);
    while (j->full && (j->leading || j->kept))
        pthread_cond_wait(&j->changed, &j->lock);
}

void leat__pool_heed(struct leat__pool *p)
{
    struct leat__life *over = NULL;
    struct leat__journal *j = visit(p);
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    bool mine = !leat__journal_wake_keeper(j) && !j->leading && (j->full || j->fill.n >= MANY);
    if (!mine)
        hold_back(j);
    pthread_mutex_unlock(&j->lock);
    if (mine)
        leat__leader_lead(j, NULL, &over);
    leave(j);
    leat__leader_tell(over);
}
