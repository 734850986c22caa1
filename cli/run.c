/* run: leat run. Standard output is kept aside for results before any code of
 * a module runs; what nodes print goes to standard error. */
#include "apart.h"
#include "build.h"
#include "cli.h"
#include "crash.h"
#include "deliver.h"
#include "durable.h"
#include "flow.h"
#include "interrupt.h"
#include "jobs.h"
#include "progress.h"
#include "report.h"
#include "sanitize.h"
#include "say.h"
#include "select.h"
#include "stream.h"
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

/* The real standard output; from here on 1 is standard error. NULL: told. */
static FILE *take_stdout(void)
{
    int kept = fcntl(1, F_DUPFD_CLOEXEC, 10);
    FILE *out = kept < 0 ? fopen("/dev/null", "we") : fdopen(kept, "w");
    if (!out || (dup2(2, 1) < 0 && kept >= 0)) {
        say(SAY_ERROR, "cannot keep standard output aside: %m");
        return NULL;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);   /* in order with what is told */
    return out;
}

/* Keeps the nodes that will run, for a failure's account. */
static size_t plan_of(leat_run *r, size_t count, leat_id **out)
{
    *out = text_room((count + 1) * sizeof **out);
    long n = leat_run_plan(r, *out, count, NULL);
    return n < 0 ? 0 : (size_t)n;
}

/* Nodes that do not return cannot be ended but with the process. */
static void leave_behind(const struct choice *c, leat_run *r, bool deadline, FILE *out)
{
    leat_id *left = text_room((c->count + 1) * sizeof *left);
    size_t n = deadline ? leat_run_running(r, left, c->count) : leat_run_abandoned(r, left, c->count);
    for (size_t i = 0; i < n && i < c->count; i++)
        say(SAY_ERROR, "%s, and %s does not return (%s)", deadline ? "the deadline passed" : "its time was up",
            text_shown(leat_driver_name(c->driver, left[i])),
            report_place(leat_driver_file(c->driver, left[i]), leat_driver_line(c->driver, left[i])));
    fflush(out);
    _exit(END_DEADLINE);
}

static int execute(const struct request *q, const struct choice *c, leat_run *r, FILE *out)
{
    leat_error err = { 0 };
    leat_id *plan = NULL;
    size_t n = flow_is_asked(q->options) ? 0 : plan_of(r, c->count, &plan);
    bool watched = sanitize_watches(q->options);
    crash_watch(watched);
    leat_run_set_deadline(r, jobs_deadline(q->options));
    leat_run_set_priority(r, jobs_priority(q->options));
    interrupt_watch(r, durable_is_on());
    progress_begin(q->options, r);
    int code = apart_run(r, jobs_deadline(q->options), flow_is_asked(q->options), &err);
    progress_end();
    if (code == LEAT_EBUSY)
        leave_behind(c, r, !leat_run_abandoned(r, NULL, 0), out);
    interrupt_rest();
    crash_rest();
    int end = code == 0 || code == LEAT_EFAILED || code == LEAT_EDEADLINE ? deliver(q->options, c, r, out) : 0;
    if (code == LEAT_EFAILED)
        report_failures(r, c->driver, plan, n);
    else if (code == LEAT_EREVERTED || code == LEAT_EREVERT)
        flow_report(q->options, r, code);
    else if (code < 0 && durable_is_on())
        return durable_report(c, r, code, &err);
    else if (code < 0)
        say(SAY_ERROR, "%s", err.message);
    if (n && (code == LEAT_EDEADLINE || code == LEAT_ECANCELLED))
        report_counts(r, c->driver, plan, n);
    if (leat_run_wait_abandoned(r, APART_GRACE_MS, NULL) == LEAT_EBUSY)
        leave_behind(c, r, false, out);
    return code < 0 ? report_ending(code) : end;
}

static int run(const struct request *q, struct choice *c, const leat_builder *b, FILE *out)
{
    leat_run *r = leat_run_new(c->driver);
    int end = flow_is_asked(q->options) ? flow_begin(q, c, r, b) : 0;
    if (!end)
        end = deliver_check(q->options, c);
    if (end) {
        leat_run_free(r);
        return end;
    }
    leat_run_set_keep_going(r, option_is_set(q->options, OPTION_KEEP_GOING));
    leat_place nowhere = { 0 };
    for (size_t i = 0; i < c->all.n; i++)
        leat_run_ask(r, ids_name(&c->all, i, c->driver), nowhere);
    if (!flow_is_asked(q->options))
        end = request_give(q, c, r);
    if (!end)
        end = execute(q, c, r, out);
    leat_run_free(r);
    return end;
}

/* Builder functions are code of modules too. */
static int build(struct choice *c, struct request *q, leat_builder *b)
{
    int end = END_BROKEN;
    crash_watch(sanitize_watches(q->options));
    pthread_cleanup_push(crash_thread_ended, NULL);
    end = flow_is_asked(q->options) ? select_flow(c, q, b) : select_build(c, q, b);
    pthread_cleanup_pop(0);
    crash_rest();
    return end;
}

static void say_built(const struct request *q, const struct choice *c, double ms)
{
    size_t inputs = 0, seen = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        inputs += leat_driver_kind(c->driver, (leat_id){ i }) == LEAT_NODE_INPUT;
        seen += select_is_seen(c->driver, (leat_id){ i });
    }
    if (option_is_set(q->options, OPTION_VERBOSE))
        say_plain("built %s in %.3g ms: %zu nodes, %zu inputs",
                  text_shown(list_join(&q->modules, ", ", 5)), ms, c->count - inputs, inputs - seen);
}

int run_options(const struct options *o)
{
    struct request q;
    struct choice c;
    int end;
    if (option_is_set(o, OPTION_DRY))
        return command_plan(o);
    if ((end = deliver_check_paths(o)) || (end = jobs_check(o)) || (end = progress_check(o)) || (end = sanitize_start(o)) || (end = request_read(&q, o)))
        return end;
    if (option_is_set(o, OPTION_STREAM)) {
        leat_builder *b = build_new(&q, false, progress_hook(o));
        leat_builder_set_executor(b, jobs_executor(o));
        end = stream_run(&q, b);
        leat_builder_free(b);
        return end;
    }
    double began = progress_clock_ms();
    FILE *out = take_stdout();
    if (!out)
        return END_BROKEN;
    leat_builder *b = build_new(&q, false, progress_hook(o));
    leat_builder_set_executor(b, jobs_executor(o));
    end = build(&c, &q, b);
    if (!end) {
        say_built(&q, &c, progress_clock_ms() - began);
        end = run(&q, &c, b, out);
    }
    select_end(&c);
    leat_builder_free(b);
    fclose(out);
    return end;
}

int command_run(const struct options *o)
{
    int end = durable_start(o);
    if (!end)
        end = run_options(o);
    durable_end();
    return end;
}
