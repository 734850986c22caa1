/* leat/store.h: runs that outlive their process.
 *
 * A store is a folder. What a flow does there is on record before anything relies on
 * it: killed at any moment, it goes on in another process where it was. An atom that
 * was running then is run again: it may have had its effect, which leat_context_key
 * (leat/node.h) tells from others; but for one noted effect(once), which is not run
 * before somebody knows (leat_run_resolve). Flows only.
 *
 *     leat_run_set_flow(r, "trip", &err);
 *     leat_run_set_store(r, store, "how to find the module again", &err);
 *     leat_run_execute(r, &err);
 *
 * and after a kill, with a driver of the same module,
 *
 *     leat_store_unfinished(store, &number, &err);
 *     leat_run_resume(r, store, number, &err);
 *     leat_run_execute(r, &err); */
#pragma once
#include <leat/error.h>
#include <leat/run.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One process has a store at a time; any thread of it may use one. */
typedef struct leat_store leat_store;

#pragma GCC visibility push(default)

/* Opens the folder `dir`, or makes it; NULL: ".leat". LEAT_EBUSY: it is open, in
 * another process or in this one. LEAT_EUNSUPPORTED: a network file system, or a build
 * without a store.
 * LEAT_ECORRUPT: its journal.db is none of Leat's, of a newer one, or was emptied. */
int leat_store_open(const char *dir, leat_store **out_store, leat_error *err);
/* Drops your hold; runs keep theirs. Takes NULL. */
void leat_store_free(leat_store *s);
/* The newest run that has not ended. LEAT_ENOTFOUND: all have. */
int leat_store_unfinished(leat_store *s, uint64_t *out_run, leat_error *err);
/* What leat_run_set_store was told of a run; yours: free(). LEAT_ENOTFOUND. */
int leat_store_about(leat_store *s, uint64_t run, char **out_about, leat_error *err);

/* The run, one of a flow, is on record in `s`; `about` (or NULL) too, copied. It comes
 * behind leat_run_set_flow; LEAT_EUNSUPPORTED: the run is none of a flow. All its
 * values must be such as can be written down: execute refuses others by name,
 * LEAT_EUNSUPPORTED. LEAT_ESUSPENDED from execute: it was suspended or cancelled, or
 * nothing could be written any more, which `err` then tells; LEAT_EDEADLINE: its
 * deadline passed. In both cases what is done is kept, and it can be resumed. */
int leat_run_set_store(leat_run *r, leat_store *s, const char *about, leat_error *err);
/* The run goes on with run number `run` of `s`, by its inputs, and the defaults that the
 * flow's function read, as they were: none is set here. What is done is not done again,
 * what was reverted is not reverted again. Execute answers LEAT_EINPUT where the flow
 * has changed too much for that. LEAT_ENOTFOUND. Reset, it is another run, which execute
 * begins in the store, or must be resumed again. */
int leat_run_resume(leat_run *r, leat_store *s, uint64_t run, leat_error *err);
/* After leat_run_resume: atom `atom`, which is noted effect(once), had begun, and it is
 * not on record how it ended: say that it was done, and gave `value` (as text; NULL: it
 * gives none), or (done 0) that it was not and is to be done now. That is put on record
 * before anything runs. Where neither this nor the module's x__happened tells, execute
 * answers LEAT_EUNKNOWN, names all such atoms, and nothing runs. LEAT_ENOTFOUND,
 * LEAT_EINPUT: no value of its type; execute answers LEAT_EUSAGE where it is not in doubt. */
int leat_run_resolve(leat_run *r, const char *atom, int done, const char *value, leat_error *err);
/* After execute has answered LEAT_EUNKNOWN: the atoms on which nobody has decided. Writes
 * min(all, cap), returns all. */
size_t leat_run_in_doubt(const leat_run *r, leat_id *out, size_t cap);
/* When what follows a finished task may begin. */
enum {
    LEAT_RELEASE_EACH,          /* when its end is on disk (the default)             */
    LEAT_RELEASE_EFFECTS,       /* tasks noted effect(pure) at once; any other atom, and
                                   reverts, when all that came before is on disk     */
    LEAT_RELEASE_BATCH,         /* at once; what ended in the last batch_ms (1 or more)
                                   is done again after a crash                       */
    LEAT_RELEASE_NONE           /* at once; what ended in the last second, likewise  */
};
/* The start of an atom of effect(once), and the decision to undo or to retry, are awaited
 * whatever it says. Before execute; LEAT_EUSAGE. */
int leat_run_set_release(leat_run *r, int release, int64_t batch_ms);
/* Any thread, signal handlers: nothing more of it starts, what runs ends as ever
 * (leat_context_cancelled says nothing) and is put on record, and execute answers
 * LEAT_ESUSPENDED: nothing is reverted, and it can be resumed. Before execute: it ends
 * at once. leat_run_cancel does the same and tells the tasks that run, whose failures
 * count. LEAT_EUSAGE: the run is not on record. */
int leat_run_suspend(leat_run *r);
/* The number in its store, from when it has begun; 0: none. */
uint64_t leat_run_stored(const leat_run *r);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
