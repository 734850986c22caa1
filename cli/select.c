/* select: from words to ids. The graph was built loosely, so that a problem
 * nobody asked about does not stand in the way; if there is a problem, what is
 * asked is built once more, strictly, only to learn which are to blame. */
#include "select.h"
#include "build.h"
#include "cli.h"
#include "config.h"
#include "leaves.h"
#include "missing.h"
#include "report.h"
#include "say.h"
#include <string.h>

bool ids_has(const struct ids *l, leat_id id)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].n == id.n)
            return true;
    return false;
}

static void make_room(struct ids *l)
{
    if (l->n < l->room)
        return;
    size_t room = l->room ? l->room * 2 : 16;
    leat_id *at = text_room(room * sizeof *at);
    const char **name = text_room(room * sizeof *name);
    if (l->n) {
        memcpy(at, l->at, l->n * sizeof *at);
        memcpy(name, l->name, l->n * sizeof *name);
    }
    l->at = at;
    l->name = name;
    l->room = room;
}

void ids_add(struct ids *l, leat_id id)
{
    make_room(l);
    l->name[l->n] = NULL;
    l->at[l->n++] = id;
}

const char *ids_name(const struct ids *l, size_t i, const leat_driver *d)
{
    return l->name[i] ? l->name[i] : leat_driver_name(d, l->at[i]);
}

/* `field`: the name of a field of it, or NULL. */
static void add_once(struct ids *l, leat_id id, const char *field)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].n == id.n && (field ? l->name[i] && !strcmp(l->name[i], field) : !l->name[i]))
            return;
    ids_add(l, id);
    l->name[l->n - 1] = field;
}

bool select_is_seen(const leat_driver *d, leat_id id)
{
    return leat_driver_kind(d, id) == LEAT_NODE_INPUT && !leat_driver_default(d, id) &&
           leat_driver_param_count(d, id);
}

const char *select_source(const leat_driver *d, leat_id from)
{
    return leat_driver_name(d, select_is_seen(d, from) ? leat_driver_param(d, from, 0)->from : from);
}

bool select_is_input(const leat_driver *d, leat_id id)
{
    return leat_driver_kind(d, id) == LEAT_NODE_INPUT || leat_driver_default(d, id);
}

size_t select_outputs(const leat_driver *d, leat_id id, struct ids *out)
{
    leat_node_kind kind = leat_driver_kind(d, id);
    size_t n = 0;
    if (kind != LEAT_NODE_FUNCTION && kind != LEAT_NODE_SINK)
        return 0;
    for (uint32_t i = id.n + 1; i < leat_driver_count(d); i++, n++) {
        if (leat_driver_kind(d, (leat_id){ i }) != LEAT_NODE_OUTPUT)
            break;
        if (out)
            add_once(out, (leat_id){ i }, NULL);
    }
    return n;
}

bool select_runs(const struct choice *c, leat_id id)
{
    return c->needed[id.n] && (!c->overridden[id.n] || c->needed[id.n] & NEED_RUN);
}

leat_id select_call(const leat_driver *d, leat_id output)
{
    while (output.n && leat_driver_kind(d, output) == LEAT_NODE_OUTPUT)
        output.n--;
    return output;
}

bool select_has_value(const leat_driver *d, leat_id id)
{
    return strcmp(leat_driver_type(d, id), "void") != 0;
}

/* --- names --- */

static const char *why_refused(const leat_builder *b, const char *name)
{
    for (size_t i = 0; i < leat_builder_refused_count(b); i++) {
        const leat_problem *p = leat_builder_refused(b, i);
        if (p->node && !strcmp(p->node, name))
            return text_format("%s: %s", report_place(p->file, p->line), p->message);
    }
    return NULL;
}

/* Some node stands before one of its dots: what lacks is a field. */
static bool has_owner(const leat_driver *d, const char *name)
{
    leat_id id;
    for (const char *dot = strchr(name, '.'); dot; dot = strchr(dot + 1, '.'))
        if (leat_driver_find(d, text_copy(name, (size_t)(dot - name)), &id) == 0)
            return true;
    return false;
}

