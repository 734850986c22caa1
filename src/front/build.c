/* build: from what a builder collected to a driver, or to the list of problems. */
#include "base/error.h"
#include "base/vector.h"
#include "front/builder.h"
#include "front/driver.h"
#include "front/run.h"
#include "graph/field.h"
#include "run/context.h"
#include "value/io.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *keep(struct leat__problems *list, const char *s)
{
    char *kept = s ? leat__arena_strdup(&list->arena, s) : NULL;
    list->failed |= s && !kept;
    return kept;
}

void leat__problem_copy(struct leat__problems *list, const leat_problem *p, bool warning)
{
    struct leat__problem *to = leat__problem_add(list, p->code, LEAT__NONE, NULL, p->line, "%s",
                                                 p->message ? p->message : "");
    to->public.warning = warning;
    to->public.other_line = p->other_line;
    to->public.node = keep(list, p->node);
    to->public.param = keep(list, p->param);
    to->public.file = keep(list, p->file);
    to->public.other_file = keep(list, p->other_file);
    to->public.hint = keep(list, p->hint);
}

/* --- notes of all levels --- */

static bool defines(const struct leat__record *r, const char *note)
{
    size_t n = strcspn(note, " ,(");
    for (uint32_t i = 0; i < r->function_count; i++)
        if (!strncmp(leat__function_symbol(&r->functions[i]), note, n) && !leat__function_symbol(&r->functions[i])[n])
            return true;
    return false;
}

static bool defined_elsewhere(const leat_builder *b, uint32_t module, const char *note)
{
    for (uint32_t i = 0; i < b->modules->count; i++)
        if (i != module && leat__same_space(leat__modules_space(b->modules, i), leat__modules_space(b->modules, module)) &&
            defines(&leat__modules_at(b->modules, i)->record, note))
            return true;
    return false;
}

/* A module's note on another module's node goes before that node's own. */
static struct leat__note *gather_notes(const leat_builder *b, uint32_t *out_count)
{
    uint32_t n = b->note_count;
    for (uint32_t i = 0; i < b->modules->count; i++)
        n += leat__modules_at(b->modules, i)->record.note_count;
    struct leat__note *notes = calloc(n + 1, sizeof *notes);
    uint32_t at = 0;
    for (uint32_t i = 0; notes && i < b->modules->count; i++) {
        const struct leat__record *r = &leat__modules_at(b->modules, i)->record;
        for (uint32_t k = 0; k < r->note_count; k++) {
            notes[at] = r->notes[k];
            notes[at].space = leat__modules_space(b->modules, i);
            notes[at].level = !defines(r, r->notes[k].text) && defined_elsewhere(b, i, r->notes[k].text);
            at++;
        }
    }
    if (notes && b->note_count)
        memcpy(notes + at, b->notes, b->note_count * sizeof *notes);
    *out_count = n;
    return notes;
}

static int build_graph(leat_builder *b, struct leat__graph *g)
{
    uint32_t count = b->modules->count, note_count;
    struct leat__functions *functions = calloc(count + 1, sizeof *functions);
    struct leat__note *notes = gather_notes(b, &note_count);
    int code = LEAT_ENOMEM;
    if (functions && notes) {
        for (uint32_t i = 0; i < count; i++) {
            struct leat__record *r = &leat__modules_at(b->modules, i)->record;
            functions[i] = (struct leat__functions){ r->functions, r->function_count };
        }
        struct leat__graph_spec spec = { functions, count, notes, note_count, b->destroys, b->destroy_count,
                                         b->settings, b->setting_count, b->keys, b->key_count,
                                         b->deferred.count > 0 };
        code = leat__graph_build(g, &spec);
        /* Places in problems may be the notes' own strings, which modules keep. */
    }
    free(functions);
    free(notes);
    return code;
}

/* --- literals --- */

static int parse_constants(leat_builder *b, leat_driver *d)
{
    struct leat__graph *g = &d->graph;
    for (uint32_t id = 0; g->has_constants && id < g->count; id++) {
        struct leat__node *n = &g->node[id];
        if (n->kind != LEAT__NODE_CONSTANT)
            continue;
        if (!d->constant && !(d->constant = calloc(g->count, sizeof *d->constant)))
            return LEAT_ENOMEM;
        const struct leat__literal *literal = leat__rest(g, n)->literal;
        leat_error err = { 0 };
        void *at = leat__arena_aligned(&d->arena, n->type->size > 8 ? n->type->size : 8, n->type->align);
        int code = at ? leat__parse_value(n->type, literal->text, &d->arena, at, &err) : LEAT_ENOMEM;
        if (code == LEAT_ENOMEM)
            return code;
        if (code < 0) {
            uint32_t readers;
            const uint32_t *reader = leat__graph_readers(g, id, &readers);
            if (!reader)
                return LEAT_ENOMEM;
            leat__problem_add(&g->problems, LEAT_EBUILD, readers ? *reader : id, literal->file, literal->line,
                              "note on %s: bind: %s", n->name, err.message);
            n->flags |= LEAT__NODE_BROKEN | LEAT__NODE_FAULTY;
        }
        d->constant[id] = at;
    }
    return b->problems.failed ? LEAT_ENOMEM : 0;
}

