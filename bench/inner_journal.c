/* Durable runs beside the disk they stand on, in one run of the program, in turns:
 * a chain with a commit per task against a write and a sync of a log that does not
 * grow; and a fan of 1,000 against the same log with 128 writers waiting for one
 * who syncs for all. A body of 100 bytes a row; every second counts what was durable.
 *
 *     bench-inner-journal FOLDER [SECONDS]         figures as JSON */
#include "graph/graph.h"
#include "run/open.h"
#include "run/run.h"
#include "run/worker.h"
#include "store/store.h"
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { WIDE = 1000, IN_FLIGHT = 128, RECORD = 128, BODY = 100, ROUNDS = 5 };
#define LOG_BYTES ((size_t)16 << 20)

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void die(const char *why)
{
    fprintf(stderr, "bench-inner-journal: %s\n", why);
    exit(1);
}

/* --- the disk itself --- */

static int log_fd;
static off_t log_at;

static void open_log(const char *folder)
{
    char path[512], *zero = calloc(1, LOG_BYTES);
    snprintf(path, sizeof path, "%s/raw.log", folder);
    log_fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (!zero || log_fd < 0 || write(log_fd, zero, LOG_BYTES) != (ssize_t)LOG_BYTES || fsync(log_fd) < 0)
        die("cannot write the log");
    unlink(path);
    free(zero);
}

static void sync_records(uint32_t n)
{
    static char record[RECORD * IN_FLIGHT];
    if (log_at + (off_t)sizeof record > (off_t)LOG_BYTES)
        log_at = 0;
    if (pwrite(log_fd, record, RECORD * n, log_at) < 0 || fdatasync(log_fd) < 0)
        die("cannot sync the log");
    log_at += RECORD * n;
}

static double raw_single(double seconds)
{
    uint64_t n = 0;
    double t0 = now(), t;
    do
        sync_records(1), n++;
    while ((t = now()) - t0 < seconds);
    return (double)n / (t - t0);
}

/* 128 writers, one record each in flight: who syncs takes all that are there. */
static struct { pthread_mutex_t lock; pthread_cond_t come, done; uint64_t next, durable; bool stop; } group =
    { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, false };

static void *write_group(void *user)
{
    (void)user;
    pthread_mutex_lock(&group.lock);
    while (!group.stop) {
        uint64_t mine = ++group.next;
        pthread_cond_signal(&group.come);
        while (group.durable < mine && !group.stop)
            pthread_cond_wait(&group.done, &group.lock);
    }
    pthread_mutex_unlock(&group.lock);
    return NULL;
}

static double raw_group(double seconds)
{
    pthread_t thread[IN_FLIGHT];
    group.next = group.durable = 0;
    group.stop = false;
    for (int i = 0; i < IN_FLIGHT; i++)
        if (pthread_create(&thread[i], NULL, write_group, NULL))
            die("no thread");
    double t0 = now(), t = t0;
    pthread_mutex_lock(&group.lock);
    while (t - t0 < seconds) {
        while (group.next == group.durable)
            pthread_cond_wait(&group.come, &group.lock);
        uint64_t to = group.next;
        uint32_t n = (uint32_t)(to - group.durable);
        pthread_mutex_unlock(&group.lock);
        sync_records(n);
        pthread_mutex_lock(&group.lock);
        group.durable = to;
        pthread_cond_broadcast(&group.done);
        t = now();
    }
    uint64_t n = group.durable;
    group.stop = true;
    pthread_cond_broadcast(&group.done);
    pthread_mutex_unlock(&group.lock);
    for (int i = 0; i < IN_FLIGHT; i++)
        pthread_join(thread[i], NULL);
    return (double)n / (t - t0);
}

/* --- durable runs --- */

static void nothing(void *user, void *const *args, void *result)
{
    (void)user, (void)args;
    *(uint64_t *)result = 1;
}

static enum leat__after settled(struct leat__frame *f, uint32_t t, enum leat__verdict v)
{
    static const char body[BODY];
    struct leat__row row = { .kind = LEAT__ROW_DONE, .task = t, .body = body, .len = sizeof body };
    return leat__life_settle(f->run->life, &row, f, t, v);
}

static const struct leat__policy policy = { .name = "rows", .settled = settled };
static const struct leat__type number = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 11 };

