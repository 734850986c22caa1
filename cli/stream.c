/* stream: what operators print goes where they print it, as with any program in a
 * pipe. What the sink holds at the end comes last, or the states that are named. A
 * stream that failed has none to tell. */
#include "stream.h"
#include "cli.h"
#include "crash.h"
#include "jobs.h"
#include "json.h"
#include "progress.h"
#include "report.h"
#include "sanitize.h"
#include "say.h"
#include "select.h"
#include <pthread.h>
#include <stdio.h>

/* Options that speak of nodes and their values. */
static int check_options(const struct request *q)
{
    static const enum option of_values[] = { OPTION_OUTPUT, OPTION_SHOW, OPTION_RAW, OPTION_KEEP_GOING };
    static const char *const names[] = { "-o", "--show", "-r", "-k" };
    for (size_t i = 0; i < sizeof of_values / sizeof *of_values; i++)
        if (option_is_set(q->options, of_values[i])) {
            say(SAY_ERROR, "%s is not for a stream", names[i]);
            return END_USAGE;
        }
    return 0;
}

static int find(const struct choice *c, leat_run *r, const char *name)
{
    struct list streams = { 0 };
    leat_error err = { 0 };
    if (leat_run_set_stream(r, name, &err) == 0)
        return 0;
    for (uint32_t i = 0; i < c->count; i++)
        if (leat_driver_kind(c->driver, (leat_id){ i }) == LEAT_NODE_STREAM)
            list_add(&streams, leat_driver_name(c->driver, (leat_id){ i }));
    say(SAY_ERROR, "%s", err.message);
    if (streams.n)
        say_detail("streams: %s", list_join(&streams, ", ", 10));
    else
        say_detail("no function of these modules gives a leat_stream *");
    return END_REFUSED;
}

/* pthread_exit in an operator ends this thread, and without a word the command. */
static int execute(const struct request *q, leat_run *r, leat_error *err)
{
    int code = 0;
    crash_watch(sanitize_watches(q->options));
    leat_run_set_deadline(r, jobs_deadline(q->options));
    leat_run_set_priority(r, jobs_priority(q->options));
    pthread_cleanup_push(crash_thread_ended, NULL);
    progress_begin(q->options, r);
    code = leat_run_execute(r, err);
    progress_end();
    pthread_cleanup_pop(0);
    crash_rest();
    return code;
}

/* Those of the sink, unless some are named. */
static struct list states_of(leat_run *r, const struct list *named)
{
    struct list names = { 0 };
    size_t ops = leat_run_traffic_count(r);
    for (size_t i = 0; i < named->n; i++)
        list_add(&names, named->at[i]);
    for (size_t i = 0; !named->n && ops && i < leat_run_state_count(r); i++)
        if (leat_run_state(r, i)->node == leat_run_traffic(r, ops - 1)->node)
            list_add(&names, leat_run_state(r, i)->name);
    return names;
}

static int no_state(leat_run *r, const leat_error *err)
{
    struct list all = { 0 };
    for (size_t i = 0; i < leat_run_state_count(r); i++)
        list_add(&all, leat_run_state(r, i)->name);
    say(SAY_ERROR, "%s", err->message);
    if (err->code == LEAT_ENOTFOUND && all.n)
        say_detail("states: %s", list_join(&all, ", ", 10));
    return report_ending(err->code);
}

static int print_states(leat_run *r, const struct list *named, bool json)
{
    struct list names = states_of(r, named), members = { 0 };
    for (size_t i = 0; i < names.n; i++) {
        char *text = NULL;
        leat_error err = { 0 };
        int code = json ? leat_run_json(r, names.at[i], &text, &err) : leat_run_text(r, names.at[i], 0, &text, &err);
        if (code < 0)
            return no_state(r, &err);
        text_adopt(text);
        if (json)
            list_add(&members, text_format("%s:%s", text_json(names.at[i]), text));
        else
            printf("%s = %s\n", names.at[i], text);
    }
    if (json)
        printf("{%s}\n", list_join(&members, ",", members.n));
    return say_flushed(stdout) ? 0 : END_BROKEN;
}

static void say_traffic(const struct request *q, leat_run *r)
{
    for (size_t i = 0; option_is_set(q->options, OPTION_VERBOSE) && i < leat_run_traffic_count(r); i++) {
        const leat_traffic *t = leat_run_traffic(r, i);
        char *times = t->instances > 1 ? text_format(" x %zu", t->instances) : text_copy("", 0);
        say_plain("%s%s: %llu in, %llu out, at most %llu waiting", t->node, times, (unsigned long long)t->in,
                  (unsigned long long)t->out, (unsigned long long)t->deepest);
    }
}

static int run(const struct request *q, const struct choice *c, leat_run *r, leat_builder *b)
{
    leat_error err = { 0 };
    int end = find(c, r, option_value(q->options, OPTION_STREAM));
    if (end || (end = request_give(q, c, r)))
        return end;
    report_warnings(b);
    int code = execute(q, r, &err);
    say_traffic(q, r);
    if (code == 0)
        return print_states(r, &q->nodes, option_is_set(q->options, OPTION_JSON));
    say_flushed(stdout);
    say(SAY_ERROR, "%s", err.message);
    return report_ending(code);
}

int stream_run(struct request *q, leat_builder *b)
{
    struct choice c;
    int end = check_options(q);
    if (end || (end = select_driver(&c, q, b)))
        return end;
    leat_run *r = leat_run_new(c.driver);
    end = run(q, &c, r, b);
    leat_run_free(r);
    select_end(&c);
    return end;
}
