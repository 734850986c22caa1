/* clause: the table of clauses; notes read by it, and looked at when there are nodes. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/wiring.h"
#include <string.h>

/* Every clause of the language: what it may stand on, and whether this version has it. */
enum {
    NODE = 1, TYPE = 2, LATER = 4,
    BARE = 8,           /* takes no arguments                                        */
    ONE_NAME = 16,      /* takes one word                                            */
    PAIRS = 32,         /* takes key = value                                         */
    CHOICES = 64,       /* ... or key != value, and lists of values                  */
    WORDS = 256,        /* takes words                                               */
    EACH = 512,         /* once for each first word                                  */
    FUNCTION = 128      /* about the function; the others about the node, whichever
                           function config chooses for it                            */
};
static const struct { const char *word; int how; } table[] = {
    { "calls", NODE | ONE_NAME | FUNCTION }, { "bind", NODE | FUNCTION }, { "as", NODE | ONE_NAME | FUNCTION },
    { "takes", NODE | FUNCTION }, { "nullable", NODE | BARE | FUNCTION }, { "accepts_null", NODE | FUNCTION },
    { "after", NODE }, { "free", TYPE },
    { "when", NODE | PAIRS | CHOICES | FUNCTION }, { "tag", NODE | PAIRS },
    { "fields", NODE }, { "elements", NODE },
    { "shared", TYPE | BARE }, { "turns", TYPE | BARE }, { "array", TYPE | WORDS | EACH },
    { "reads", NODE | WORDS }, { "secret", NODE | WORDS },
    { "serial", NODE | WORDS }, { "check", NODE | LATER }, { "on_check", NODE | LATER },
    { "retry", NODE | LATER }, { "timeout", NODE }, { "blocking", NODE | BARE }, { "cache", NODE | LATER },
    { "needs", NODE | LATER }, { "executor", NODE | LATER }, { "priority", NODE },
    { "collect", NODE | LATER }, { "each", NODE | TYPE | LATER }, { "pipe_input", NODE | LATER },
    { "pipe_output", NODE | LATER }, { "mutate", NODE | LATER }, { "effect", NODE | ONE_NAME | FUNCTION },
    { "version", NODE | LATER }, { "env", NODE | LATER }, { "key", NODE | LATER },
    { "stall", NODE | LATER }, { "config", NODE | LATER },
    { "nodes", NODE | LATER },
};

static int how(const char *word)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (!strcmp(table[i].word, word))
            return table[i].how;
    return 0;
}

/* How a clause is written, where it takes anything. */
static const struct { const char *word, *example; } examples[] = {
    { "calls", "calls(column_mean)" }, { "bind", "bind(days = summer)" }, { "as", "as(total)" }, { "takes", "takes(image)" },
    { "accepts_null", "accepts_null(image)" }, { "after", "after(migrate)" }, { "free", "free(image_free)" },
    { "when", "when(region = us)" }, { "tag", "tag(team = ocean)" }, { "fields", "fields(lo, hi = top)" },
    { "elements", "elements(first, second)" }, { "array", "array(data, rows, cols)" }, { "reads", "reads(path)" },
    { "secret", "secret(password)" }, { "serial", "serial(db)" }, { "timeout", "timeout(200ms), timeout(5s), timeout(1.5h)" },
    { "priority", "priority(1) before others, priority(-1) behind them" },
    { "effect", "effect(pure), effect(idempotent), effect(once)" },
};

static const char *example_of(const char *word)
{
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++)
        if (!strcmp(examples[i].word, word))
            return examples[i].example;
    return NULL;
}

bool leat__clause_is_of_function(const char *word) { return how(word) & FUNCTION; }

static struct leat__problem *problem(struct leat__wiring *w, const struct leat__note *n, const char *subject,
                                     const char *what, const char *more)
{
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, n->file, n->line,
                                                "note on %s: %s%s", subject, what, more);
    p->public.node = subject;
    return p;
}

/* "struct image *, free(f)" and "image, free(f)" mean the same type. */
static const char *type_text(struct leat__arena *a, const char *text)
{
    static const char *const tags[] = { "struct ", "union ", "enum " };
    for (size_t i = 0; i < 3; i++)
        if (!strncmp(text, tags[i], strlen(tags[i])))
            text += strlen(tags[i]);
    char *kept = leat__arena_strdup(a, text);
    for (char *c = kept; c && *c && *c != ',' && *c != '('; c++)
        if (*c == '*')
            *c = ' ';
    return kept;
}

