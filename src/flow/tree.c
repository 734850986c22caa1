/* tree: see flow/tree.h. Read breadth first, so nothing recurses and children
 * stand together. */
#include "flow/tree.h"
#include "base/error.h"
#include "base/suggest.h"
#include "base/vector.h"
#include "graph/note.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DEEPEST = 1000 };

/* "m.c:45: ", of the flow's function. */
static void add_place(struct leat__tree *t)
{
    const struct leat__function *f = t->spec->graph->node[t->spec->node].function;
    if (f && f->head->file && *f->head->file && f->head->line > 0)
        leat__text_printf(&t->problems, "%s:%d: ", f->head->file, f->head->line);
}

void leat__tree_tell(struct leat__tree *t, const char *format, ...)
{
    char line[800];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (t->problems.len)
        leat__text_addc(&t->problems, '\n');
    add_place(t);
    leat__text_add(&t->problems, line);
}

const char *leat__part_name(struct leat__tree *t, uint32_t part)
{
    const struct leat__part *p = &t->part[part];
    if (p->from && *p->from->name)
        return p->from->name;
    const char *kind = p->kind == LEAT_FLOW_RETRY ? "retry" : "part", *text = NULL;
    if (p->up != LEAT__NONE)
        text = leat__arena_printf(&t->arena, "%s %u of %s", kind, p->index + 1, leat__part_name(t, p->up));
    return text ? text : t->spec->name;
}

/* What is the whole flow is not named twice. */
static void tell_part(struct leat__tree *t, uint32_t part, const char *what)
{
    const char *name = leat__part_name(t, part);
    bool whole = !strcmp(name, t->spec->name);
    leat__tree_tell(t, "%s%s%s: %s", t->spec->name, whole ? "" : ": ", whole ? "" : name, what);
}

/* --- atoms --- */

/* In the flow's own namespace first. */
static uint32_t find_node(const struct leat__tree *t, const char *name)
{
    const struct leat__graph *g = t->spec->graph;
    const char *flow = g->node[t->spec->node].name, *dot = strrchr(flow, '.');
    char full[600];
    if (dot && snprintf(full, sizeof full, "%.*s.%s", (int)(dot - flow), flow, name) < (int)sizeof full) {
        uint32_t id = leat__graph_find(g, full);
        if (id != LEAT__NONE)
            return id;
    }
    return leat__graph_find(g, name);
}

static const char *no_atom(const struct leat__graph *g, uint32_t id, char *room, size_t size)
{
    const struct leat__node *n = &g->node[id];
    return n->kind == LEAT__NODE_INPUT || n->kind == LEAT__NODE_SAME ? "it is an input"
         : n->kind == LEAT__NODE_OUTPUT ? "it is an output: its function is the atom"
         : n->flags & LEAT__NODE_FLOW ? "it is a flow: call its function for a part"
         : n->kind != LEAT__NODE_CALL ? "it is no function"
         : n->flags & LEAT__NODE_BROKEN ? leat__problem_of(&g->problems, id, room, size) : NULL;
}

static void unknown_atom(struct leat__tree *t, const char *name)
{
    const struct leat__graph *g = t->spec->graph;
    struct leat__suggest near = leat__suggest_for(name);
    char room[1];
    for (uint32_t id = g->inputs; id < g->count; id++)
        if (!no_atom(g, id, room, sizeof room))
            leat__suggest_offer(&near, g->node[id].name);
    leat__tree_tell(t, "%s: no node %s%s%s%s", t->spec->name, name, near.best ? "; did you mean " : "",
                    near.best ? near.best : "", near.best ? "?" : "");
}

/* It, or all that it gives. */
static bool is_overridden(const struct leat__flow_spec *spec, uint32_t id)
{
    const struct leat__node *n = &spec->graph->node[id];
    const struct leat__rest *rest = leat__rest(spec->graph, n);
    bool all = n->kind == LEAT__NODE_CALL && rest->outputs && !n->type;
    for (uint32_t i = 0; all && i < rest->outputs; i++)
        all = spec->cut[rest->producer + i];
    return all || spec->cut[id];
}

static void take_atom(struct leat__tree *t, uint32_t part)
{
    const char *name = t->part[part].from->name;
    uint32_t id = find_node(t, name);
    char room[400];
    const char *why = id == LEAT__NONE ? NULL : no_atom(t->spec->graph, id, room, sizeof room);
    t->part[part].node = LEAT__NONE;
    if (id == LEAT__NONE)
        unknown_atom(t, name);
    else if (is_overridden(t->spec, id))
        return;
    else if (why)
        leat__tree_tell(t, "%s: %s is no atom: %s", t->spec->name, name, why);
    else if (t->part_of[id] != LEAT__NONE)
        leat__tree_tell(t, "%s: %s stands twice in it: LEAT_NODE(%s2, calls(%s)) makes another node of the function",
                        t->spec->name, name, name, name);
    else
        t->part_of[t->part[part].node = id] = part;
}

