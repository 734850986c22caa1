/* leader: see run/leader.h. */
#include "run/leader.h"
#include "run/policy.h"

static void mark(_Atomic bool *mine, _Atomic uint32_t *all, bool now)
{
    if (now != atomic_exchange(mine, now))
        atomic_fetch_add(all, now ? 1 : (uint32_t)-1);
}

void leat__journal_count(struct leat__journal *j)
{
    if (!j->pool)
        return;
    mark(&j->counted, &j->pool->unsynced, j->urgent && !j->leading && j->fill.n);
    mark(&j->held, &j->pool->overfull, j->full);
}

void leat__journal_uncount(struct leat__journal *j)
{
    mark(&j->counted, &j->pool->unsynced, false);
    mark(&j->held, &j->pool->overfull, false);
}

static void take_fill(struct leat__journal *j)
{
    struct leat__batch b = j->away;
    j->away = j->fill;
    j->fill = b;
    leat__batch_clear(&j->fill);
    if (j->full)            /* there is room again: who was held back goes on */
        pthread_cond_broadcast(&j->changed);
    j->urgent = j->full = false;
}

/* Those of a life whose run has another owner now leave the batch, and are told. */
static void drop_fenced(struct leat__journal *j, struct leat__batch *b, uint32_t row, const leat_error *why)
{
    const struct leat__life *fenced = b->due[row].life;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < b->n; i++) {
        struct leat__due due = b->due[i];
        if (due.life != fenced) {
            b->row[kept] = b->row[i];
            b->due[kept++] = due;
            continue;
        }
        pthread_mutex_lock(&j->lock);
        bool mine = leat__life_pin(due.life, why);
        pthread_mutex_unlock(&j->lock);
        if (mine)
            leat__life_lose(due.life);
        if (due.then.call)
            due.then.call(&due.then, LEAT_EFENCED);
    }
    b->n = kept;
}

static int commit(struct leat__journal *j, struct leat__batch *b, leat_error *err)
{
    int code = 0;
    leat__batch_seal(b);
    while (b->n) {
        uint32_t fenced = 0;
        code = j->ops->commit(j->self, b->row, b->n, &fenced, err);
        if (code != LEAT_EFENCED)
            break;
        drop_fenced(j, b, fenced, err);
        code = 0;
    }
    return code;
}

/* Suspends every run of the journal, one by one: none may be freed meanwhile. */
static void break_down(struct leat__journal *j, const leat_error *why)
{
    pthread_mutex_lock(&j->lock);
    j->broken = why->code;
    j->why = *why;
    for (struct leat__life *l = j->lives; l;) {
        if (!leat__life_pin(l, why)) {
            l = l->next;
            continue;
        }
        pthread_mutex_unlock(&j->lock);
        leat__life_lose(l);
        pthread_mutex_lock(&j->lock);
        l = j->lives;
    }
    pthread_mutex_unlock(&j->lock);
}

static void let_go(struct leat__batch *b, int code)
{
    for (uint32_t i = 0; i < b->n; i++)
        if (b->due[i].then.call)
            b->due[i].then.call(&b->due[i].then, code);
}

/* One batch. A worker that will look for work next needs nobody to be woken for it. */
static void put_through(struct leat__journal *j, struct leat__pool *finder)
{
    leat_error why = { 0 };
    uint64_t rows = j->away.n;
    int code = j->broken ? j->broken : commit(j, &j->away, &why);
    if (code < 0 && !j->broken)
        break_down(j, &why);
    pthread_mutex_lock(&j->lock);
    bool quiet = finder && !j->fill.n;
    pthread_mutex_unlock(&j->lock);
    if (quiet)
        atomic_fetch_add(&finder->spinning, 1);
    let_go(&j->away, code);
    if (quiet)
        atomic_fetch_sub(&finder->spinning, 1);
    pthread_mutex_lock(&j->lock);
    j->through += rows;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    leat__journal_wake(j);
}

/* Under the lock: until nobody waits for what has come meanwhile. */
static void put_all_through(struct leat__journal *j, struct leat__pool *finder)
{
    do {
        take_fill(j);
        leat__journal_count(j);
        pthread_mutex_unlock(&j->lock);
        put_through(j, finder);
        pthread_mutex_lock(&j->lock);
    } while (j->fill.n && (j->urgent || j->full || j->broken));
}

void leat__journal_over(struct leat__life *l)
{
    l->next_over = l->journal->over;
    l->journal->over = l;
}

void leat__leader_tell(struct leat__life *l)
{
    while (l) {
        struct leat__life *next = l->next_over;
        leat__life_tell(l);
        l = next;
    }
}

bool leat__leader_lead(struct leat__journal *j, struct leat__pool *finder, struct leat__life **over)
{
    pthread_mutex_lock(&j->lock);
    bool leads = j->fill.n && !j->leading;
    *over = NULL;
    if (leads) {
        j->leading = true;
        put_all_through(j, finder);
        j->leading = false;
        if (j->fill.n)          /* they may come later, and the keeper may have gone to sleep over this */
            leat__journal_wake_keeper(j);
        leat__journal_count(j);
        *over = j->over;
        j->over = NULL;
        pthread_cond_broadcast(&j->changed);
    }
    pthread_mutex_unlock(&j->lock);
    return leads;
}

bool leat__journal_lead(struct leat__journal *j)
{
    struct leat__life *over;
    bool led = leat__leader_lead(j, NULL, &over);
    leat__leader_tell(over);
    return led;
}
