/* leat/run.h: one execution of a driver.
 *
 * A run belongs to one thread at a time. Set inputs, ask outputs, execute, get.
 * leat_run_reset makes it ready for another round and keeps its memory. */
#pragma once
#include <leat/driver.h>
#include <leat/error.h>
#include <leat/value.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_run leat_run;

#pragma GCC visibility push(default)

/* NULL: out of memory; every call below takes NULL and answers LEAT_ENOMEM. */
leat_run *leat_run_new(leat_driver *d);
/* Destroys every value the run still holds, then the run. Any thread, any time:
 * a run that is being executed is cancelled and goes when its last task has
 * ended, and every call that a timeout has left behind. Takes NULL. */
void leat_run_free(leat_run *r);
/* Forgets inputs, overrides, values and failures; keeps asked outputs, places and memory. */
int leat_run_reset(leat_run *r);

/* An input. Numbers are converted to the input's declared type if that loses
 * nothing (double to float may round), else LEAT_EINPUT. Twice is an error. */
int leat_run_set(leat_run *r, const char *name, leat_value v);
/* An input from text: a number, true/false, an enumerator, text as it stands,
 * JSON for structs and arrays. */
int leat_run_set_text(leat_run *r, const char *name, const char *text);
/* An input from a file, "-" for standard input; read by suffix: by a loader of the
 * modules (leat_driver_loader), which execute calls, else .csv .json .jsonl; any
 * other: text whole for a text input, else JSON if it begins with [ or {, else CSV for
 * an array of structs and a struct of arrays, else one value. "t.csv:price" is one
 * column for an array of scalars. An input that nodes read as a file (leat_path, reads()) gets the path itself; execute answers LEAT_EINPUT if
 * such a file cannot be read. */
int leat_run_set_file(leat_run *r, const char *name, const char *path);
/* An input from `len` bytes of JSON, also for numbers, text and enumerators. */
int leat_run_set_json(leat_run *r, const char *name, const char *text, size_t len);

/* The same for a node: the value stands for what it would give, in this run, and
 * what only it needs is not run. For an output of a function, that one alone. An
 * input is set, not overridden: LEAT_EINPUT. */
int leat_run_override(leat_run *r, const char *name, leat_value v);
int leat_run_override_text(leat_run *r, const char *name, const char *text);
int leat_run_override_file(leat_run *r, const char *name, const char *path);
int leat_run_override_json(leat_run *r, const char *name, const char *text, size_t len);
/* Why the last of these calls, and of leat_run_ask*, that refused did so; "" if none
 * has. A call that does not refuse leaves it as it is. Borrowed. */
const char *leat_run_refusal(const leat_run *r);

/* Ask an output, a node or a field of its struct ("table.rain"); `place` (or NULL to: kept for leat_run_get, _json, _text,
 * _save) is written only inside execute, by the calling thread, on success of
 * that output. A sink may be asked; its place must be NULL. */
int leat_run_ask(leat_run *r, const char *name, leat_place place);
/* Asks several at once, through the macro leat_run_output_struct as a rule: each
 * field's name is that of an output as a parameter would read it (`table__rain`
 * is table.rain, `time_` is time), its place a member. All are asked; the first
 * refusal's code, and leat_run_refusal has the reasons of all. Copied. */
int leat_run_ask_fields(leat_run *r, const leat_field *fields, size_t n);
/* Instead of outputs: the run is one of the stream that function `name` draws
 * (leat/stream.h), from its first packet to its last. LEAT_ENOTFOUND, LEAT_ETYPE. */
int leat_run_set_stream(leat_run *r, const char *name, leat_error *err);

/* The run is one of the flow `name`, a function that gives a leat_flow (leat/flow.h);
 * NULL: it is none again. Its atoms run, and what they and asked outputs need; an
 * asked output has a value only if the flow ends well. Where an atom fails, what was
 * done is reverted: execute answers LEAT_EREVERTED, or LEAT_EREVERT where a revert
 * failed too, which leat_run_failure tells. Cancelled, a flow stops where it is, and
 * nothing is reverted. LEAT_ENOTFOUND: no such flow. */
