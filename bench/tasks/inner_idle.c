/* inner_idle: what a pool takes when there is nothing to do, and how soon it begins again.
 *
 *     bench-idle TASKS ROUNDS
 *
 * Prints one JSON object. After a run of TASKS tasks on two workers: settle_us,
 * processor time used in the first millisecond, and idle_us, in the second after
 * that. In microseconds, medians of ROUNDS, from an idle pool and in turn from a
 * thread asleep on a futex: task, from the start of a run of one task to its
 * begin on another thread, and futex, from the wake to the first instruction
 * behind the wait. */
#include "dag/dag.h"
#include "inner_open.h"
#include <linux/futex.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t stamp;

static uint64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t now_ns(void) { return clock_ns(CLOCK_MONOTONIC); }

static void nap(long ns)
{
    struct timespec t = { ns / 1000000000, ns % 1000000000 };
    nanosleep(&t, NULL);
}

static void take_stamp(void *fn, void *const *args, void *result)
{
    (void)fn, (void)args;
    uint64_t now = now_ns();
    *(uint64_t *)result = now;
    stamp = now;
}

static void give_1(void *fn, void *const *args, void *result)
{
    (void)fn, (void)args;
    *(uint64_t *)result = 1;
}

static void *no_fn(uint32_t task)
{
    (void)task;
    return NULL;
}

static uint64_t wait_for_stamp(uint64_t since)
{
    uint64_t at;
    while (!(at = stamp))
        ;
    return at - since;
}

/* --- a thread and a futex --- */

static _Atomic uint32_t word;
static _Atomic bool closing;

static void *sleeper(void *user)
{
    (void)user;
    while (!closing) {
        uint32_t seen = word;
        syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, seen, NULL, NULL, 0);
        if (word != seen)
            stamp = now_ns();
    }
    return NULL;
}

static void wake(void)
{
    word++;
    syscall(SYS_futex, &word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static uint64_t futex_ns(void)
{
    stamp = 0;
    uint64_t start = now_ns();
    wake();
    return wait_for_stamp(start);
}

/* --- a pool --- */

struct bench { struct leat__pool *pool; struct leat__plan plan; struct leat__run run; _Atomic bool over; };

static void set_over(struct leat__run *run, int code)
{
    struct bench *b = run->user;
    (void)code;
    atomic_store(&b->over, true);
}

static void make(struct bench *b, const char *shape, uint32_t n, leat__trampoline *body)
{
    leat__trampoline *const call[] = { body, body, body, body };
    struct net net;
    if (net_make(&net, shape, n) < 0 || open_plan(&b->plan, &net, call, no_fn) < 0 ||
        leat__frame_init(&b->run.frame, &b->plan) < 0)
        exit(1);
    leat__run_init(&b->run, &leat__dag);
    b->run.pool = b->pool;
    b->run.user = b;
    b->run.ended = set_over;
    net_free(&net);
}

static void destroy(struct bench *b)
{
    leat__frame_fini(&b->run.frame);
    leat__run_fini(&b->run);
    leat__plan_fini(&b->plan);
}

static uint64_t first_task_ns(struct bench *b)
{
    leat__run_clear(&b->run);
    leat__frame_reset(&b->run.frame);
    b->over = false;
    stamp = 0;
    uint64_t start = now_ns();
    leat__run_start(&b->run);
    uint64_t took = wait_for_stamp(start);
    while (!b->over)
        ;
    return took;
}

static void measure_idle(struct leat__pool *pool, uint32_t tasks)
{
    struct bench b = { .pool = pool };
    make(&b, "wave", tasks, give_1);
    for (int i = 0; i < 3; i++) {
        leat__run_clear(&b.run);
        leat__frame_reset(&b.run.frame);
        open_run(&b.run, pool);
    }
    uint64_t end = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    nap(1000000);
    uint64_t settled = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    nap(1000000000);
    uint64_t idle = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - settled;
    printf("{\"settle_us\": %.1f, \"idle_us\": %.1f", (settled - end) / 1e3, idle / 1e3);
    destroy(&b);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static double median_us(uint64_t *t, int n)
{
    qsort(t, n, sizeof *t, by_value);
    return t[n / 2] / 1e3;
}

static void measure_wake(struct leat__pool *pool, int rounds)
{
    uint64_t *task = calloc(rounds, sizeof *task), *futex = calloc(rounds, sizeof *futex);
    struct bench b = { .pool = pool };
    pthread_t thread;
    if (pthread_create(&thread, NULL, sleeper, NULL))
        exit(1);
    make(&b, "chain", 1, take_stamp);
    for (int i = 0; i < rounds; i++) {
        nap(1500000);               /* all asleep */
        task[i] = first_task_ns(&b);
        nap(1500000);
        futex[i] = futex_ns();
    }
    closing = true;
    wake();
    pthread_join(thread, NULL);
    printf(", \"task\": %.2f, \"futex\": %.2f}\n", median_us(task, rounds), median_us(futex, rounds));
    destroy(&b);
    free(task);
    free(futex);
}

int main(int argc, char **argv)
{
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    struct leat__pool *pool = leat__pool_new(2, true);
    if (rounds < 1 || !pool) {
        fprintf(stderr, "usage: bench-idle TASKS ROUNDS\n");
        return 2;
    }
    measure_idle(pool, (uint32_t)atol(argv[1]));
    measure_wake(pool, rounds);
    leat__pool_unref(pool);
    return 0;
}