static bool same_place(const struct leat__note *a, const struct leat__note *b)
{
    return a->file && b->file && a->line == b->line && !strcmp(a->file, b->file) && !strcmp(a->text, b->text);
}

/* The higher level wins; two of one level are an error, but one note met through
 * several sources is one. */
static void add_clause(struct leat__wiring *w, struct leat__subject *s, const struct leat__clause *c,
                       const struct leat__note *note)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct leat__written *old = &s->at[i];
        if (strcmp(old->clause.word, c->word) ||
            (how(c->word) & EACH && strcmp(old->clause.args[0].text, c->args[0].text)))
            continue;
        if (old->note == note || (old->note->level == note->level && !same_place(old->note, note))) {
            struct leat__problem *p = problem(w, note, s->name, "the same clause twice: ", c->word);
            leat__problem_other(p, old->note->file, old->note->line);
            if (old->note->file)
                leat__problem_hint(&w->g->problems, p, "also at %s:%d", old->note->file, old->note->line);
        } else if (old->note->level < note->level) {
            *old = (struct leat__written){ *c, note };
        }
        return;
    }
    if (!LEAT__ROOM(s->at, s->count, s->cap)) {
        w->failed = true;
        return;
    }
    s->at[s->count++] = (struct leat__written){ *c, note };
}

static bool is_plain(const struct leat__arg *a)
{
    return a->kind == LEAT__ARG_WORD || a->kind == LEAT__ARG_NUMBER || a->kind == LEAT__ARG_TEXT;
}

static bool is_pair(const struct leat__arg *a, bool choices)
{
    if (!a->key || (a->differs && !choices))
        return false;
    if (is_plain(a))
        return true;
    bool good = choices && a->kind == LEAT__ARG_LIST && a->count;
    for (uint32_t i = 0; good && i < a->count; i++)
        good = is_plain(&a->args[i]) && !a->args[i].key;
    return good;
}

/* What is wrong with the form of a clause's arguments; NULL: nothing. */
static const char *wrong_form(const struct leat__clause *c, int known)
{
    if (known & WORDS && !c->count)
        return "needs a name: ";
    if (!(known & BARE) != (c->count > 0))
        return known & BARE ? "takes no arguments: " : "needs arguments: ";
    if (known & ONE_NAME && (c->count != 1 || c->args[0].kind != LEAT__ARG_WORD || c->args[0].key))
        return "takes one name: ";
    for (uint32_t i = 0; known & WORDS && i < c->count; i++)
        if (c->args[i].kind != LEAT__ARG_WORD || c->args[i].key)
            return "takes names: ";
    for (uint32_t i = 0; known & PAIRS && i < c->count; i++) {
        if (!is_pair(&c->args[i], known & CHOICES))
            return known & CHOICES ? "takes key = value or key != value: " : "takes key = value: ";
        for (uint32_t k = 0; k < i; k++)
            if (!(c->args[i].differs | c->args[k].differs) && !strcmp(c->args[i].key, c->args[k].key))
                return "the same key twice: ";
    }
    return NULL;
}

static void check_clause(struct leat__wiring *w, struct leat__subject *s, const struct leat__clause *c,
                         const struct leat__note *note)
{
    int known = how(c->word);
    if (known & LATER) {
        problem(w, note, s->name, "not yet: clause ", c->word);
    } else if (!(known & (s->is_type ? TYPE : NODE))) {
        struct leat__problem *p = problem(w, note, s->name, "no such clause: ", c->word);
        struct leat__suggest near = leat__suggest_for(c->word);
        for (size_t i = 0; i < sizeof table / sizeof *table; i++)
            if (table[i].how & (s->is_type ? TYPE : NODE))
                leat__suggest_offer(&near, table[i].word);
        if (near.best)
            leat__problem_hint(&w->g->problems, p, "did you mean %s?", near.best);
    } else if (wrong_form(c, known)) {
        struct leat__problem *p = problem(w, note, s->name, wrong_form(c, known), c->word);
        if (example_of(c->word))
            leat__problem_hint(&w->g->problems, p, "%s", example_of(c->word));
    } else {
        w->has_when |= !strcmp(c->word, "when");
        w->has_arrays |= !strcmp(c->word, "array");
        add_clause(w, s, c, note);
    }
}

/* as(x) and functions that are the namespace's, by their full names; what other
 * words mean is known when nodes are. */
