/* row: one line of the journal that a run resumes from. Telemetry is never in it. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* What a row tells: name, number (in files, for ever). A closed list. */
#define LEAT__ROWS(X)                                                                     \
    X(PLAN, 1)          /* what is to be done, before anything is                      */ \
    X(INPUT, 2)         /* a value from outside                                        */ \
    X(START, 3)         /* of a task that is never repeated by itself                  */ \
    X(DONE, 4) X(FAILED, 5) X(LOST, 6)                                                    \
    X(UNKNOWN, 7)       /* started, and nobody knows how it ended                      */ \
    X(RESOLVED, 8)      /* a person or a function of the user's says how               */ \
    X(VOTE, 9) X(INTENT, 10) X(REVERTED, 11) X(REVERT_FAILED, 12) X(RETRY, 13)            \
    X(ITEM, 14) X(TOTAL, 15) X(TIMER, 16) X(SIGNAL, 17)                                   \
    X(SUSPEND, 18)      /* the run stops here and may be resumed                       */ \
    X(ADOPT, 19)        /* a new life of the run begins                                */ \
    X(CANCEL, 20) X(CHECKPOINT, 21)                                                       \
    X(END, 22)          /* nothing follows                                             */

enum leat__row_kind {
#define X(name, number) LEAT__ROW_##name = number,
    LEAT__ROWS(X)
#undef X
    LEAT__ROW_KINDS
};

enum { LEAT__ROW_MOST = 4 << 20 };  /* bytes of a body */

struct leat__row {
    uint64_t run, seq;          /* the journal's: rows of a run count 1, 2, .. without a gap */
    uint64_t token;             /* the journal's: of the life that wrote it            */
    int64_t time_ms;            /* the journal's: since 1970                           */
    uint64_t task;              /* the writer's number for what it is of; 0: the run   */
    uint32_t attempt;
    int32_t code;               /* of FAILED, REVERT_FAILED, END: of leat/error.h      */
    enum leat__row_kind kind;
    const void *body;           /* the writer's, as a rule MessagePack (value/pack.h)  */
    size_t len;
};

/* "DONE"; NULL: no such kind. */
const char *leat__row_name(unsigned kind);