static int no_node(struct choice *c, const leat_builder *b, const char *name, const leat_error *err)
{
    const char *why = why_refused(b, name), *near = leat_driver_suggest(c->driver, name);
    leat_id id;
    c->refused |= why != NULL;
    if (why)
        say(SAY_ERROR, "%s is no node: %s", text_shown(name), why);
    else if (has_owner(c->driver, name))
        say(SAY_ERROR, "%s", err->message);
    else if (near && leat_driver_find(c->driver, near, &id) == 0 && leat_driver_file(c->driver, id))
        say(SAY_ERROR, "no node %s, did you mean %s (%s)?", text_shown(name), near,
            report_place(leat_driver_file(c->driver, id), leat_driver_line(c->driver, id)));
    else if (near)
        say(SAY_ERROR, "no node %s, did you mean %s?", text_shown(name), near);
    else
        say(SAY_ERROR, "no node %s: leat nodes lists them", text_shown(name));
    return END_REFUSED;
}

static int ask(struct choice *c, const leat_builder *b, const char *name, struct ids *to)
{
    leat_error err = { 0 };
    leat_id id;
    if (leat_driver_owner(c->driver, name, &id, &err) < 0)
        return no_node(c, b, name, &err);
    if (leat_driver_kind(c->driver, id) == LEAT_NODE_STREAM) {
        say(SAY_ERROR, "%s is a stream (%s): --stream %s runs it", name,
            report_place(leat_driver_file(c->driver, id), leat_driver_line(c->driver, id)), name);
        return END_REFUSED;
    }
    if (leat_driver_kind(c->driver, id) == LEAT_NODE_FLOW) {
        say(SAY_ERROR, "%s is a flow: --flow %s runs it", name, name);
        return END_REFUSED;
    }
    bool field = leat_driver_find(c->driver, name, &(leat_id){ 0 }) < 0;
    if (field || select_has_value(c->driver, id) || !select_outputs(c->driver, id, to))
        add_once(to, id, field ? name : NULL);
    return 0;
}

/* NODE words, then NAME of -o NAME=FILE, then --show. */
static int ask_by_name(struct choice *c, const struct request *q, const leat_builder *b)
{
    const struct list *files = &q->options->values[OPTION_OUTPUT];
    const struct list *shows = &q->options->values[OPTION_SHOW];
    int end = 0, one;
    for (size_t i = 0; i < q->nodes.n; i++)
        end = (one = ask(c, b, q->nodes.at[i], &c->asked)) ? one : end;
    for (size_t i = 0; i < files->n; i++) {
        size_t n = strcspn(files->at[i], "=");
        if (files->at[i][n] && text_is_name(files->at[i], n))
            end = (one = ask(c, b, text_copy(files->at[i], n), &c->asked)) ? one : end;
    }
    for (size_t i = 0; i < shows->n; i++)
        end = (one = ask(c, b, shows->at[i], &c->shown)) ? one : end;
    return end;
}

/* --- inputs --- */

static int no_input(const struct choice *c, const char *name)
{
    struct nearest near = nearest_to(name);
    for (uint32_t i = 0; i < c->count; i++)
        if (select_is_input(c->driver, (leat_id){ i }))
            nearest_offer(&near, leat_driver_name(c->driver, (leat_id){ i }));
    if (near.best)
        say(SAY_ERROR, "no input %s, did you mean %s?", text_shown(name), near.best);
    else if (!c->refused)           /* else what would have read it may be told already */
        say(SAY_ERROR, "no input %s: leat nodes lists what nodes read", text_shown(name));
    return END_REFUSED;
}

/* A name that builder functions may yet make something of is let pass. */
static int check_input(const struct choice *c, const leat_builder *b, struct given *g)
{
    const char *name = g->name;
    leat_id id;
    if (leat_driver_find(c->driver, name, &id) < 0) {
        g->left_out = leat_driver_left_out(c->driver, name) || leat_builder_deferred_count(b);
        return g->left_out ? 0 : config_has(c->driver, name) ? config_no_input(name) : no_input(c, name);
    }
    if (select_is_input(c->driver, id))
        return 0;
    say(SAY_ERROR, "%s is no input: %s computes it; --override %s=VALUE replaces it", name,
        report_place(leat_driver_file(c->driver, id), leat_driver_line(c->driver, id)), name);
    return END_REFUSED;
}