/* --- parts --- */

static uint32_t add_scope(struct leat__tree *t, uint32_t up, int32_t attempts)
{
    if (!LEAT__ROOM(t->scope_up, t->scopes, t->scope_cap[0]) || !LEAT__ROOM(t->scope_depth, t->scopes, t->scope_cap[1]) ||
        !LEAT__ROOM(t->scope_attempts, t->scopes, t->scope_cap[2]))
        return LEAT__NONE;
    t->scope_up[t->scopes] = up;
    t->scope_depth[t->scopes] = up == LEAT__NONE ? 0 : t->scope_depth[up] + 1;
    t->scope_attempts[t->scopes] = attempts;
    return t->scopes++;
}

static bool add_part(struct leat__tree *t, const leat_flow *from, uint32_t up, uint32_t index)
{
    const struct leat__part *over = up == LEAT__NONE ? NULL : &t->part[up];
    struct leat__part p = { .up = up, .index = index, .scope = over ? over->scope : 1, .from = from, .kind = (uint8_t)from->kind,
                            .depth = over ? over->depth + 1 : 0, .node = LEAT__NONE, .attempts = from->attempts };
    if (!LEAT__ROOM(t->part, t->count, t->cap))
        return false;
    t->part[t->count++] = p;
    return true;
}

static bool is_retry(const struct leat__clause *c, int32_t *attempts)
{
    char *end = NULL;
    bool plain = !strcmp(c->word, "retry") && c->count == 1 && !c->args[0].key && c->args[0].kind == LEAT__ARG_NUMBER;
    long n = plain ? strtol(c->args[0].text, &end, 10) : 0;
    *attempts = (int32_t)n;
    return plain && n > 0 && n < INT32_MAX && !*end;
}

/* retry(n), priority(n), each once: 0, told, where it is anything else. */
static int32_t attempts_of(struct leat__tree *t, uint32_t part)
{
    const leat_flow *f = t->part[part].from;
    struct leat__clauses clauses;
    leat_error err;
    int32_t attempts = 1;
    unsigned seen = 0;
    if (leat__note_parse(f->notes, &t->arena, &clauses, &err) < 0) {
        leat__tree_tell(t, "%s: atom %s: %s", t->spec->name, f->name, err.message);
        return 0;
    }
    for (uint32_t i = 0; i < clauses.count; i++) {
        const struct leat__clause *c = &clauses.at[i];
        bool again = !strcmp(c->word, "retry"), prior = !strcmp(c->word, "priority");
        bool good = again ? is_retry(c, &attempts) : prior && leat__priority_parse(c, &t->part[part].priority);
        if (good && !(seen & 1u << again)) {
            seen |= 1u << again;
            t->part[part].prior |= prior;
            continue;
        }
        leat__tree_tell(t, "%s: atom %s: %s: %s", t->spec->name, f->name, c->word,
                        good ? "said twice" : again ? "takes one whole number, 1 or more"
                        : prior ? "takes one whole number"
                        : "leat_atom_with takes retry(n) and priority(n): say it in a LEAT_NODE of its own");
        return 0;
    }
    return attempts;
}

/* An atom with retry(n) is a retry of an atom. */
static bool split_atom(struct leat__tree *t, uint32_t i)
{
    uint32_t up = t->part[i].up;
    bool again = up != LEAT__NONE && t->part[up].from == t->part[i].from;
    const leat_flow *f = t->part[i].from;
    int32_t attempts = f->notes && !again ? attempts_of(t, i) : 0;
    if (attempts < 1) {
        take_atom(t, i);
        return true;
    }
    t->part[i].kind = LEAT_FLOW_RETRY;
    t->part[i].attempts = attempts;
    t->part[i].first = t->count;
    t->part[i].count = 1;
    uint32_t scope = add_scope(t, t->part[i].scope, attempts), outer = t->part[i].scope;
    t->part[i].scope = scope;
    bool good = scope != LEAT__NONE && add_part(t, f, i, 0);
    t->part[i].scope = outer;
    if (good) {
        t->part[t->count - 1].priority = t->part[i].priority;
        t->part[t->count - 1].prior = t->part[i].prior;
    }
    return good;
}

