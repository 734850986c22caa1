/* journal: see store/journal.h. The newest seq and sum of the runs that this process
 * writes are kept in memory: the lock says that nobody else writes them. A commit
 * touches one page: it looks for its token, and adds rows at the end. */
#include "store/journal.h"
#include "base/error.h"
#include "base/vector.h"
#include "store/sqlite.h"
#include "store/store.h"
#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SUM = 16 };

struct head {                           /* of a run that is written here */
    uint64_t run, token, seq;
    uint64_t seen;                      /* the commit that looked for its token */
    bool over;                          /* nothing follows                      */
    uint8_t sum[SUM];
};

struct store {
    struct leat__sqlite sqlite;
    pthread_mutex_t lock;
    struct head *head, *after;          /* after: what a commit will have made of it */
    uint32_t heads, cap, after_cap;
    char *name;                         /* of the run told last                 */
    uint64_t commits;
};

/* --- the chain --- */

static void put64(crypto_generichash_state *h, uint64_t v)
{
    uint8_t b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (uint8_t)(v >> (8 * i));
    crypto_generichash_update(h, b, sizeof b);
}

/* sum: of the row before (of the first: the run's uuid), then of this one. */
static void chain(uint8_t sum[SUM], const struct leat__row *r)
{
    crypto_generichash_state h;
    crypto_generichash_init(&h, NULL, 0, SUM);
    crypto_generichash_update(&h, sum, SUM);
    put64(&h, r->run);
    put64(&h, r->seq);
    put64(&h, r->token);
    put64(&h, (uint64_t)r->time_ms);
    put64(&h, r->task);
    put64(&h, (uint64_t)r->attempt << 32 | (uint32_t)r->code);
    put64(&h, r->kind);
    put64(&h, r->len);
    if (r->len)
        crypto_generichash_update(&h, r->body, r->len);
    crypto_generichash_final(&h, sum, SUM);
}

static struct head *head_of(struct head *h, uint32_t n, uint64_t run)
{
    for (uint32_t i = 0; i < n; i++)
        if (h[i].run == run)
            return &h[i];
    return NULL;
}

/* --- commit --- */

static int fenced(struct store *s, const struct leat__row *r, leat_error *err)
{
    return leat__fail(err, LEAT_EFENCED, "%s: run %llu has another owner", s->sqlite.folder.path, (unsigned long long)r->run);
}

/* What cannot be read is no other owner. */
static int check_token(struct store *s, const struct leat__row *r, leat_error *err)
{
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_FENCE);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)r->run);
    sqlite3_bind_int64(st, 2, (sqlite3_int64)r->token);
    int told = sqlite3_step(st);
    int code = told == SQLITE_ROW ? 0 : told == SQLITE_DONE ? fenced(s, r, err)
             : leat__sqlite_fail(&s->sqlite, "read", err);
    sqlite3_reset(st);
    return code;
}

static int append(struct store *s, const struct leat__row *r, const uint8_t *sum, leat_error *err)
{
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_APPEND);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)r->run);
    sqlite3_bind_int64(st, 2, (sqlite3_int64)r->seq);
    sqlite3_bind_int64(st, 3, (sqlite3_int64)r->token);
    sqlite3_bind_int64(st, 4, r->time_ms);
    sqlite3_bind_int(st, 5, (int)r->kind);
    sqlite3_bind_int64(st, 6, (sqlite3_int64)r->task);
    sqlite3_bind_int64(st, 7, r->attempt);
    sqlite3_bind_int(st, 8, r->code);
    sqlite3_bind_blob64(st, 9, r->len ? r->body : "", r->len, SQLITE_STATIC);
    sqlite3_bind_blob(st, 10, sum, SUM, SQLITE_STATIC);
    return leat__sqlite_do(&s->sqlite, LEAT__SQL_APPEND, err);
}

static int tell_state(struct store *s, const struct leat__row *r, leat_error *err)
{
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_STATE);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)r->run);
    sqlite3_bind_int(st, 2, r->kind == LEAT__ROW_END ? LEAT__RUN_OVER : LEAT__RUN_SUSPENDED);
    sqlite3_bind_int(st, 3, r->kind == LEAT__ROW_END ? r->code : 0);
    sqlite3_bind_int64(st, 4, r->time_ms);
    return leat__sqlite_do(&s->sqlite, LEAT__SQL_STATE, err);
}

