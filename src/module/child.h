/* child: run a program, no shell, and keep what it says. */
#pragma once
#include "base/text.h"
#include <leat/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What to run. Borrowed until the start. */
struct leat__spawn {
    const char *program;            /* path                                   */
    const char *const *argv;        /* with argv[0], ends with NULL           */
    const char *tmpdir;             /* TMPDIR of the child; NULL: as here     */
    bool together;                  /* standard error goes where output goes  */
    size_t most;                    /* output beyond ends the child; 0: 1 MiB is kept, the rest dropped */
    /* Limits, set just after the start: they bind the child itself, not children it had before. */
    size_t memory, file;            /* most bytes of memory, of a file; 0: as here */
    unsigned cpu_s;                 /* most seconds of CPU; 0: as here        */
};

/* A running child. Ours while it runs: wait for each that was started. */
struct leat__child {
    pid_t pid;                      /* 0: none                                */
    int fd;                         /* the child itself; -1: only its number is known, or it is reaped */
    int out, err;                   /* what it says; -1: ended                */
    size_t most;
    struct leat__text output, errors;
    int status;                     /* exit status; -1: a signal or unknown   */
    int signal;                     /* that ended it; 0: none                 */
    bool reaped;                    /* somebody else did, before we could look */
    bool cut;                       /* it said more than `most`               */
};

int leat__spawn_start(struct leat__child *c, const struct leat__spawn *s, leat_error *err);
/* Reads until it ends, reaps. 0 even if the child failed: see status. What it
 * started and left running may keep its pipes; that is not waited for. */
int leat__spawn_wait(struct leat__child *c, leat_error *err);
/* Ended well. Where the host reaps children before us the status is lost: then
 * `product` (or NULL), a file it should have made, is the sign. */
bool leat__child_succeeded(const struct leat__child *c, const char *product);
/* Frees the texts; after wait, or of one that never started. */
void leat__child_fini(struct leat__child *c);
/* Start and wait. */
int leat__spawn_run(struct leat__child *c, const struct leat__spawn *s, leat_error *err);
