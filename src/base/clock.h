/* clock: time that never goes back, and waiting by it. */
#pragma once
#include <pthread.h>
#include <stdint.h>
#include <time.h>

static inline uint64_t leat__now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Of that clock: setting the wall's changes no wait. */
static inline void leat__cond_init(pthread_cond_t *c)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(c, &attr);
    pthread_condattr_destroy(&attr);
}

/* One made so; until_ns UINT64_MAX: for ever. As pthread_cond_timedwait. */
static inline int leat__cond_wait(pthread_cond_t *c, pthread_mutex_t *lock, uint64_t until_ns)
{
    struct timespec t = { (time_t)(until_ns / 1000000000u), (long)(until_ns % 1000000000u) };
    return until_ns == UINT64_MAX ? pthread_cond_wait(c, lock) : pthread_cond_timedwait(c, lock, &t);
}