static const struct leat__clause *in_space(struct leat__wiring *w, struct leat__space space,
                                           const struct leat__clause *c)
{
    bool as = !strcmp(c->word, "as"), function = !strcmp(c->word, "calls") || !strcmp(c->word, "free");
    if (!space.n || !(as || function) || c->count != 1 || c->args[0].kind != LEAT__ARG_WORD)
        return c;
    const char *name = leat__name_in(w, space, c->args[0].text);
    if (function && leat__function_index(w, name) == LEAT__NONE)
        return c;
    struct leat__clause *full = leat__arena_alloc(&w->g->arena, sizeof *full);
    struct leat__arg *arg = leat__arena_alloc(&w->g->arena, sizeof *arg);
    if (!full || !arg)
        return w->failed = true, c;
    *arg = c->args[0];
    arg->text = name;
    *full = (struct leat__clause){ c->word, arg, 1 };
    return full;
}

/* A note whose text is none: of an empty one more is known. */
static void tell_unread(struct leat__wiring *w, const struct leat__note *note, const char *why)
{
    bool is_type = !strcmp(note->kind, "type");
    if (note->text[strspn(note->text, " ")]) {
        problem(w, note, note->text, why, "");
        return;
    }
    struct leat__problem *p = problem(w, note, is_type ? "no type" : "no node", "it is empty", "");
    leat__problem_hint(&w->g->problems, p, is_type ? "LEAT_TYPE(struct image, free(image_free))" : "LEAT_NODE(rates, timeout(5s))");
}

void leat__clauses_collect(struct leat__wiring *w)
{
    for (uint32_t i = 0; i < w->spec->note_count; i++) {
        const struct leat__note *note = &w->spec->notes[i];
        struct leat__clauses list;
        leat_error err;
        if (!strcmp(note->kind, "graph")) {
            problem(w, note, "a sub-graph", "not yet: LEAT_GRAPH", "");
            continue;
        }
        bool is_type = !strcmp(note->kind, "type");
        const char *text = is_type ? type_text(&w->g->arena, note->text) : note->text;
        int code = text ? leat__note_parse(text, &w->g->arena, &list, &err) : LEAT_ENOMEM;
        if (code == LEAT_ENOMEM) {
            w->failed = true;
            return;
        }
        if (code < 0) {
            tell_unread(w, note, err.message);
            continue;
        }
        struct leat__space space = leat__space_named(note->space);
        struct leat__subject *s = leat__subject_add(w, leat__name_in(w, space, list.at[0].word), is_type);
        if (!s)
            return;
        if (!s->note)
            s->note = note;
        for (uint32_t k = 1; k < list.count; k++)
            check_clause(w, s, in_space(w, space, &list.at[k]), note);
    }
}

/* Names in takes, accepts_null and bind must be parameters. */
static void check_params(struct leat__wiring *w, uint32_t id, const struct leat__subject *s, const char *word,
                         bool keyed)
{
    const struct leat__written *c = leat__subject_clause(s, word);
    const struct leat__function *f = w->g->node[id].function;
    for (uint32_t i = 0; c && i < c->clause.count; i++) {
        const struct leat__arg *a = &c->clause.args[i];
        const char *name = keyed ? a->key : a->kind == LEAT__ARG_WORD ? a->text : NULL;
        struct leat__suggest near = leat__suggest_for(name ? name : "");
        bool found = false;
        for (uint32_t k = 0; name && k < f->head->count; k++) {
            found |= !strcmp(leat__param_name(f, k), name);
            leat__suggest_offer(&near, leat__param_name(f, k));
        }
        bool twice = false;
        for (uint32_t k = 0; found && keyed && k < i; k++)
            twice |= c->clause.args[k].key && !strcmp(c->clause.args[k].key, name);
        if (twice)
            leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
                              "note on %s: %s: parameter %s twice", s->name, word, name)->public.node = s->name;
        if (found)
            continue;
        struct leat__problem *p = !name && keyed
            ? leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
                                "note on %s: %s: %s is no parameter = node", s->name, word, a->text ? a->text : "a list")
            : leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line, "note on %s: %s: %s has no parameter %s",
                                s->name, word, f->name, name ? name : a->text ? a->text : "of that form");
        p->public.node = s->name;
        if (near.best)
            leat__problem_hint(&w->g->problems, p, "did you mean %s?", near.best);
    }
}

