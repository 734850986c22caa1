/* apart: see apart.h. A flow runs on the thread that executes it, and waits for what
 * it is to revert: so it has a thread of its own. */
#include "apart.h"
#include "crash.h"
#include <pthread.h>
#include <time.h>

struct flow {
    leat_run *run;
    leat_error *err;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    int code;
    bool over;
};

static void *execute(void *user)
{
    struct flow *f = user;
    int code = 0;
    pthread_cleanup_push(crash_thread_ended, NULL);
    code = leat_run_execute(f->run, f->err);
    pthread_cleanup_pop(0);
    pthread_mutex_lock(&f->lock);
    f->code = code;
    f->over = true;
    pthread_cond_signal(&f->ended);
    pthread_mutex_unlock(&f->lock);
    return NULL;
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += ms % 1000 * 1000000;
    t.tv_sec += ms / 1000 + t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

/* Under the lock. One look a grace time; an atom that was left behind at two of them
 * does not return. */
static bool ends(struct flow *f, int64_t deadline_ms)
{
    struct timespec last = in_ms(deadline_ms + APART_GRACE_MS);
    bool left = false, late = false;
    while (!f->over && !late) {
        struct timespec until = in_ms(APART_GRACE_MS);
        bool final = deadline_ms >= 0 && (until.tv_sec > last.tv_sec ||
                                          (until.tv_sec == last.tv_sec && until.tv_nsec >= last.tv_nsec));
        if (!pthread_cond_timedwait(&f->ended, &f->lock, final ? &last : &until))
            continue;
        bool again = leat_run_abandoned(f->run, NULL, 0) > 0;
        late = final || (left && again);
        left = again;
    }
    return f->over;
}

static int run_flow(leat_run *r, int64_t deadline_ms, leat_error *err)
{
    static struct flow f;               /* its thread may outlive us */
    pthread_condattr_t attr;
    pthread_t thread;
    f = (struct flow){ .run = r, .err = err };
    pthread_mutex_init(&f.lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&f.ended, &attr);
    pthread_condattr_destroy(&attr);
    if (pthread_create(&thread, NULL, execute, &f))
        return leat_run_execute(r, err);
    pthread_mutex_lock(&f.lock);
    bool ended = ends(&f, deadline_ms);
    pthread_mutex_unlock(&f.lock);
    if (!ended)
        return LEAT_EBUSY;
    pthread_join(thread, NULL);
    return f.code;
}

int apart_run(leat_run *r, int64_t deadline_ms, bool flow, leat_error *err)
{
    int code = 0;
    if (flow)
        return run_flow(r, deadline_ms, err);
    pthread_cleanup_push(crash_thread_ended, NULL);     /* pthread_exit in a node would end the command without a word */
    code = leat_run_submit(r, NULL, NULL, err);
    if (code == LEAT_ESYSTEM)           /* not one thread: this one does it all */
        code = leat_run_execute(r, err);
    else if (!code)
        code = leat_run_wait(r, deadline_ms < 0 ? -1 : deadline_ms + APART_GRACE_MS, err);
    pthread_cleanup_pop(0);
    return code;
}
