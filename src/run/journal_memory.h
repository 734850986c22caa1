/* journal_memory: a journal in memory that survives nothing but the journals over
 * it: for tests and the simulator, with faults. */
#pragma once
#include "run/journal.h"

struct leat__journal_memory;

struct leat__journal_memory *leat__journal_memory_new(void);
/* After every journal over it. */
void leat__journal_memory_free(struct leat__journal_memory *m);
extern const struct leat__journal_ops leat__journal_memory_ops;     /* self: it; close leaves it alive */

/* The nth commit from now on fails, and all after it until the next journal over
 * it; with `kept` its rows are there afterwards all the same. 0: none. */
void leat__journal_memory_fail(struct leat__journal_memory *m, uint32_t nth, bool kept);
/* The same, said whole. */
struct leat__journal_fault {
    uint32_t nth;
    bool kept;
    bool once;                  /* commits after it succeed: whoever asks for one is wrong */
    const char *why;            /* "no space left on device"; outlives the fault           */
};
void leat__journal_memory_break(struct leat__journal_memory *m, struct leat__journal_fault fault);
/* Commits wait until it is called with false. */
void leat__journal_memory_hold(struct leat__journal_memory *m, bool hold);
/* Waits until a commit is held back so / lets just that one go, and returns when it has. */
void leat__journal_memory_await(struct leat__journal_memory *m);
void leat__journal_memory_next(struct leat__journal_memory *m);
/* Forgets the newest rows: as if the process had been killed before them. */
void leat__journal_memory_cut(struct leat__journal_memory *m, uint32_t rows);
/* So far. */
uint32_t leat__journal_memory_rows(struct leat__journal_memory *m);
uint32_t leat__journal_memory_commits(struct leat__journal_memory *m);