static int check_override(struct choice *c, const leat_builder *b, const struct given *g)
{
    leat_error err = { 0 };
    leat_id id;
    if (leat_driver_owner(c->driver, g->name, &id, &err) < 0)
        return no_node(c, b, g->name, &err);
    if (leat_driver_find(c->driver, g->name, &id) < 0) {
        say(SAY_ERROR, "%s is a field that no parameter reads", text_shown(g->name));
        return END_REFUSED;
    }
    if (select_is_input(c->driver, id)) {
        say(SAY_ERROR, "%s is an input: %s=VALUE gives it", g->name, g->name);
        return END_REFUSED;
    }
    if (!select_has_value(c->driver, id)) {
        say(SAY_ERROR, "%s gives no value that could be overridden%s", g->name,
            select_outputs(c->driver, id, NULL) ? ": override its outputs" : "");
        return END_REFUSED;
    }
    if (c->overridden[id.n]) {
        say(SAY_ERROR, "override %s is given twice", leat_driver_name(c->driver, id));
        return END_REFUSED;
    }
    c->overridden[id.n] = c->overrides = true;
    return 0;
}

static int check_inputs(struct choice *c, const struct request *q, const leat_builder *b)
{
    int end = 0, one;
    for (size_t i = 0; i < q->given_count; i++)
        if (q->given[i].kind == GIVEN_INPUT)
            end = (one = check_input(c, b, &q->given[i])) ? one : end;
        else if (q->given[i].kind == GIVEN_OVERRIDE)
            end = (one = check_override(c, b, &q->given[i])) ? one : end;
    return end;
}

static void note_unneeded(const struct choice *c, const struct request *q)
{
    for (size_t i = 0; i < q->given_count; i++) {
        const struct given *g = &q->given[i];
        leat_id id;
        bool needed = g->kind == GIVEN_CONFIG ? config_is_needed(c, g->name)
            : leat_driver_find(c->driver, g->name, &id) == 0 && c->needed[id.n] & NEED_YES;
        if (!needed)
            say(SAY_NOTE, "%s %s is not needed for what is asked", request_word(g->kind), g->name);
    }
}

/* --- need --- */

static void add_missing(struct choice *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->needed[i] == NEED_MISSING)
            ids_add(&c->missing, (leat_id){ i });
}

static int nothing_there(const struct request *q, const leat_builder *b)
{
    size_t n = leat_builder_refused_count(b);
    say(SAY_ERROR, "no node in %s", text_shown(list_join(&q->modules, ", ", 5)));
    for (size_t i = 0; i < n; i++) {
        const leat_problem *p = leat_builder_refused(b, i);
        say_detail("%s  %s: %s", report_place(p->file, p->line), p->node ? p->node : "",
                   p->message);
    }
    return END_REFUSED;
}

/* Of what is asked; some are told only where it is. */
static bool has_problems(const struct choice *c, const leat_builder *b)
{
    bool any = leat_builder_problem_count(b);
    for (size_t i = 0; i < c->all.n && !any; i++)
        any = leat_driver_broken(c->driver, c->all.at[i]);
    return any;
}

/* The same graph with every problem of what is asked as an error. */
static int tell_problems(struct choice *c, leat_builder *b, const struct table *misfits)
{
    struct list names = { 0 }, overrides = { 0 };
    leat_driver *driver = NULL;
    leat_error err = { 0 };
    for (size_t i = 0; i < c->all.n; i++)
        list_add(&names, ids_name(&c->all, i, c->driver));
    for (uint32_t i = 0; i < c->count; i++)
        if (c->overridden[i])
            list_add(&overrides, leat_driver_name(c->driver, (leat_id){ i }));
    leat_builder_set_outputs(b, (const char *const *)names.at, names.n);
    leat_builder_set_overrides(b, (const char *const *)overrides.at, overrides.n);
    if (leat_builder_build(b, &driver, &err) < 0)
        return report_build(b, &err, misfits);
    leat_driver_free(driver);
    return misfits->n ? report_build(b, NULL, misfits) : 0;
}

/* What is needed and missing. What a slip of the pen meant is needed too, so
 * that its own problems are told in the same breath. */
static struct table find_missing(struct choice *c, const struct request *q)
{
    struct table misfits = { 0 };
    size_t asked;
    do {
        asked = c->all.n;
        misfits.n = c->missing.n = 0;
        need_of(c, q, &c->all);
        add_missing(c);
        missing_split(c, &misfits, &c->all);
    } while (c->all.n > asked);
    return misfits;
}