static bool read_part(struct leat__tree *t, uint32_t i)
{
    const leat_flow *f = t->part[i].from;
    uint32_t outer = t->part[i].scope;
    if (f->wrong) {
        tell_part(t, i, f->wrong);
        return true;
    }
    if (f->abi != 1 || f->kind > LEAT_FLOW_RETRY || t->part[i].depth > DEEPEST) {
        leat__tree_tell(t, "%s: %s: %s", t->spec->name, leat__part_name(t, i),
                        t->part[i].depth > DEEPEST ? "parts stand more than 1000 deep in each other" : "it is of another version of leat/flow.h");
        return true;
    }
    if (f->kind == LEAT_FLOW_ATOM)
        return split_atom(t, i);
    t->has_graphs |= f->kind == LEAT_FLOW_GRAPH;
    t->part[i].first = t->count;
    t->part[i].count = f->count;
    if (f->kind == LEAT_FLOW_RETRY && (t->part[i].scope = add_scope(t, outer, f->attempts)) == LEAT__NONE)
        return false;
    bool good = true;
    for (uint32_t k = 0; k < f->count && good; k++)
        good = add_part(t, f->parts[k], i, k);
    t->part[i].scope = outer;
    return good;
}

/* As they stand: parts are listed by depth. */
static bool list_atoms(struct leat__tree *t)
{
    uint32_t *stack = malloc(((size_t)t->count + 1) * sizeof *stack), n = 1;
    t->atom = malloc(((size_t)t->count + 1) * sizeof *t->atom);
    for (stack ? stack[0] = 0 : 0; stack && t->atom && n;) {
        const struct leat__part *p = &t->part[stack[--n]];
        if (p->node != LEAT__NONE)
            t->atom[t->atoms++] = p->node;
        for (uint32_t k = p->count; k-- > 0;)
            stack[n++] = p->first + k;
    }
    free(stack);
    return stack && t->atom;
}

int leat__tree_read(struct leat__tree *t, const struct leat__flow_spec *spec)
{
    size_t n = (size_t)spec->graph->count + 1;
    *t = (struct leat__tree){ .spec = spec };
    t->part_of = malloc(n * sizeof *t->part_of);
    if (!t->part_of || add_scope(t, LEAT__NONE, 1) || add_scope(t, 0, 1) != 1 || !add_part(t, spec->tree, LEAT__NONE, 0))
        return LEAT_ENOMEM;
    memset(t->part_of, 0xff, n * sizeof *t->part_of);
    for (uint32_t i = 0; i < t->count; i++)
        if (!read_part(t, i))
            return LEAT_ENOMEM;
    return t->problems.failed || !list_atoms(t) ? LEAT_ENOMEM : 0;
}

void leat__tree_fini(struct leat__tree *t)
{
    free(t->part);
    free(t->part_of);
    free(t->atom);
    free(t->scope_up);
    free(t->scope_depth);
    free(t->scope_attempts);
    leat__text_fini(&t->problems);
    leat__arena_fini(&t->arena);
}

/* --- places --- */

bool leat__tree_may_read(struct leat__tree *t, uint32_t reader, uint32_t from)
{
    const struct leat__graph *g = t->spec->graph;
    uint32_t a = t->part_of[reader], b = t->part_of[from];
    while (t->part[a].depth > t->part[b].depth)
        a = t->part[a].up;
    while (t->part[b].depth > t->part[a].depth)
        b = t->part[b].up;
    while (t->part[a].up != t->part[b].up) {
        a = t->part[a].up;
        b = t->part[b].up;
    }
    uint32_t up = t->part[a].up;
    const char *x = g->node[reader].name, *y = g->node[from].name;
    if (up == LEAT__NONE || t->part[up].kind == LEAT_FLOW_GRAPH)
        return true;
    if (t->part[up].kind == LEAT_FLOW_LINEAR && t->part[a].index > t->part[b].index)
        return true;
    if (t->part[up].kind == LEAT_FLOW_LINEAR)
        leat__tree_tell(t, "%s: %s reads %s, which comes after it in %s", t->spec->name, x, y, leat__part_name(t, up));
    else
        leat__tree_tell(t, "%s: %s reads %s, and %s puts them in no order: leat_graph does, or leat_linear", t->spec->name, x,
                        y, leat__part_name(t, up));
    return false;
}

uint32_t leat__tree_meet(const struct leat__tree *t, uint32_t a, uint32_t b)
{
    while (a != b)
        if (t->scope_depth[a] >= t->scope_depth[b])
            a = t->scope_up[a];
        else
            b = t->scope_up[b];
    return a;
}
