/* leat/error.h: what a call answers.
 *
 * Every call that can fail returns 0 or a negative code of the table below.
 * A call with a `leat_error *` as its last parameter also writes one line of
 * text there: impersonal, naming the user's node, parameter, file and line.
 * The pointer may be NULL. It is written whole, and only on failure; control
 * characters in the text are escaped, so it is safe to print. */
#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The table: name, number (for ever), what it means. Render it with
 * #define X(name, number, text) ... LEAT_ERRORS(X) */
#define LEAT_ERRORS(X)                                                        \
    X(LEAT_ENOMEM, -1, "out of memory")                                       \
    X(LEAT_EUSAGE, -2, "the call does not make sense here")                   \
    X(LEAT_EBUILD, -3, "the graph cannot be built")                           \
    X(LEAT_EINPUT, -4, "an input is missing or does not fit")                 \
    X(LEAT_EFAILED, -5, "a node failed")                                      \
    X(LEAT_ECANCELLED, -6, "cancelled")                                       \
    X(LEAT_EDEADLINE, -7, "the deadline passed")                              \
    X(LEAT_ENOTFOUND, -8, "no such name")                                     \
    X(LEAT_ETYPE, -9, "the type does not fit")                                \
    X(LEAT_ENOVALUE, -10, "there is no value: its branch failed or was not asked") \
    X(LEAT_EBORROWED, -11, "the value is borrowed and cannot be taken")       \
    X(LEAT_EBUSY, -12, "not yet, or in use")                                  \
    X(LEAT_ESYSTEM, -13, "the operating system refused")                      \
    X(LEAT_EFORKED, -14, "not in a child of fork")                            \
    X(LEAT_EUNSUPPORTED, -15, "not supported here")                           \
    X(LEAT_EDEADLK, -16, "the wait would never end")                          \
    X(LEAT_EFENCED, -17, "another owner took over")                           \
    X(LEAT_ESUSPENDED, -18, "suspended: what is finished is kept, resume goes on") \
    X(LEAT_ECORRUPT, -19, "what is stored is damaged")                        \
    X(LEAT_EREVERTED, -20, "it failed, and what it had done was reverted")    \
    X(LEAT_EREVERT, -21, "it failed, and a revert too: a person is needed")   \
    X(LEAT_EUNKNOWN, -22, "nobody knows whether it was done: a person is needed")

#define LEAT_ENUMERATE_(name, number, text) name = number,
enum { LEAT_OK = 0, LEAT_ERRORS(LEAT_ENUMERATE_) };
#undef LEAT_ENUMERATE_

/* Yours, on the stack as a rule; 1,024 bytes for ever. */
typedef struct leat_error {
    int32_t code;           /* 0 or one of the table                         */
    int32_t system_errno;   /* errno behind LEAT_ESYSTEM, else 0             */
    char message[1016];     /* one line, no newline at its end               */
} leat_error;

/* One thing wrong with a build. Ours: it grows at its end. The texts live as
 * long as the object that gave it says. Absent texts are NULL, lines are 0. */
typedef struct leat_problem {
    int32_t code;           /* of the table                                  */
    int32_t warning;        /* 1: the build went on without it               */
    int32_t line;           /* of file                                       */
    int32_t other_line;     /* of other_file: the second place, if two       */
    const char *message;    /* "anomaly(float mean_temp): weather.c:5 gives double" */
    const char *node;       /* the node that is wrong                        */
    const char *param;      /* its parameter                                 */
    const char *file;
    const char *other_file;
    const char *hint;       /* "fix: double mean_temp", "did you mean anomaly?" */
} leat_problem;

/* One task that did not succeed. Ours: it grows at its end. */
typedef struct leat_failure {
    int32_t code;           /* LEAT_EFAILED: it failed; LEAT_ECANCELLED: not run, see message */
    int32_t line;           /* where the node is, or where leat_fail was called */
    const char *node;
    const char *file;
    const char *message;    /* "negative count at row 512"                   */
    const char *inputs;     /* the node's inputs but arrays, `a = 1   b = "x"   c = {"lo":2}`, or NULL */
    int32_t attempt;        /* of the leat_retry around it, from 1; 1 where nothing tries again */
} leat_failure;

#ifdef __cplusplus
}
#endif