struct work { struct leat__graph g; struct leat__plan plan; struct leat__function *f; };

static void make_work(struct work *k, uint32_t n, bool chain)
{
    char (*name)[12] = calloc(n, sizeof *name);
    struct leat__param *param = calloc(n, sizeof *param);
    struct leat__head *head = calloc(n, sizeof *head);
    uint8_t *need = calloc(3, n);
    uint32_t *ids = calloc(n, sizeof *ids);
    k->f = calloc(n, sizeof *k->f);
    for (uint32_t i = 0; i < n; i++) {
        snprintf(name[i], sizeof name[i], "n%u", i);
        param[i] = (struct leat__param){ name[i ? i - 1 : 0], &number };
        head[i] = (struct leat__head){ .file = "x.c", .result = &number, .params = &param[i], .count = chain && i,
                                       .call = nothing };
        k->f[i] = (struct leat__function){ .name = name[i], .head = &head[i] };
        ids[i] = i;
    }
    struct leat__functions module = { k->f, n };
    struct leat__graph_spec spec = { &module, 1, NULL, 0, NULL, 0 };
    if (leat__graph_build(&k->g, &spec) < 0 || leat__graph_select(&k->g, ids, n, NULL, need) < 0)
        die("no graph");
    struct leat__plan_spec plan = { &k->g, need, need + n, need + 2 * n, NULL, true };
    if (leat__plan_make(&k->plan, &plan, NULL) < 0 || leat__plan_open(&k->plan) < 0)
        die("no plan");
    for (uint32_t t = 0; t < k->plan.n; t++)
        k->plan.task[t].flags |= LEAT__TASK_ASKS;
    free(ids);
    free(need);
}

/* Tasks a second, runs until `seconds` are over. */
static double durable(struct leat__journal *j, struct leat__pool *pool, struct work *k, double seconds)
{
    uint64_t n = 0;
    double t0 = now(), t;
    do {
        struct leat__run run = { .pool = pool };
        leat__run_init(&run, &policy);
        if (leat__frame_init(&run.frame, &k->plan) < 0 || leat__life_begin(j, "bench", &run.life, NULL) < 0)
            die("no run");
        if (leat__run_through(&run) || run.ok != k->plan.n)
            die(leat__life_is_lost(run.life) ? leat__life_is_lost(run.life) : "a run did not end well");
        n += run.ok;
        leat__run_clear(&run);
        leat__frame_fini(&run.frame);
        leat__run_fini(&run);
        leat__life_free(run.life);
    } while ((t = now()) - t0 < seconds);
    return (double)n / (t - t0);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *of)
{
    qsort(of, ROUNDS, sizeof *of, compare);
    return of[ROUNDS / 2];
}

int main(int argc, char **argv)
{
    char store[512];
    double seconds = argc > 2 ? atof(argv[2]) : 2, figure[6][ROUNDS];
    struct leat__journal *j;
    struct work chain, wide;
    leat_error err;
    if (argc < 2)
        die("FOLDER [SECONDS]");
    snprintf(store, sizeof store, "%s/store", argv[1]);
    open_log(argv[1]);
    if (leat__store_open(store, &j, &err) < 0)
        die(err.message);
    struct leat__pool *alone = leat__pool_new(1, false), *both = leat__pool_new(2, true);
    make_work(&chain, 100, true);
    make_work(&wide, WIDE, false);
    durable(j, alone, &chain, seconds);     /* the log has its length */
    for (int i = 0; i < ROUNDS; i++) {
        figure[0][i] = raw_single(seconds);
        figure[1][i] = durable(j, alone, &chain, seconds);
        figure[2][i] = figure[1][i] / figure[0][i];
        figure[3][i] = raw_group(seconds);
        figure[4][i] = durable(j, both, &wide, seconds);
        figure[5][i] = figure[4][i] / figure[3][i];
    }
    printf("{\"raw\": %.1f, \"chain\": %.1f, \"chain_ratio\": %.3f, \"raw_group\": %.1f, \"wide\": %.1f, "
           "\"wide_ratio\": %.3f}\n", median(figure[0]), median(figure[1]), median(figure[2]), median(figure[3]),
           median(figure[4]), median(figure[5]));
    leat__journal_unref(j);
    leat__pool_unref(alone);
    leat__pool_unref(both);
    return 0;
}
