/* journal_memory: see run/journal_memory.h. */
#include "run/journal_memory.h"
#include "base/error.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct run { struct leat__run_row row; char *name; };

struct leat__journal_memory {
    pthread_mutex_t lock;
    pthread_cond_t released;            /* or one more is held back           */
    uint32_t waiting;                   /* commits that are                   */
    struct leat__row *row;              /* bodies are ours                */
    uint32_t rows, cap;
    struct run *run;                    /* number - 1                     */
    uint32_t runs, runs_cap;
    uint32_t commits, fail_at;          /* the commit that fails; 0: none */
    struct leat__journal_fault fault;   /* how                            */
    bool held, next, broken;
    int64_t clock;
};

struct leat__journal_memory *leat__journal_memory_new(void)
{
    struct leat__journal_memory *m = calloc(1, sizeof *m);
    if (!m)
        return NULL;
    pthread_mutex_init(&m->lock, NULL);
    pthread_cond_init(&m->released, NULL);
    return m;
}

static void drop(struct leat__journal_memory *m, uint32_t rows)
{
    while (m->rows > rows)
        free((void *)m->row[--m->rows].body);
}

void leat__journal_memory_free(struct leat__journal_memory *m)
{
    if (!m)
        return;
    drop(m, 0);
    for (uint32_t i = 0; i < m->runs; i++)
        free(m->run[i].name);
    free(m->run);
    free(m->row);
    pthread_cond_destroy(&m->released);
    pthread_mutex_destroy(&m->lock);
    free(m);
}

/* --- faults --- */

void leat__journal_memory_break(struct leat__journal_memory *m, struct leat__journal_fault fault)
{
    pthread_mutex_lock(&m->lock);
    m->fail_at = fault.nth ? m->commits + fault.nth : 0;
    m->fault = fault;
    pthread_mutex_unlock(&m->lock);
}

void leat__journal_memory_fail(struct leat__journal_memory *m, uint32_t nth, bool kept)
{
    leat__journal_memory_break(m, (struct leat__journal_fault){ nth, kept, false, "the journal in memory failed, as it was told to" });
}

void leat__journal_memory_hold(struct leat__journal_memory *m, bool hold)
{
    pthread_mutex_lock(&m->lock);
    m->held = hold;
    pthread_cond_broadcast(&m->released);
    pthread_mutex_unlock(&m->lock);
}

void leat__journal_memory_await(struct leat__journal_memory *m)
{
    pthread_mutex_lock(&m->lock);
    while (!m->waiting)
        pthread_cond_wait(&m->released, &m->lock);
    pthread_mutex_unlock(&m->lock);
}

void leat__journal_memory_next(struct leat__journal_memory *m)
{
    pthread_mutex_lock(&m->lock);
    m->next = true;
    pthread_cond_broadcast(&m->released);
    while (m->next)
        pthread_cond_wait(&m->released, &m->lock);
    pthread_mutex_unlock(&m->lock);
}

/* What a run's rows tell of it. */
static void retell(struct run *r, const struct leat__row *row)
{
    r->row.head = row->seq;
    r->row.changed_ms = row->time_ms;
    r->row.state = row->kind == LEAT__ROW_END ? LEAT__RUN_OVER
                 : row->kind == LEAT__ROW_SUSPEND ? LEAT__RUN_SUSPENDED : LEAT__RUN_RUNNING;
    r->row.code = row->kind == LEAT__ROW_END ? row->code : 0;
}

void leat__journal_memory_cut(struct leat__journal_memory *m, uint32_t rows)
{
    pthread_mutex_lock(&m->lock);
    drop(m, m->rows > rows ? m->rows - rows : 0);
    for (uint32_t i = 0; i < m->runs; i++) {
        m->run[i].row.head = 0;
        m->run[i].row.state = LEAT__RUN_RUNNING;
    }
    for (uint32_t i = 0; i < m->rows; i++)
        retell(&m->run[m->row[i].run - 1], &m->row[i]);
    pthread_mutex_unlock(&m->lock);
}

uint32_t leat__journal_memory_rows(struct leat__journal_memory *m)
{
    pthread_mutex_lock(&m->lock);
    uint32_t n = m->rows;
    pthread_mutex_unlock(&m->lock);
    return n;
}

uint32_t leat__journal_memory_commits(struct leat__journal_memory *m)
{
    pthread_mutex_lock(&m->lock);
    uint32_t n = m->commits;
    pthread_mutex_unlock(&m->lock);
    return n;
}

/* --- ops --- */

static int make_room(struct leat__journal_memory *m, uint32_t n)
{
    if (m->cap - m->rows >= n)
        return 0;
    uint32_t more = (m->rows + n) * 2;
    struct leat__row *row = realloc(m->row, more * sizeof *row);
    if (!row)
        return LEAT_ENOMEM;
    m->row = row;
    m->cap = more;
    return 0;
}

