/* timer: see run/timer.h. Who arms wakes the thread only if it would sleep too long;
 * one that was called off leaves it asleep until then. */
#include "run/timer.h"
#include "base/clock.h"
#include <signal.h>
#include <string.h>

enum { STACK = 1 << 20 };

void leat__timers_init(struct leat__timers *ts)
{
    memset(ts, 0, sizeof *ts);
    pthread_mutex_init(&ts->lock, NULL);
    leat__cond_init(&ts->changed);
    pthread_cond_init(&ts->done, NULL);
}

void leat__timers_fini(struct leat__timers *ts, bool child)
{
    pthread_mutex_lock(&ts->lock);
    ts->closing = true;
    bool made = ts->made && !child;
    pthread_cond_signal(&ts->changed);
    pthread_mutex_unlock(&ts->lock);
    if (made)
        pthread_join(ts->thread, NULL);
    pthread_mutex_destroy(&ts->lock);
    if (!child) {                       /* there somebody waits for ever */
        pthread_cond_destroy(&ts->changed);
        pthread_cond_destroy(&ts->done);
    }
}

static void take_out(struct leat__timers *ts, struct leat__timer *t)
{
    *(t->back ? &t->back->next : &ts->first) = t->next;
    *(t->next ? &t->next->back : &ts->last) = t->back;
    t->armed = false;
}

/* As a rule it is the last one. */
static void put_in(struct leat__timers *ts, struct leat__timer *t)
{
    struct leat__timer *back = ts->last;
    while (back && back->at_ns > t->at_ns)
        back = back->back;
    t->back = back;
    t->next = back ? back->next : ts->first;
    *(t->next ? &t->next->back : &ts->last) = t;
    *(back ? &back->next : &ts->first) = t;
    t->armed = true;
}

/* Under the lock, which it does without meanwhile. */
static void call_first(struct leat__timers *ts)
{
    struct leat__timer *t = ts->calling = ts->first;
    take_out(ts, t);
    pthread_mutex_unlock(&ts->lock);
    t->due(t);
    pthread_mutex_lock(&ts->lock);
    ts->calling = NULL;
    pthread_cond_broadcast(&ts->done);
}

static void *keep_time(void *user)
{
    struct leat__timers *ts = user;
    pthread_mutex_lock(&ts->lock);
    while (!ts->closing) {
        if (ts->first && ts->first->at_ns <= leat__now_ns()) {
            call_first(ts);
            continue;
        }
        ts->until_ns = ts->first ? ts->first->at_ns : UINT64_MAX;
        leat__cond_wait(&ts->changed, &ts->lock, ts->until_ns);
        ts->until_ns = 0;
    }
    pthread_mutex_unlock(&ts->lock);
    return NULL;
}

/* Signals are the host's. */
static bool make_thread(struct leat__timers *ts)
{
    sigset_t all, old;
    pthread_attr_t attr;
    if (pthread_attr_init(&attr))
        return false;
    pthread_attr_setstacksize(&attr, STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &old);
    bool made = !pthread_create(&ts->thread, &attr, keep_time, ts);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    pthread_attr_destroy(&attr);
    return made;
}

bool leat__timer_arm(struct leat__timers *ts, struct leat__timer *t)
{
    pthread_mutex_lock(&ts->lock);
    bool able = ts->made || (ts->made = make_thread(ts));
    if (able) {
        put_in(ts, t);
        if (t->at_ns < ts->until_ns)
            pthread_cond_signal(&ts->changed);
    }
    pthread_mutex_unlock(&ts->lock);
    return able;
}

void leat__timer_disarm(struct leat__timers *ts, struct leat__timer *t)
{
    pthread_mutex_lock(&ts->lock);
    if (t->armed)
        take_out(ts, t);
    while (ts->calling == t)
        pthread_cond_wait(&ts->done, &ts->lock);
    pthread_mutex_unlock(&ts->lock);
}
