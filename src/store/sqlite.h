/* sqlite: one writing connection to journal.db: what it promises of the disk, its
 * tables, its statements. */
#pragma once
#include "store/folder.h"
#include <sqlite3.h>
#include <stdint.h>

#define LEAT__STATEMENTS(X)                                                                                  \
    X(BEGIN, "BEGIN IMMEDIATE") X(COMMIT, "COMMIT") X(ROLLBACK, "ROLLBACK")                                  \
    X(FENCE, "SELECT 1 FROM run WHERE id=?1 AND token=?2")                                                   \
    X(APPEND, "INSERT INTO journal VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10)")                                  \
    X(STATE, "UPDATE run SET state=?2, code=?3, changed=?4 WHERE id=?1")                                     \
    X(NEW, "INSERT INTO run(uuid,name,token,begun,changed,state,code) VALUES(?1,?2,1,?3,?3,1,0)")            \
    X(ADOPT, "UPDATE run SET token=token+1, state=1, changed=?2 WHERE id=?1 AND state<>3")                   \
    X(RUN, "SELECT id,uuid,name,token,begun,changed,state,code,"                                             \
           "ifnull((SELECT max(seq) FROM journal WHERE run=id),0) FROM run WHERE id=?1")                     \
    X(RUNS, "SELECT id,uuid,name,token,begun,changed,state,code,"                                            \
            "ifnull((SELECT max(seq) FROM journal WHERE run=id),0) FROM run ORDER BY id DESC")               \
    X(SUM, "SELECT sum FROM journal WHERE run=?1 AND seq=?2")                                                \
    X(ROWS, "SELECT seq,token,time,kind,task,attempt,code,body,sum FROM journal WHERE run=?1 ORDER BY seq")

enum leat__statement {
#define X(name, sql) LEAT__SQL_##name,
    LEAT__STATEMENTS(X)
#undef X
    LEAT__SQL_COUNT
};

struct leat__sqlite {
    struct leat__folder folder;
    sqlite3 *db;
    sqlite3_stmt *statement[LEAT__SQL_COUNT];
    int frames;                         /* in the log                          */
    int broken;                         /* a write failed: no further one      */
};

/* vfs: NULL for the system's. */
int leat__sqlite_open(struct leat__sqlite *s, const char *dir, const char *vfs, leat_error *err);
void leat__sqlite_close(struct leat__sqlite *s);
/* The statement, ready for binding. */
sqlite3_stmt *leat__sqlite_get(struct leat__sqlite *s, enum leat__statement which);
/* Runs it to its end: 0, or what went wrong, told. */
int leat__sqlite_do(struct leat__sqlite *s, enum leat__statement which, leat_error *err);
/* The connection's last error, told; LEAT_ECORRUPT where the file is damaged. */
int leat__sqlite_fail(struct leat__sqlite *s, const char *what, leat_error *err);
/* After a commit: begins the log anew where it has become long. */
int leat__sqlite_recycle(struct leat__sqlite *s, leat_error *err);