/* What was given is read although it will not run: all that is wrong is told. */
static void check_values(const struct choice *c, const struct request *q)
{
    leat_run *r = leat_run_new(c->driver);
    request_give(q, c, r);
    leat_run_free(r);
}

/* Everything that keeps the asked nodes from running. */
static int check_asked(struct choice *c, const struct request *q, leat_builder *b)
{
    struct table misfits = find_missing(c, q);
    int end = has_problems(c, b) || misfits.n ? tell_problems(c, b, &misfits) : 0;
    if (!end)
        report_warnings(b);
    if (c->missing.n) {
        check_values(c, q);
        missing_say(c, q);
        end = END_REFUSED;
    }
    return end;
}

static int build(struct choice *c, struct request *q, leat_builder *b)
{
    *c = (struct choice){ 0 };
    int end = build_loosely(b, &c->driver);
    if (!end)
        end = config_settle(q, b, &c->driver);
    c->count = end ? 0 : leat_driver_count(c->driver);
    c->needed = text_room(c->count + 1);
    c->overridden = text_room(c->count + 1);
    return end;
}

int select_driver(struct choice *c, struct request *q, leat_builder *b)
{
    int end = build(c, q, b);
    return end ? end : c->count ? 0 : nothing_there(q, b);
}

int select_names(struct choice *c, struct request *q, leat_builder *b)
{
    int end = build(c, q, b);
    if (end || (end = ask_by_name(c, q, b)))
        return end;
    report_warnings(b);
    return c->count ? 0 : nothing_there(q, b);
}

static bool names_unknown_input(const struct choice *c, const struct request *q)
{
    leat_id id;
    for (size_t i = 0; i < q->given_count; i++)
        if (q->given[i].kind == GIVEN_INPUT && leat_driver_find(c->driver, q->given[i].name, &id) < 0)
            return true;
    return false;
}

/* Why a name may be unknown: what is wrong with the graph. What is wrong with
 * what is asked explains an unknown input, so that this is not told again. */
static int tell_causes(struct choice *c, const struct request *q, leat_builder *b)
{
    struct table none = { 0 };
    struct choice asked = *c;
    asked.all = (struct ids){ 0 };
    for (size_t i = 0; i < c->asked.n; i++)
        add_once(&asked.all, c->asked.at[i], c->asked.name[i]);
    for (uint32_t i = 0; !c->asked.n && !q->nodes.n && i < c->count; i++)
        add_once(&asked.all, (leat_id){ i }, NULL);
    int end = has_problems(&asked, b) ? tell_problems(&asked, b, &none) : 0;
    if (!end)
        report_warnings(b);
    c->refused |= end != 0;
    return end;
}

int select_build(struct choice *c, struct request *q, leat_builder *b)
{
    int end = build(c, q, b);
    if (end || !c->count)
        return end ? end : nothing_there(q, b);
    end = ask_by_name(c, q, b);
    int causes = end || names_unknown_input(c, q) ? tell_causes(c, q, b) : 0;
    int inputs = check_inputs(c, q, b);
    if (end || causes || inputs)
        return end ? end : causes ? causes : inputs;
    if (!c->asked.n)
        leaves_ask(c, q);
    for (size_t i = 0; i < c->asked.n; i++)
        add_once(&c->all, c->asked.at[i], c->asked.name[i]);
    for (size_t i = 0; i < c->shown.n; i++)
        add_once(&c->all, c->shown.at[i], c->shown.name[i]);
    if (!c->all.n)      /* every node is read by another: a cycle */
        return (end = tell_causes(c, q, b)) ? end : nothing_there(q, b);
    end = check_asked(c, q, b);
    if (!end)
        note_unneeded(c, q);
    return end;
}

int select_flow(struct choice *c, struct request *q, leat_builder *b)
{
    int end = build(c, q, b);
    if (end || !c->count)
        return end ? end : nothing_there(q, b);
    end = ask_by_name(c, q, b);
    int inputs = check_inputs(c, q, b);
    if (end || inputs)
        report_warnings(b);
    for (size_t i = 0; i < c->asked.n; i++)
        add_once(&c->all, c->asked.at[i], c->asked.name[i]);
    for (size_t i = 0; i < c->shown.n; i++)
        add_once(&c->all, c->shown.at[i], c->shown.name[i]);
    return end ? end : inputs;
}

void select_end(struct choice *c) { leat_driver_free(c->driver); }