/* Inside a transaction. */
static int append_all(struct store *s, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    int code = 0;
    for (uint32_t i = 0; !code && i < n; i++) {
        struct leat__row r = rows[i];
        struct head *h = head_of(s->after, s->heads, r.run);
        bool known = h && h->seen == s->commits && h->token == r.token;
        code = !h || h->over || h->token != r.token ? fenced(s, &r, err) : known ? 0 : check_token(s, &r, err);
        if (code == LEAT_EFENCED)
            *out_fenced = i;
        if (code < 0)
            return code;
        h->seen = s->commits;
        r.seq = ++h->seq;
        chain(h->sum, &r);
        h->over = r.kind == LEAT__ROW_END || r.kind == LEAT__ROW_SUSPEND;
        code = append(s, &r, h->sum, err);
        if (!code && h->over)
            code = tell_state(s, &r, err);
    }
    return code;
}

/* Of runs that are over nothing is kept. */
static void keep_heads(struct store *s)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->heads; i++)
        if (!s->after[i].over)
            s->head[kept++] = s->after[i];
    s->heads = kept;
}

/* After a failure nobody knows what the disk has: nothing more is written. */
static int break_down(struct store *s, int code)
{
    s->sqlite.broken = code;
    if (!sqlite3_get_autocommit(s->sqlite.db))
        leat__sqlite_do(&s->sqlite, LEAT__SQL_ROLLBACK, NULL);
    return code;
}

static int check_whole(const struct store *s, leat_error *err)
{
    return s->sqlite.broken ? leat__fail(err, LEAT_ESYSTEM, "%s: an earlier write failed; open it again",
                                         s->sqlite.folder.path) : 0;
}

static int commit_rows(struct store *s, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    int code = check_whole(s, err);
    if (code < 0)
        return code;
    s->commits++;
    memcpy(s->after, s->head, s->heads * sizeof *s->head);
    code = leat__sqlite_do(&s->sqlite, LEAT__SQL_BEGIN, err);
    if (!code)
        code = append_all(s, rows, n, out_fenced, err);
    if (code == LEAT_EFENCED)
        return leat__sqlite_do(&s->sqlite, LEAT__SQL_ROLLBACK, NULL) ? break_down(s, LEAT_ESYSTEM) : code;
    if (!code)
        code = leat__sqlite_do(&s->sqlite, LEAT__SQL_COMMIT, err);
    if (!code) {
        keep_heads(s);
        code = leat__sqlite_recycle(&s->sqlite, err);
    }
    return code ? break_down(s, code) : 0;
}

static int commit(void *self, const struct leat__row *rows, uint32_t n, uint32_t *out_fenced, leat_error *err)
{
    struct store *s = self;
    pthread_mutex_lock(&s->lock);
    int code = commit_rows(s, rows, n, out_fenced, err);
    pthread_mutex_unlock(&s->lock);
    return code;
}

/* --- runs --- */

static void read_run(sqlite3_stmt *st, struct leat__run_row *r)
{
    const void *uuid = sqlite3_column_blob(st, 1);
    *r = (struct leat__run_row){ .number = (uint64_t)sqlite3_column_int64(st, 0),
        .name = (const char *)sqlite3_column_text(st, 2), .token = (uint64_t)sqlite3_column_int64(st, 3),
        .begun_ms = sqlite3_column_int64(st, 4), .changed_ms = sqlite3_column_int64(st, 5),
        .state = (enum leat__run_state)sqlite3_column_int(st, 6), .code = sqlite3_column_int(st, 7),
        .head = (uint64_t)sqlite3_column_int64(st, 8) };
    if (uuid && sqlite3_column_bytes(st, 1) == sizeof r->uuid)
        memcpy(r->uuid, uuid, sizeof r->uuid);
}

/* out->name is good until the next call. A statement left standing on a row would
 * keep the log from being recycled. */
static int find_run(struct store *s, uint64_t run, struct leat__run_row *out, leat_error *err)
{
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_RUN);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)run);
    int rc = sqlite3_step(st);
    if (rc == SQLITE_ROW) {
        read_run(st, out);
        free(s->name);
        out->name = s->name = strdup(out->name ? out->name : "");
    }
    if (rc == SQLITE_ROW || rc == SQLITE_DONE)
        sqlite3_reset(st);
    if (rc == SQLITE_ROW && !s->name)
        return leat__fail_memory(err);
    return rc == SQLITE_ROW ? 0 : rc != SQLITE_DONE ? leat__sqlite_fail(&s->sqlite, "read", err)
         : leat__fail(err, LEAT_ENOTFOUND, "%s: there is no run %llu", s->sqlite.folder.path, (unsigned long long)run);
}