/* All or nothing. */
static int keep(struct leat__journal_memory *m, const struct leat__row *rows, uint32_t n)
{
    uint32_t before = m->rows;
    if (make_room(m, n) < 0)
        return LEAT_ENOMEM;
    for (uint32_t i = 0; i < n; i++) {
        void *body = malloc(rows[i].len + 1);
        if (!body) {
            drop(m, before);
            return LEAT_ENOMEM;
        }
        if (rows[i].len)
            memcpy(body, rows[i].body, rows[i].len);
        m->row[m->rows] = rows[i];
        m->row[m->rows++].body = body;
    }
    for (uint32_t i = before; i < m->rows; i++) {
        struct run *r = &m->run[m->row[i].run - 1];
        m->row[i].seq = r->row.head + 1;
        retell(r, &m->row[i]);
    }
    return 0;
}

static uint32_t find_fenced(const struct leat__journal_memory *m, const struct leat__row *rows, uint32_t n)
{
    uint32_t i = 0;
    while (i < n && m->run[rows[i].run - 1].row.token == rows[i].token)
        i++;
    return i;
}

static int commit(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    struct leat__journal_memory *m = self;
    int code = 0;
    pthread_mutex_lock(&m->lock);
    m->waiting++;
    pthread_cond_broadcast(&m->released);
    while (m->held && !m->next)
        pthread_cond_wait(&m->released, &m->lock);
    m->next = false;
    m->waiting--;
    pthread_cond_broadcast(&m->released);
    if ((*out_fenced = find_fenced(m, rows, n)) < n) {
        code = leat__fail(err, LEAT_EFENCED, "run %llu has another owner", (unsigned long long)rows[*out_fenced].run);
    } else {
        bool fails = ++m->commits == m->fail_at;
        m->broken |= fails && !m->fault.once;
        if (fails ? m->fault.kept : !m->broken)
            code = keep(m, rows, n);
        if (fails || m->broken)
            code = leat__fail(err, LEAT_ESYSTEM, "%s", m->fault.why);
        else if (code < 0)
            leat__fail_memory(err);
    }
    pthread_mutex_unlock(&m->lock);
    return code;
}

static int begin(void *self, const char *name, int64_t now_ms, struct leat__run_row *out, leat_error *err)
{
    struct leat__journal_memory *m = self;
    int code = 0;
    pthread_mutex_lock(&m->lock);
    if (m->runs == m->runs_cap) {
        uint32_t more = m->runs_cap * 2 + 8;
        struct run *run = realloc(m->run, more * sizeof *run);
        if (run) {
            m->run = run;
            m->runs_cap = more;
        }
    }
    char *mine = m->runs < m->runs_cap ? strdup(name) : NULL;
    if (!mine) {
        code = leat__fail_memory(err);
    } else {
        struct run *r = &m->run[m->runs++];
        *r = (struct run){ .name = mine, .row = { .number = m->runs, .token = 1, .begun_ms = now_ms,
                           .changed_ms = now_ms, .state = LEAT__RUN_RUNNING, .name = mine } };
        r->row.uuid[15] = (uint8_t)m->runs;
        *out = r->row;
    }
    pthread_mutex_unlock(&m->lock);
    return code;
}

static int adopt(void *self, uint64_t run, int64_t now_ms, struct leat__run_row *out, leat_error *err)
{
    struct leat__journal_memory *m = self;
    int code = 0;
    pthread_mutex_lock(&m->lock);
    struct run *r = run && run <= m->runs ? &m->run[run - 1] : NULL;
    if (!r) {
        code = leat__fail(err, LEAT_ENOTFOUND, "no run %llu in the journal", (unsigned long long)run);
    } else if (r->row.state == LEAT__RUN_OVER) {
        code = leat__fail(err, LEAT_EUSAGE, "run %llu is over", (unsigned long long)run);
    } else {
        r->row.token++;
        r->row.changed_ms = now_ms;
        *out = r->row;
    }
    pthread_mutex_unlock(&m->lock);
    return code;
}

static int read_rows(void *self, uint64_t run, int (*each)(void *user, const struct leat__row *), void *user,
                     leat_error *err)
{
    struct leat__journal_memory *m = self;
    if (!run || run > m->runs)
        return leat__fail(err, LEAT_ENOTFOUND, "no run %llu in the journal", (unsigned long long)run);
    for (uint32_t i = 0;; i++) {
        pthread_mutex_lock(&m->lock);
        bool more = i < m->rows;
        struct leat__row row = more ? m->row[i] : (struct leat__row){ 0 };
        pthread_mutex_unlock(&m->lock);
        int code = row.run == run ? each(user, &row) : 0;
        if (!more || code)
            return code;
    }
}

static int list(void *self, int (*each)(void *user, const struct leat__run_row *), void *user, leat_error *err)
{
    struct leat__journal_memory *m = self;
    (void)err;
    for (uint32_t i = m->runs; i-- > 0;) {
        int code = each(user, &m->run[i].row);
        if (code)
            return code;
    }
    return 0;
}

/* What failed is forgotten: the next journal reopens. */
static void close_store(void *self)
{
    struct leat__journal_memory *m = self;
    m->broken = false;
    m->fail_at = 0;
}

static int64_t now_ms(void *self)
{
    struct leat__journal_memory *m = self;
    pthread_mutex_lock(&m->lock);
    int64_t now = ++m->clock;
    pthread_mutex_unlock(&m->lock);
    return now;
}

const struct leat__journal_ops leat__journal_memory_ops = { .name = "memory", .commit = commit, .begin = begin,
    .adopt = adopt, .read = read_rows, .list = list, .close = close_store, .now_ms = now_ms };