/* --- what counts --- */

static uint8_t *mark_overrides(const leat_builder *b, const struct leat__graph *g)
{
    uint8_t *given = calloc((size_t)g->count + 1, 1);
    for (uint32_t i = 0; given && i < b->override_count; i++) {
        uint32_t id = b->overrides[i] ? leat__graph_find(g, b->overrides[i]) : LEAT__NONE;
        if (id != LEAT__NONE)
            given[id] = 1;
    }
    return given;
}

static void unknown_output(leat_builder *b, const struct leat__graph *g, const char *name, const leat_error *err)
{
    char hint[300];
    const char *rest, *near = leat__graph_suggest(g, name);
    bool field = leat__field_owner(g, name, &rest) != LEAT__NONE;
    leat_problem p = { .code = LEAT_ENOTFOUND, .node = name, .message = field ? err->message : "no node of that name" };
    if (near && !field) {
        snprintf(hint, sizeof hint, "did you mean %s?", near);
        p.hint = hint;
    }
    leat__problem_copy(&b->problems, &p, false);
}

/* need[]: what the asked outputs need; unknown outputs are problems. */
static int select_outputs(leat_builder *b, leat_driver *d, uint8_t *need)
{
    struct leat__graph *g = &d->graph;
    uint32_t *asked = calloc(b->output_count + 1, sizeof *asked), n = 0;
    uint8_t *given = asked ? mark_overrides(b, g) : NULL;
    if (!given) {
        free(asked);
        return LEAT_ENOMEM;
    }
    for (uint32_t i = 0; i < b->output_count; i++) {
        uint32_t id;
        leat_error err;
        int code = leat__view_find(g, b->outputs[i], &id, NULL, &err);
        if (!code)
            asked[n++] = id;
        else if (code == LEAT_ENOTFOUND)
            unknown_output(b, g, b->outputs[i], &err);
        else
            b->problems.failed = true;
    }
    long code = leat__graph_select(g, asked, n, given, need);
    free(asked);
    free(given);
    return code < 0 ? (int)code : 0;
}

/* Told only where the node has to run as one: it may be an operator. */
static bool is_packet(const struct leat__problem *p) { return p->forgiven == LEAT__FORGIVEN_PACKET; }

/* ... or so does a state that others write, too, in a module that draws a stream. */
static bool is_operator(const struct leat__graph *g, const struct leat__problem *p)
{
    bool drawn = is_packet(p);
    for (uint32_t id = 0; p->forgiven && !drawn && id < g->count; id++)
        drawn = g->node[id].flags & LEAT__NODE_STREAM;
    return drawn;
}

/* Config that lacks may be what a builder function, not called, would set. */
static bool is_error(const leat_builder *b, const struct leat__problem *p, const uint8_t *need)
{
    if (p->public.warning || (b->deferred.count && p->public.code == LEAT_EINPUT))
        return false;
    if (!b->outputs_set)
        return !is_packet(p);
    return b->output_count && (p->node == LEAT__NONE || need[p->node] & LEAT__NEED_RUN);
}

/* Errors first, then warnings; returns how many errors there are in all. */
static uint32_t sort_problems(leat_builder *b, const struct leat__graph *g, const uint8_t *need)
{
    uint32_t errors = 0;
    for (uint32_t i = 0; i < b->problems.count; i++)
        errors += !b->problems.at[i].public.warning;
    for (uint32_t i = 0; i < g->problems.count; i++)
        if (is_error(b, &g->problems.at[i], need)) {
            leat__problem_copy(&b->problems, &g->problems.at[i].public, false);
            errors++;
        }
    for (uint32_t i = 0; i < g->problems.count; i++)
        if (!is_error(b, &g->problems.at[i], need) && !is_operator(g, &g->problems.at[i]))
            leat__problem_copy(&b->problems, &g->problems.at[i].public, true);
    for (uint32_t i = 0; i < g->refused.count; i++)
        leat__problem_copy(&b->refused, &g->refused.at[i].public, false);
    return errors;
}