int leat_run_set_flow(leat_run *r, const char *name, leat_error *err);
/* The atoms of that flow in the order they stand, for what is given so far: its
 * function is called. Writes min(all, cap), returns all, or a negative code:
 * LEAT_EINPUT, an input of the function is missing; LEAT_EBUILD: `err` tells
 * everything that is wrong with the flow. */
long leat_run_atoms(leat_run *r, leat_id *out, size_t cap, leat_error *err);
/* Nodes x that the flow runs, though it does not name them, and that have an x__revert:
 * what they did stays, as only atoms are reverted. Most likely leat_atom("x") is
 * missing; `leat run` warns of them. Answers as leat_run_atoms. */
long leat_run_unreverted(leat_run *r, leat_id *out, size_t cap, leat_error *err);

/* After a failure, go on with what does not need the failed node. */
int leat_run_set_keep_going(leat_run *r, int on);

/* From the next execute or submit: how urgent the run is to others of its executor;
 * 0, the default, as most are. What a node's note says, priority(n), is added: below
 * 0 a task is of the low band, above of the high one. A worker that chooses starts
 * ready tasks of a higher band first, however long others have waited; what it has
 * begun it ends, and it looks every 64 tasks (after each one, where they take over
 * 100 us). Runs of one band take turns of so many tasks. Nothing starves: one turn in
 * 64 is for what has waited longest, whatever its band. A run that a task executes or
 * waits for is that task's work. No other order is changed, and inline, where one run
 * ends before the next begins, only that of leat_run_plan. */
int leat_run_set_priority(leat_run *r, int priority);

/* From the next execute or submit: after timeout_ms (-1: none, the default) no
 * node starts, leat_context_cancelled tells those that run, and the run ends with
 * LEAT_EDEADLINE when they have returned. What was made can be had. */
int leat_run_set_deadline(leat_run *r, int64_t timeout_ms);

/* The nodes execute would run, in order, for what was asked and given. Writes
 * min(all, cap), returns all, or a negative code with the missing inputs in
 * `err` as execute would tell them. */
long leat_run_plan(leat_run *r, leat_id *out, size_t cap, leat_error *err);

/* Runs on the calling thread until done. Legal inside a node. LEAT_EFAILED:
 * outputs that were made can be had all the same. LEAT_EINPUT: an input is
 * missing, or its loader failed. LEAT_ETYPE: a number does not fit its place. Where
 * nothing is asked, nothing runs: 0. */
int leat_run_execute(leat_run *r, leat_error *err);

/* Starts the run; `done` (or NULL) is called once with the run's code, on the
 * thread that ran its last task, or that keeps the time of timeouts, or of a durable
 * run the journal; it may get outputs and free the run. On the calling thread are
 * called a flow's function, which may still be refused, and loaders, a stream's function
 * and what it and the operators read: what fails of these `done` and leat_run_wait tell.
 * Inline, the whole run and `done` happen inside submit. Negative: nothing started, and
 * `done` is never called; LEAT_ESYSTEM: no thread can be made for it. */
int leat_run_submit(leat_run *r, void (*done)(leat_run *r, int code, void *user), void *user, leat_error *err);
/* Any thread: until the run has ended, and `done` has returned; its code. In `done`
 * itself: at once. timeout_ms -1: for ever.
 * LEAT_EBUSY: not yet. LEAT_EUSAGE: it was neither submitted nor executed.
 * LEAT_EDEADLK: called by a task of the run itself.
 * LEAT_ECANCELLED, too, when the run is freed meanwhile. */
int leat_run_wait(leat_run *r, int64_t timeout_ms, leat_error *err);
/* Any thread: the nodes of the run that run just now. Writes min(all, cap), returns
 * all. */
