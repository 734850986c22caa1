/* life: a process's hold on a run in the journal; see run/journal.h. */
#include "base/error.h"
#include "run/gate.h"
#include "run/leader.h"
#include "run/settle.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AT_ONCE_MS = 1, IN_TIME_MS = 1000 };

static int64_t now_ms(const struct leat__journal *j)
{
    struct timespec t;
    if (j->ops->now_ms)
        return j->ops->now_ms(j->self);
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* --- begun, resumed, freed --- */

static int take_name(struct leat__life *l)
{
    l->name = strdup(l->row.name ? l->row.name : "");
    l->row.name = l->name;
    return l->name ? 0 : LEAT_ENOMEM;
}

/* What a store answers after it has failed is not to be relied on. */
static int check_sound(struct leat__journal *j, leat_error *err)
{
    pthread_mutex_lock(&j->lock);
    int code = j->broken ? leat__fail(err, j->broken, "%s", j->why.message) : 0;
    pthread_mutex_unlock(&j->lock);
    return code;
}

static int new_life(struct leat__journal *j, uint64_t run, const char *name, struct leat__life **out, leat_error *err)
{
    int code = check_sound(j, err);
    if (code < 0)
        return code;
    struct leat__life *l = calloc(1, sizeof *l);
    if (!l)
        return leat__fail_memory(err);
    code = run ? j->ops->adopt(j->self, run, now_ms(j), &l->row, err)
                   : j->ops->begin(j->self, name ? name : "", now_ms(j), &l->row, err);
    if (!code && take_name(l) < 0)
        code = leat__fail_memory(err);
    if (code < 0) {
        free(l);
        return code;
    }
    l->journal = leat__journal_ref(j);
    l->batch_ms = AT_ONCE_MS;
    pthread_mutex_lock(&j->lock);
    if (j->broken) {
        l->lost = true;
        l->why = j->why;
    }
    l->next = j->lives;
    j->lives = l;
    pthread_mutex_unlock(&j->lock);
    *out = l;
    return 0;
}

int leat__life_begin(struct leat__journal *j, const char *name, struct leat__life **out, leat_error *err)
{
    return new_life(j, 0, name, out, err);
}

int leat__life_resume(struct leat__journal *j, uint64_t run, struct leat__life **out, leat_error *err)
{
    struct leat__life *l;
    int code = run ? new_life(j, run, NULL, &l, err) : leat__fail(err, LEAT_ENOTFOUND, "no run 0 in the journal");
    if (code < 0)
        return code;
    struct leat__row row = { .kind = LEAT__ROW_ADOPT };
    code = leat__life_append(l, &row, (struct leat__then){ 0 });
    if (!code)
        code = leat__life_sync(l, err);
    else
        leat__fail(err, code, "%s", code == LEAT_ENOMEM ? "out of memory" : leat__life_is_lost(l));
    if (code < 0)
        leat__life_free(l);
    else
        *out = l;
    return code;
}

/* The pool's workers no longer lead for it, and none is about to. */
static void detach(struct leat__life *l)
{
    struct leat__journal *j = l->journal, **at;
    if (!l->attached) {
        l->run = NULL;
        return;
    }
    struct leat__pool *p = j->pool;
    bool last = false;
    pthread_mutex_lock(&p->lock);
    pthread_mutex_lock(&j->lock);
    if ((last = --j->attached == 0)) {
        for (at = &p->journals; *at != j; at = &(*at)->next)
            ;
        *at = j->next;
        leat__journal_uncount(j);
        j->pool = NULL;
    }
    l->attached = false;
    l->run = NULL;
    pthread_mutex_unlock(&p->lock);
    while (last && atomic_load(&j->visitors) && !j->pool)
        pthread_cond_wait(&j->changed, &j->lock);
    pthread_mutex_unlock(&j->lock);
}

void leat__life_free(struct leat__life *l)
{
    if (!l)
        return;
    struct leat__journal *j = l->journal;
    leat__life_sync(l, NULL);
    detach(l);
    pthread_mutex_lock(&j->lock);
    while (l->pinned)
        pthread_cond_wait(&j->changed, &j->lock);
    struct leat__life **at = &j->lives;
    while (*at != l)
        at = &(*at)->next;
    *at = l->next;
    pthread_mutex_unlock(&j->lock);
    free(l->name);
    free(l);
    leat__journal_unref(j);
}

void leat__life_policy(struct leat__life *l, enum leat__release release, uint32_t batch_ms)
{
    l->release = release;
    l->batch_ms = release == LEAT__RELEASE_NONE ? IN_TIME_MS : batch_ms > AT_ONCE_MS ? batch_ms : AT_ONCE_MS;
}

enum leat__release leat__life_release(const struct leat__life *l) { return l->release; }

const struct leat__run_row *leat__life_run(const struct leat__life *l) { return &l->row; }

const char *leat__life_is_lost(const struct leat__life *l)
{
    return atomic_load_explicit(&l->lost, memory_order_acquire) ? l->why.message : NULL;
}

/* `why` is written before `lost` is seen; who is told that a row is lost sees that. */
bool leat__life_pin(struct leat__life *l, const leat_error *why)
{
    if (atomic_load(&l->lost))
        return false;
    l->why = *why;
    atomic_store_explicit(&l->lost, true, memory_order_release);
    return l->pinned = true;
}

static void unpin(struct leat__life *l)
{
    struct leat__journal *j = l->journal;
    pthread_mutex_lock(&j->lock);
    bool tell = l->waits && !j->leading;
    if (l->waits && j->leading)
        leat__journal_over(l);
    l->pinned = l->waits = false;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
    if (tell)
        leat__life_tell(l);
}

void leat__life_lose(struct leat__life *l)
{
    struct leat__run *run = l->run;
    if (run) {
        run->slow |= LEAT__SLOW_FULL;
        run->stop = true;
        leat__gates_stir(run);
    }
    if (run && run->policy->will)
        run->policy->will(run, LEAT__WILL_SUSPEND);
    unpin(l);
}

/* --- appending --- */

static void add_row(struct leat__life *l, const struct leat__row *row, int64_t time_ms, struct leat__then then)
{
    struct leat__row whole = *row;
    whole.run = l->row.number;
    whole.token = l->row.token;
    whole.seq = 0;
    whole.time_ms = time_ms;
    leat__batch_add(&l->journal->fill, &whole, (struct leat__due){ l, then });
    l->last = ++l->journal->appended;
}

void leat__life_give_up(struct leat__life *l, const char *text)
{
    leat_error why;
    leat__fail(&why, LEAT_ESUSPENDED, "%s", text);
    pthread_mutex_lock(&l->journal->lock);
    bool mine = leat__life_pin(l, &why);
    pthread_mutex_unlock(&l->journal->lock);
    if (mine)
        leat__life_lose(l);
}

bool leat__life_led(const struct leat__life *l)
{
    const struct leat__worker *w = leat__worker_current();
    return l->attached && w && w->deque;
}

static int append(struct leat__life *l, const struct leat__row *row, struct leat__then then)
{
    struct leat__journal *j = l->journal;
    int64_t time_ms = row->time_ms ? row->time_ms : now_ms(j);
    bool urgent = l->release == LEAT__RELEASE_EACH || then.call;
    bool led = leat__life_led(l);
    int code = row->len > LEAT__ROW_MOST ? LEAT_EUSAGE : 0;
    pthread_mutex_lock(&j->lock);
    if (j->broken || atomic_load(&l->lost))
        code = LEAT_ESUSPENDED;
    else if (!code && ((l->run && leat__pool_starves(l->run->pool)) || !leat__batch_room(&j->fill, row->len)))
        code = LEAT_ENOMEM;
    if (!code) {
        add_row(l, row, time_ms, then);
        leat__journal_attend(j, urgent, !led && l->run, urgent ? AT_ONCE_MS : l->batch_ms);
    }
    pthread_mutex_unlock(&j->lock);
    return code;
}

/* What cannot be told must not count: the run goes no further. */
int leat__life_append(struct leat__life *l, const struct leat__row *row, struct leat__then then)
{
    int code = append(l, row, then);
    if (code == LEAT_ENOMEM || code == LEAT_EUSAGE)
        leat__life_give_up(l, code == LEAT_ENOMEM ? "out of memory for the journal" : "a row is too large for the journal");
    return code;
}

/* --- what waits for a row --- */

static void wake(const struct leat__then *then, int code)
{
    (void)code;
    leat__task_wake((struct leat__handle){ then->user, then->b, then->a });
}

struct leat__then leat__then_wake(struct leat__handle h)
{
    return (struct leat__then){ .call = wake, .user = h.frame, .a = h.task, .b = h.gen };
}

static void settle(const struct leat__then *then, int code)
{
    if (code < 0) {
        leat__task_stay(then->user, then->a, then->b);
    } else {
        leat__task_recorded_late(then->user, then->a, then->b, then->worker, then->began);
        leat__task_settle(then->user, then->a, then->b);
    }
}

enum leat__after leat__life_settle(struct leat__life *l, const struct leat__row *row, struct leat__frame *f,
                                   uint32_t task, enum leat__verdict verdict)
{
    bool waits = l->release == LEAT__RELEASE_EACH;
    const struct leat__worker *w = leat__worker_current();
    struct leat__then then = { settle, f, task, verdict, w ? w->lane : 0, w ? w->began : 0 };
    int code = leat__life_append(l, row, waits ? then : (struct leat__then){ 0 });
    return code < 0 ? LEAT__STAY : waits ? LEAT__LATER : LEAT__GO;
}

static int lost_code(const struct leat__life *l)
{
    return l->why.code == LEAT_EFENCED ? LEAT_EFENCED : LEAT_ESUSPENDED;
}

int leat__life_sync(struct leat__life *l, leat_error *err)
{
    struct leat__journal *j = l->journal;
    pthread_mutex_lock(&j->lock);
    while (j->through < l->last) {
        if (j->leading) {
            pthread_cond_wait(&j->changed, &j->lock);
            continue;
        }
        pthread_mutex_unlock(&j->lock);
        leat__journal_lead(j);
        pthread_mutex_lock(&j->lock);
    }
    pthread_mutex_unlock(&j->lock);
    return leat__life_is_lost(l) ? leat__fail(err, lost_code(l), "%s", l->why.message) : 0;
}

/* --- from a run's start to its end --- */

void leat__life_attach(struct leat__life *l, struct leat__run *run)
{
    struct leat__journal *j = l->journal;
    struct leat__pool *p = run->pool;
    pthread_mutex_lock(&p->lock);
    pthread_mutex_lock(&j->lock);
    if (!j->pool) {
        j->pool = p;
        j->next = p->journals;
        p->journals = j;
    }
    l->run = run;
    l->attached = j->pool == p;         /* else the keeper does it all */
    j->attached += l->attached;
    bool lost = atomic_load(&l->lost);
    pthread_mutex_unlock(&j->lock);
    pthread_mutex_unlock(&p->lock);
    if (lost)
        leat__run_cancel(run);
}

void leat__life_tell(struct leat__life *l)
{
    struct leat__run *run = l->run;
    void (*ended)(struct leat__run *, int) = l->ended;
    int code = l->code;
    detach(l);
    ended(run, code);
}

static void end(const struct leat__then *then, int code)
{
    struct leat__life *l = then->user;
    if (code < 0)
        l->code = lost_code(l);
    leat__journal_over(l);
}

/* The end cannot be told of in the journal. A leader that is about tells the run
 * when it is done, for rows of the run may be among its own. */
static void end_lost(struct leat__life *l)
{
    struct leat__journal *j = l->journal;
    l->code = lost_code(l);
    pthread_mutex_lock(&j->lock);
    bool later = j->leading || l->pinned;
    if (l->pinned)
        l->waits = true;
    else if (later)
        leat__journal_over(l);
    pthread_mutex_unlock(&j->lock);
    if (!later)
        leat__life_tell(l);
}

void leat__life_finish(struct leat__life *l, int code, void (*ended)(struct leat__run *run, int code))
{
    bool suspended = code == LEAT_ESUSPENDED;
    struct leat__row row = { .kind = suspended ? LEAT__ROW_SUSPEND : LEAT__ROW_END, .code = suspended ? 0 : code };
    l->ended = ended;
    l->code = code;
    int wrong = leat__life_append(l, &row, (struct leat__then){ .call = end, .user = l });
    if (wrong < 0)
        end_lost(l);
}