static int tell(const leat_builder *b, uint32_t errors, leat_error *err)
{
    const leat_problem *p = &b->problems.at[0].public;
    char place[300] = "", more[64] = "";
    bool said = p->file && !p->line && !strncmp(p->message, p->file, strlen(p->file));
    if (p->file && *p->file && !said)
        snprintf(place, sizeof place, p->line ? "%s:%d: " : "%s: ", p->file, p->line);
    else if (p->node && !said && strncmp(p->message, "note on ", 8))
        snprintf(place, sizeof place, "%s: ", p->node);
    if (errors > 1)
        snprintf(more, sizeof more, " (and %u more)", errors - 1);
    return leat__fail(err, p->code == LEAT_ENOTFOUND || p->code == LEAT_EUSAGE ? p->code : LEAT_EBUILD, "%s%s%s%s%s%s", place, p->message,
                      p->hint ? "; " : "", p->hint ? p->hint : "", more, "");
}

static leat_driver *driver_new(const leat_builder *b)
{
    leat_driver *d = calloc(1, sizeof *d);
    if (!d || !(d->hooks = calloc(b->hook_count + 1, sizeof *d->hooks))) {
        free(d);
        return NULL;
    }
    d->refs = 1;
    d->pid = b->pid;
    pthread_mutex_init(&d->lock, NULL);
    leat__turns_init(&d->turns);
    d->modules = leat__modules_ref(b->modules);
    d->inspect = b->inspect;
    d->executor = leat_executor_ref(b->executor);
    for (; d->hook_count < b->hook_count; d->hook_count++) {
        d->hooks[d->hook_count] = b->hooks[d->hook_count];
        leat__hook_ref(d->hooks[d->hook_count]);
    }
    return d;
}

/* Graph, literals, outputs; what is wrong is in b->problems when it returns. */
static int fill(leat_builder *b, leat_driver *d, uint32_t *errors)
{
    int code = build_graph(b, &d->graph);
    if (!code)
        code = parse_constants(b, d);
    uint8_t *need = code ? NULL : calloc((size_t)d->graph.count + 1, 1);
    if (!code && !need)
        code = LEAT_ENOMEM;
    if (!code && b->outputs_set)
        code = select_outputs(b, d, need);
    if (!code)
        *errors = sort_problems(b, &d->graph, need);
    free(need);
    if (!code && (b->problems.failed || b->refused.failed))
        code = LEAT_ENOMEM;
    return code;
}

/* Why this builder cannot build at all, by now. */
static int check_builder(const leat_builder *b, leat_error *err)
{
    if (!b || b->sticky == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (b->pid != getpid())
        return leat__fail(err, LEAT_EFORKED, "this process is a child of the one that made the builder");
    for (const struct leat__worker *w = leat__worker_current(); w; w = w->up)
        if (w->building)
            return leat__fail(err, LEAT_EUSAGE, "builder function %s: there is no building inside it", w->building->name);
    return 0;
}

/* The driver of what was read, and grown. */
static int build_driver(leat_builder *w, leat_driver **out, leat_error *err)
{
    leat_driver *d = driver_new(w);
    uint32_t errors = 0;
    if (!d)
        return leat__fail_memory(err);
    int code = fill(w, d, &errors);
    if (code < 0 || errors) {
        leat_driver_free(d);
        return code < 0 ? leat__fail_memory(err) : tell(w, errors, err);
    }
    *out = d;
    return 0;
}

static int tell_reading(leat_builder *b, int code, leat_error *err)
{
    return code == LEAT_ENOMEM || b->problems.failed ? leat__fail_memory(err)
         : b->problems.count ? tell(b, b->problems.count, err)
         : leat__fail(err, code, "the modules cannot be read");
}

static void tell_mistakes(const leat_builder *b, struct leat__problems *to)
{
    for (uint32_t i = 0; i < b->mistakes.count; i++)
        leat__problem_copy(to, &b->mistakes.at[i].public, false);
}

static int build_grown(leat_builder *b, leat_driver **out, leat_error *err)
{
    leat_builder *w = leat__attempt_new(b);
    if (!w)
        return leat__fail_memory(err);
    tell_mistakes(b, &w->problems);
    int code = leat__builder_grow(w);
    code = code < 0 ? tell_reading(w, code, err) : build_driver(w, out, err);
    leat__attempt_end(w, b);
    return code;
}

int leat_builder_build(leat_builder *b, leat_driver **out_driver, leat_error *err)
{
    int code = check_builder(b, err);
    if (code < 0)
        return code;
    leat__problems_fini(&b->problems);
    leat__problems_fini(&b->refused);
    leat__problems_fini(&b->deferred);
    leat__text_clear(&b->grown_output);
    if (!b->modules)
        leat__text_clear(&b->output);
    tell_mistakes(b, &b->problems);
    code = leat__builder_is_read(b) ? 0 : leat__builder_read(b);
    if (code < 0)
        return tell_reading(b, code, err);
    if (b->inspect)
        leat__builder_defer(b);
    return !b->inspect && leat__builder_grows(b) ? build_grown(b, out_driver, err) : build_driver(b, out_driver, err);
}