size_t leat_run_running(const leat_run *r, leat_id *out, size_t cap);
/* Any thread: those of them whose time was up, note timeout(). Such a node has failed,
 * and its run may have ended; what it reads is kept until it returns. Writes min(all,
 * cap), returns all. */
size_t leat_run_abandoned(const leat_run *r, leat_id *out, size_t cap);
/* Any thread: until those have returned; 0, or LEAT_EBUSY: not yet. timeout_ms -1: for
 * ever. Until then leat_run_reset answers LEAT_EBUSY, and leat_run_free comes back at
 * once but what it frees stays, and so do the driver, its modules and executor. */
int leat_run_wait_abandoned(leat_run *r, int64_t timeout_ms, leat_error *err);
/* Any thread, signal handlers: running tasks finish (leat_context_cancelled
 * tells them), no other starts; the run ends with LEAT_ECANCELLED unless a node
 * has failed. Before execute: it ends at once. Undone by reset. */
int leat_run_cancel(leat_run *r);

/* A copy of an asked output into `place`; pointers inside are borrowed until
 * the run is reset or freed. */
int leat_run_get(leat_run *r, const char *name, leat_place place, leat_error *err);
/* An asked output moved into `place`: it is yours, to be destroyed by its own
 * destructor or leat_driver_destroy. LEAT_EBORROWED: it belongs to an input or
 * another value; get and copy it. */
int leat_run_take(leat_run *r, const char *name, leat_place place, leat_error *err);
/* Destroys what leat_run_take moved to `taken`, the place it was given, as the
 * run would have done. A number or a place that is NULL: nothing to do. */
int leat_driver_destroy(leat_driver *d, const char *name, leat_place taken, leat_error *err);

/* An asked output as JSON / as `leat run` prints it; yours: free(). With `cut`,
 * as on a terminal: long arrays are cut and arrays of structs are tables. A value that is
 * noted secret is "(secret)". */
int leat_run_json(leat_run *r, const char *name, char **out_text, leat_error *err);
int leat_run_text(leat_run *r, const char *name, int cut, char **out_text, leat_error *err);
/* An asked output into a file by suffix: by a saver of the modules, which writes
 * the file itself, else .json .jsonl .csv or text, written aside, then renamed.
 * LEAT_EFAILED: the saver failed. LEAT_EUSAGE: the value is noted secret. */
int leat_run_save(leat_run *r, const char *name, const char *path, leat_error *err);

/* Several outputs as one, in the order of `names`; NULL: of everything asked, each
 * once. Sinks and what was not made are left out. *out_text is yours: free().
 *
 * A JSON object, {"mean":3.5,"days":[..]}. */
int leat_run_object(leat_run *r, const char *const *names, size_t n, char **out_text, leat_error *err);
/* A table as CSV. A number or text is a column that says the same in each row, an
 * array one with a row per item; an array of structs, and a struct, give a column
 * per member, `days.date`, so that a struct of arrays gives its columns. Without
 * an array it has one row; a matrix has columns `m.data.0`, `m.data.1`. LEAT_ETYPE:
 * arrays of two lengths (`err` names both), what is no column, two columns of one
 * name. LEAT_ENOVALUE: none was made. leat_run_save leaves an output's name away. */
int leat_run_table(leat_run *r, const char *const *names, size_t n, char **out_text, leat_error *err);
/* Into a file, by suffix: the object (.json), the table (.csv), a JSON object per
 * row of the table (.jsonl). Written aside, then renamed. */
int leat_run_save_all(leat_run *r, const char *const *names, size_t n, const char *path, leat_error *err);

