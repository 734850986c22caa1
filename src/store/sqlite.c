/* sqlite: see store/sqlite.h. WAL with synchronous FULL: one sync a commit. The log
 * is begun anew every thousand frames, so that it is overwritten, not grown. */
#include "store/sqlite.h"
#include "base/error.h"
#include <stdlib.h>
#include <string.h>

enum { APPLICATION = 0x4c656174 /* Leat */, VERSION = 1, FRAMES = 1000 };

static const char *const texts[] = {
#define X(name, sql) sql,
    LEAT__STATEMENTS(X)
#undef X
};

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS store(key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS run(id INTEGER PRIMARY KEY AUTOINCREMENT, uuid BLOB NOT NULL UNIQUE, name TEXT NOT NULL,"
    " token INTEGER NOT NULL, begun INTEGER NOT NULL, changed INTEGER NOT NULL, state INTEGER NOT NULL,"
    " code INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS journal(run INTEGER NOT NULL, seq INTEGER NOT NULL, token INTEGER NOT NULL,"
    " time INTEGER NOT NULL, kind INTEGER NOT NULL, task INTEGER NOT NULL, attempt INTEGER NOT NULL,"
    " code INTEGER NOT NULL, body BLOB NOT NULL, sum BLOB NOT NULL, PRIMARY KEY(run, seq)) WITHOUT ROWID;"
    "INSERT OR IGNORE INTO store VALUES('sum', 'blake2b-128');"
    "PRAGMA application_id=0x4c656174; PRAGMA user_version=1;"
    "COMMIT;";

int leat__sqlite_fail(struct leat__sqlite *s, const char *what, leat_error *err)
{
    int wrong = sqlite3_errcode(s->db) & 0xff, number = sqlite3_system_errno(s->db);
    bool damaged = wrong == SQLITE_CORRUPT || wrong == SQLITE_NOTADB;
    int code = wrong == SQLITE_NOMEM ? LEAT_ENOMEM : damaged ? LEAT_ECORRUPT : LEAT_ESYSTEM;
    bool told = number && wrong != SQLITE_NOMEM && !damaged;
    leat__fail(err, code, "cannot %s %s/journal.db: %s%s%s", what, s->folder.path, sqlite3_errmsg(s->db),
               told ? ": " : "", told ? strerror(number) : "");
    if (err && told)
        err->system_errno = number;
    return code;
}

sqlite3_stmt *leat__sqlite_get(struct leat__sqlite *s, enum leat__statement which)
{
    sqlite3_reset(s->statement[which]);
    return s->statement[which];
}

int leat__sqlite_do(struct leat__sqlite *s, enum leat__statement which, leat_error *err)
{
    int rc = sqlite3_step(s->statement[which]);
    int code = rc == SQLITE_DONE || rc == SQLITE_ROW ? 0 : leat__sqlite_fail(s, "write", err);
    sqlite3_reset(s->statement[which]);
    return code;
}

static int count_frames(void *user, sqlite3 *db, const char *name, int frames)
{
    struct leat__sqlite *s = user;
    (void)db, (void)name;
    s->frames = frames;
    return SQLITE_OK;
}

static int number(struct leat__sqlite *s, const char *pragma)
{
    sqlite3_stmt *st;
    int n = -1;
    if (sqlite3_prepare_v2(s->db, pragma, -1, &st, NULL) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        n = sqlite3_column_int(st, 0);
    sqlite3_finalize(st);
    return n;
}

/* Empty, or one of ours, of a version that we know. */
static int check_kind(struct leat__sqlite *s, leat_error *err)
{
    int id = number(s, "PRAGMA application_id"), version = number(s, "PRAGMA user_version");
    int tables = number(s, "SELECT count(*) FROM sqlite_master");
    if (id < 0 || version < 0 || tables < 0)
        return leat__sqlite_fail(s, "read", err);
    if (tables && id != APPLICATION)
        return leat__fail(err, LEAT_ECORRUPT, "%s/journal.db is a database of another program", s->folder.path);
    if (version > VERSION)
        return leat__fail(err, LEAT_ECORRUPT, "%s/journal.db was written by a newer Leat (version %d, this one reads %d)",
                          s->folder.path, version, VERSION);
    return 0;
}

static int prepare(struct leat__sqlite *s, leat_error *err)
{
    static const char ways[] = "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA journal_mode=WAL;"
                               "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;";
    int code = check_kind(s, err);
    if (code < 0)
        return code;
    if (sqlite3_exec(s->db, ways, NULL, NULL, NULL) != SQLITE_OK)
        return leat__sqlite_fail(s, "open", err);
    if (number(s, "PRAGMA user_version") < VERSION && sqlite3_exec(s->db, schema, NULL, NULL, NULL) != SQLITE_OK)
        return leat__sqlite_fail(s, "write", err);
    sqlite3_wal_hook(s->db, count_frames, s);
    for (int i = 0; i < LEAT__SQL_COUNT; i++)
        if (sqlite3_prepare_v3(s->db, texts[i], -1, SQLITE_PREPARE_PERSISTENT, &s->statement[i], NULL) != SQLITE_OK)
            return leat__sqlite_fail(s, "read", err);
    return leat__folder_note_whole(&s->folder, err);
}

int leat__sqlite_open(struct leat__sqlite *s, const char *dir, const char *vfs, leat_error *err)
{
    int code = leat__folder_open(&s->folder, dir, "journal.db", err);
    if (code < 0)
        return code;
    char *path = sqlite3_mprintf("%s/journal.db", dir);
    int rc = path ? sqlite3_open_v2(path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
                  : SQLITE_NOMEM;
    sqlite3_free(path);
    if (!s->db)
        code = leat__fail_memory(err);
    else if (rc != SQLITE_OK)
        code = leat__sqlite_fail(s, "open", err);
    else
        code = prepare(s, err);
    if (code < 0)
        leat__sqlite_close(s);
    return code;
}

void leat__sqlite_close(struct leat__sqlite *s)
{
    for (int i = 0; i < LEAT__SQL_COUNT; i++)
        sqlite3_finalize(s->statement[i]);
    if (s->broken)              /* what is there stays as it is, for who looks at it next */
        sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(s->db);
    leat__folder_fini(&s->folder);
    *s = (struct leat__sqlite){ .folder = s->folder };
}

int leat__sqlite_recycle(struct leat__sqlite *s, leat_error *err)
{
    if (s->frames < FRAMES || !leat__folder_quiet(&s->folder, true))
        return 0;
    int rc = sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
    int code = rc == SQLITE_OK || (rc & 0xff) == SQLITE_BUSY ? 0 : leat__sqlite_fail(s, "recycle the log of", err);
    leat__folder_quiet(&s->folder, false);
    s->frames = 0;
    return code;
}