/* Room for one more head is there before anything is written. */
static int make_room(struct store *s, leat_error *err)
{
    bool room = LEAT__ROOM(s->head, s->heads, s->cap) && LEAT__ROOM(s->after, s->heads, s->after_cap);
    return room ? 0 : leat__fail_memory(err);
}

static void keep_head(struct store *s, const struct leat__run_row *r, const uint8_t *sum)
{
    struct head *h = head_of(s->head, s->heads, r->number);
    h = h ? h : &s->head[s->heads++];
    *h = (struct head){ .run = r->number, .token = r->token, .seq = r->head };
    memcpy(h->sum, sum, SUM);
}

static int newest_sum(struct store *s, const struct leat__run_row *r, uint8_t sum[SUM], leat_error *err)
{
    memcpy(sum, r->uuid, SUM);
    if (!r->head)
        return 0;
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_SUM);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)r->number);
    sqlite3_bind_int64(st, 2, (sqlite3_int64)r->head);
    int rc = sqlite3_step(st);
    bool whole = rc == SQLITE_ROW && sqlite3_column_bytes(st, 0) == SUM;
    if (whole)
        memcpy(sum, sqlite3_column_blob(st, 0), SUM);
    sqlite3_reset(st);
    return whole ? 0 : leat__fail(err, LEAT_ECORRUPT, "%s: run %llu, row %llu is damaged", s->sqlite.folder.path,
                                  (unsigned long long)r->number, (unsigned long long)r->head);
}

static int add_run(struct store *s, const char *name, int64_t now_ms, uint64_t *out_run, leat_error *err)
{
    uint8_t uuid[16];
    randombytes_buf(uuid, sizeof uuid);
    uuid[6] = (uuid[6] & 0x0f) | 0x40;
    uuid[8] = (uuid[8] & 0x3f) | 0x80;
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_NEW);
    sqlite3_bind_blob(st, 1, uuid, sizeof uuid, SQLITE_STATIC);
    sqlite3_bind_text(st, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(st, 3, now_ms);
    int code = leat__sqlite_do(&s->sqlite, LEAT__SQL_NEW, err);
    sqlite3_clear_bindings(st);
    *out_run = (uint64_t)sqlite3_last_insert_rowid(s->sqlite.db);
    return code;
}

static int take_over(struct store *s, uint64_t run, int64_t now_ms, leat_error *err)
{
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_ADOPT);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)run);
    sqlite3_bind_int64(st, 2, now_ms);
    return leat__sqlite_do(&s->sqlite, LEAT__SQL_ADOPT, err);
}

static int own(struct store *s, uint64_t run, struct leat__run_row *out, leat_error *err)
{
    uint8_t sum[SUM];
    int code = find_run(s, run, out, err);
    if (!code)
        code = newest_sum(s, out, sum, err);
    if (!code)
        keep_head(s, out, sum);
    return code;
}

static int begin(void *self, const char *name, int64_t now_ms, struct leat__run_row *out, leat_error *err)
{
    struct store *s = self;
    uint64_t run = 0;
    pthread_mutex_lock(&s->lock);
    int code = check_whole(s, err);
    if (!code)
        code = make_room(s, err);
    if (!code && (code = add_run(s, name, now_ms, &run, err)))
        break_down(s, code);
    if (!code)
        code = own(s, run, out, err);
    pthread_mutex_unlock(&s->lock);
    return code;
}

static int adopt(void *self, uint64_t run, int64_t now_ms, struct leat__run_row *out, leat_error *err)
{
    struct store *s = self;
    pthread_mutex_lock(&s->lock);
    int code = check_whole(s, err);
    if (!code)
        code = make_room(s, err);
    if (!code)
        code = find_run(s, run, out, err);
    if (!code && out->state == LEAT__RUN_OVER)
        code = leat__fail(err, LEAT_EUSAGE, "%s: run %llu is over", s->sqlite.folder.path, (unsigned long long)run);
    if (!code && (code = take_over(s, run, now_ms, err)))
        break_down(s, code);
    if (!code)
        code = own(s, run, out, err);
    pthread_mutex_unlock(&s->lock);
    return code;
}