/* The state of an operator of a stream, as it is at the end. Ours: it grows at its end. */
typedef struct leat_state {
    const char *name;           /* of its parameter; "operator.name" where two share that */
    const char *node;           /* the operator                               */
    size_t instances, size;     /* size: bytes of the state                   */
    const void *const *at;      /* by instance; until the run is reset or freed */
} leat_state;
/* In the order of operators; none before the stream has run. leat_run_json and
 * leat_run_text tell them by name, those of several instances as an array. */
size_t leat_run_state_count(const leat_run *r);
const leat_state *leat_run_state(const leat_run *r, size_t i);

/* What went through an operator of a stream. Ours: it grows at its end. */
typedef struct leat_traffic {
    const char *node;
    size_t instances;
    uint64_t in, out;           /* packets; in of a source, out of a sink: 0  */
    uint64_t deepest;           /* the most that waited for it in one queue   */
    uint64_t waiting, capacity; /* that wait now, in all its queues, and have room there; 0, 0: it
                                 * runs as one with the operator before it    */
    size_t running;             /* instances that run it just now             */
    size_t starved, stalled;    /* ... that wait: for packets; for room in a queue behind them.
                                 * Told of each of those that run as one      */
} leat_traffic;
/* The operators in order; none before the stream has run. While it runs: leat/sample.h. */
size_t leat_run_traffic_count(const leat_run *r);
const leat_traffic *leat_run_traffic(const leat_run *r, size_t i);

/* What failed, and what was not run for it (LEAT_ECANCELLED). What a flow tries again is
 * told once for each attempt, until one ends well. Until reset or free. */
size_t leat_run_failure_count(const leat_run *r);
const leat_failure *leat_run_failure(const leat_run *r, size_t i);
/* Nodes that ended well / failed / did not run. Any thread, also while the run goes on,
 * which stops nobody: then what has ended so far, or a few less, and what will not run
 * is not known yet. Any pointer may be NULL. */
void leat_run_counts(const leat_run *r, uint64_t *ok, uint64_t *failed, uint64_t *not_run);
/* Hooks that answered non-zero in this run. */
uint64_t leat_run_hook_failures(const leat_run *r);

/* For a fatal-signal handler: what the calling thread was doing, into buf
 * (always ends with NUL): "node mean_temp (weather.c:5)\n", or "value of ..." while
 * that node's value is being destroyed. With `inputs` only the node's scalar and
 * text inputs, "  normal = 11.5\n" each (asked apart because reading them may
 * fault again). A thread that runs no node is told of the only node that runs,
 * if there is but one. Async-signal-safe. Returns the length, 0: nothing runs. */
size_t leat_task_at_crash(char *buf, size_t size, int inputs);

#pragma GCC visibility pop

/* An input by its value: a number, truth value or text; a place by a pointer to it. */
#define leat_run_input(r, name, x)  leat_run_set((r), (name), leat_of(x))
#define leat_run_output(r, name, p) leat_run_ask((r), (name), leat_into(p))

/* Outputs into the members of the same names of a struct:
 *     struct { double mean; int64_t n; const struct table *table; } a;
 *     leat_run_output_struct(run, &a, mean, n, table);
 * At most 16 at once; it may be done again. The pointer is evaluated for each. The struct must live until execute
 * has ended; a member is written when its output was made, else left as it is. */
#ifndef __cplusplus
#define leat_run_output_struct(r, p, ...)                                     \
    leat_run_ask_fields((r), (const leat_field[]){ LEAT_FIELDS(p, __VA_ARGS__) }, \
                        sizeof((const leat_field[]){ LEAT_FIELDS(p, __VA_ARGS__) }) / sizeof(leat_field))
#else
#define leat_run_output_struct(r, p, ...) leat_run_ask_fields_((r), { LEAT_FIELDS(p, __VA_ARGS__) })
}
extern "C++" {
template<size_t n> int leat_run_ask_fields_(leat_run *r, const leat_field (&fields)[n])
{
    return leat_run_ask_fields(r, fields, n);
}
#endif

#ifdef __cplusplus
}
#endif
