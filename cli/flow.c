/* flow: see flow.h. */
#include "flow.h"
#include "cli.h"
#include "durable.h"
#include "report.h"
#include "say.h"
#include <string.h>

bool flow_is_asked(const struct options *o) { return option_is_set(o, OPTION_FLOW); }

/* Each thing that is wrong with the flow begins with where its function is. */
static void say_problems(const struct choice *c, const char *flow, const char *message)
{
    leat_id id;
    const char *file = leat_driver_find(c->driver, flow, &id) == 0 ? leat_driver_file(c->driver, id) : NULL;
    char *joint = text_format("; %s: ", file ? report_place(file, leat_driver_line(c->driver, id)) : "");
    for (const char *next; file && (next = strstr(message, joint)); message = next + 2)
        say(SAY_ERROR, "%.*s", (int)(next - message), message);
    say(SAY_ERROR, "%s", message);
}

static int refused(const struct request *q, const struct choice *c, const leat_builder *b, const leat_error *err)
{
    report_other_warnings(b, err->message);
    say_problems(c, option_value(q->options, OPTION_FLOW), err->message);
    return report_ending(err->code);
}

static void ask_atoms(struct choice *c, const leat_id *atom, long n)
{
    for (long i = 0; i < n; i++)
        if (select_has_value(c->driver, atom[i]) || !select_outputs(c->driver, atom[i], &c->asked))
            ids_add(&c->asked, atom[i]);
    c->all = c->asked;
}

static struct list unreverted;

/* What is no atom is not reverted, whatever there is for that. */
static int look_for_unreverted(const struct request *q, const struct choice *c, leat_run *r, const leat_builder *b)
{
    leat_error err = { 0 };
    const char *flow = option_value(q->options, OPTION_FLOW);
    leat_id *node = text_room((c->count + 1) * sizeof *node);
    long n = leat_run_unreverted(r, node, c->count, &err);
    for (long i = 0; i < n; i++) {
        const char *name = leat_driver_name(c->driver, node[i]);
        list_add(&unreverted, name);
        say(SAY_WARNING, "%s has %s__revert but is no atom of %s: it will not be reverted", name, name, flow);
    }
    return n < 0 ? refused(q, c, b, &err) : 0;
}

int flow_begin(const struct request *q, struct choice *c, leat_run *r, const leat_builder *b)
{
    leat_error err = { 0 };
    leat_id *atom = text_room((c->count + 1) * sizeof *atom);
    if (leat_run_set_flow(r, option_value(q->options, OPTION_FLOW), &err) < 0)
        return refused(q, c, b, &err);
    int end = durable_give(q, c, r);
    if (end) {
        report_warnings(b);
        return end;
    }
    long n = leat_run_atoms(r, atom, c->count, &err);
    if (n < 0)
        return refused(q, c, b, &err);
    report_warnings(b);
    if (!c->all.n)
        ask_atoms(c, atom, n);
    return look_for_unreverted(q, c, r, b);
}

void flow_report(const struct options *o, const leat_run *r, int code)
{
    report_failed(r);
    const char *rest = unreverted.n ? text_format(", but not %s: no atom", list_join(&unreverted, ", ", 10)) : "";
    say_plain("%s: %s%s", option_value(o, OPTION_FLOW), code == LEAT_EREVERTED ? "what was done is reverted"
              : "a revert failed: what it should have undone is left", rest);
}