static int list(void *self, int (*each)(void *user, const struct leat__run_row *), void *user, leat_error *err)
{
    struct store *s = self;
    struct leat__run_row r;
    int code = 0, rc = SQLITE_ROW;
    pthread_mutex_lock(&s->lock);
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_RUNS);
    while (!code && (rc = sqlite3_step(st)) == SQLITE_ROW) {
        read_run(st, &r);
        code = each(user, &r);
    }
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        code = leat__sqlite_fail(&s->sqlite, "read", err);
    sqlite3_reset(st);
    pthread_mutex_unlock(&s->lock);
    return code;
}

/* --- rows --- */

/* Reads the row the statement stands on; false: it does not follow the one before. */
static bool read_row(sqlite3_stmt *st, struct leat__row *r, uint8_t sum[SUM])
{
    uint64_t after = r->seq;
    int kind = sqlite3_column_int(st, 3);
    *r = (struct leat__row){ .run = r->run, .seq = (uint64_t)sqlite3_column_int64(st, 0),
        .token = (uint64_t)sqlite3_column_int64(st, 1), .time_ms = sqlite3_column_int64(st, 2),
        .kind = (enum leat__row_kind)kind, .task = (uint64_t)sqlite3_column_int64(st, 4),
        .attempt = (uint32_t)sqlite3_column_int64(st, 5), .code = sqlite3_column_int(st, 6),
        .body = sqlite3_column_blob(st, 7), .len = (size_t)sqlite3_column_bytes(st, 7) };
    if (r->seq != after + 1) {
        r->seq = after + 1;
        return false;
    }
    if (kind < 1 || kind >= LEAT__ROW_KINDS || (r->len && !r->body))
        return false;
    r->body = r->len ? r->body : "";
    chain(sum, r);
    return sqlite3_column_bytes(st, 8) == SUM && !memcmp(sum, sqlite3_column_blob(st, 8), SUM);
}

static int read_rows(void *self, uint64_t run, int (*each)(void *user, const struct leat__row *), void *user,
                     leat_error *err)
{
    struct store *s = self;
    struct leat__run_row about = { 0 };
    struct leat__row row = { .run = run };
    uint8_t sum[SUM];
    int rc = SQLITE_ROW;
    pthread_mutex_lock(&s->lock);
    int code = find_run(s, run, &about, err);
    memcpy(sum, about.uuid, SUM);
    sqlite3_stmt *st = leat__sqlite_get(&s->sqlite, LEAT__SQL_ROWS);
    sqlite3_bind_int64(st, 1, (sqlite3_int64)run);
    while (!code && (rc = sqlite3_step(st)) == SQLITE_ROW)
        code = read_row(st, &row, sum) ? each(user, &row)
             : leat__fail(err, LEAT_ECORRUPT, "%s: run %llu, row %llu is damaged", s->sqlite.folder.path,
                          (unsigned long long)run, (unsigned long long)row.seq);
    if (!code && rc != SQLITE_DONE)
        code = leat__sqlite_fail(&s->sqlite, "read", err);
    sqlite3_reset(st);
    pthread_mutex_unlock(&s->lock);
    return code;
}

/* --- opened and closed --- */

static void close_store(void *self)
{
    struct store *s = self;
    leat__sqlite_close(&s->sqlite);
    pthread_mutex_destroy(&s->lock);
    free(s->head);
    free(s->after);
    free(s->name);
    free(s);
}

const struct leat__journal_ops leat__store_ops = { .name = "sqlite", .commit = commit, .begin = begin, .adopt = adopt,
    .read = read_rows, .list = list, .close = close_store };

int leat__store_self(const char *dir, const char *vfs, void **out, leat_error *err)
{
    struct store *s = sodium_init() < 0 ? NULL : calloc(1, sizeof *s);
    if (!s)
        return leat__fail_memory(err);
    int code = leat__sqlite_open(&s->sqlite, dir, vfs, err);
    if (code < 0) {
        free(s);
        return code;
    }
    pthread_mutex_init(&s->lock, NULL);
    *out = s;
    return 0;
}

int leat__store_open(const char *dir, struct leat__journal **out, leat_error *err)
{
    void *self = NULL;
    int code = leat__store_self(dir ? dir : ".leat", NULL, &self, err);
    return code < 0 ? code : leat__journal_new(&leat__store_ops, self, 0, out, err);
}