/* takes(p): of a number nothing can be freed or kept. */
static void check_taken(struct leat__wiring *w, uint32_t id, const struct leat__subject *s)
{
    const struct leat__function *f = w->g->node[id].function;
    const struct leat__written *c = leat__subject_clause(s, "takes");
    for (uint32_t k = 0; c && k < f->head->count; k++) {
        const struct leat__type *t = leat__param_type(f, k);
        if (t->kind == LEAT__POINTER || !leat__is_trivial(t) || !leat__subject_lists(s, "takes", leat__param_name(f, k)))
            continue;
        struct leat__text type = { 0 };
        leat__type_declare(&type, t, leat__param_name(f, k));
        w->failed |= type.failed;
        struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
            "note on %s: takes: %s owns nothing that could be taken", s->name, type.data ? type.data : "");
        p->public.node = s->name;
        leat__text_fini(&type);
    }
}

/* nullable: a number is never NULL. */
static void check_nullable(struct leat__wiring *w, uint32_t id, const struct leat__subject *s)
{
    const struct leat__node *n = &w->g->node[id];
    const struct leat__written *c = leat__subject_clause(s, "nullable");
    if (!c || !n->type || leat__rest(w->g, n)->outputs || n->type->kind == LEAT__POINTER || !leat__is_scalar(n->type))
        return;
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
        "note on %s: nullable: %s is never NULL", s->name, leat__type_text(w, n->type));
    p->public.node = s->name;
}

/* The structs that parameters and results are or point to: offered to `near`, or
 * the one that has the name `same`. */
static const struct leat__type *each_type(struct leat__wiring *w, struct leat__suggest *near, const char *same)
{
    for (uint32_t i = 0; i < w->all_count; i++)
        for (uint32_t k = 0; k <= leat__function_at(w, i)->head->count; k++) {
            const struct leat__function *f = leat__function_at(w, i);
            const struct leat__type *t = k ? leat__param_type(f, k - 1) : f->head->result;
            while (t && (t->kind == LEAT__POINTER || t->kind == LEAT__ARRAY))
                t = t->of;
            for (unsigned at = 0; t && leat__is_record(t) && at < 2; at++) {
                const char *name = leat__type_name(t, at);
                if (name && near)
                    leat__suggest_offer(near, name);
                else if (name && !strcmp(name, same))
                    return t;
            }
        }
    return NULL;
}

static const struct leat__type *known_type(struct leat__wiring *w, const char *name)
{
    const char *dot = strchr(name, '.');        /* behind it: no type has a namespace */
    return each_type(w, NULL, dot ? dot + 1 : name);
}

/* One of the two would say nothing. */
static void check_alias(struct leat__wiring *w, const struct leat__subject *s)
{
    const struct leat__type *t = s->is_type ? known_type(w, s->name) : NULL;
    const char *dot = strchr(s->name, '.');
    const struct leat__subject *tag = t && t->alias && !strcmp(t->alias, dot ? dot + 1 : s->name)
        ? leat__subject_find(w, t->name, true) : NULL;
    if (!tag || tag == s)
        return;
    struct leat__problem *p = problem(w, s->note, s->name, "the same type is noted as ", leat__type_text(w, t));
    leat__problem_other(p, tag->note->file, tag->note->line);
    if (tag->note->file)
        leat__problem_hint(&w->g->problems, p, "write one name of it in both");
}

static const char *near_type(struct leat__wiring *w, const char *name)
{
    struct leat__suggest near = leat__suggest_for(name);
    each_type(w, &near, name);
    return near.best;
}

void leat__clauses_check(struct leat__wiring *w)
{
    for (uint32_t id = 0; id < w->g->count; id++) {
        const struct leat__subject *s = leat__said(w, id);
        if (!s || w->g->node[id].kind != LEAT__NODE_CALL)
            continue;
        check_params(w, id, s, "takes", false);
        check_taken(w, id, s);
        check_nullable(w, id, s);
        check_params(w, id, s, "accepts_null", false);
        check_params(w, id, s, "bind", true);
        check_params(w, id, s, "secret", false);
        check_params(w, id, s, "reads", false);
    }
    for (uint32_t i = 0; i < w->subject_count; i++) {
        struct leat__subject *s = &w->subjects[i];
        check_alias(w, s);
        if (s->used || (s->is_type && known_type(w, s->name)))
            continue;
        struct leat__problem *p = problem(w, s->note, s->name, s->is_type ? "no node has to do with such a type"
                                                                          : "no such node", "");
        p->public.warning = s->is_type;
        const char *near = s->is_type ? near_type(w, s->name) : leat__graph_suggest(w->g, s->name);
        if (near)
            leat__problem_hint(&w->g->problems, p, "did you mean %s?", near);
    }
}
