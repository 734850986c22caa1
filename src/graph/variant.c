/* variant: functions that stand for one name. Found before there are nodes, so
 * that what config does not choose leaves nothing in the graph: no inputs, no
 * outputs. A candidate's conditions come from its name, x__key__value, and from a
 * note, when(key = value). Which is chosen: config.c. */
#include "base/error.h"
#include "graph/role.h"
#include "graph/wiring.h"
#include <string.h>

/* --- finding them --- */

static char *group_key(struct leat__wiring *w, const char *name, bool is_default)
{
    char *key = leat__arena_printf(&w->g->arena, "%c%s", is_default ? 'd' : 'n', name);
    w->failed |= !key;
    return key;
}

struct leat__group *leat__group_find(struct leat__wiring *w, const char *name, bool is_default)
{
    char key[LEAT__LONGEST_NAME];
    size_t n = strlen(name);
    if (!w->group_count || n > sizeof key - 2)
        return NULL;
    key[0] = is_default ? 'd' : 'n';
    memcpy(key + 1, name, n + 1);
    uint32_t at = leat__map_get(&w->group_names, key);
    return at == LEAT__NONE ? NULL : &w->groups[at];
}

static struct leat__group *group_of(struct leat__wiring *w, const char *name, bool is_default)
{
    const char *key = group_key(w, name, is_default);
    uint32_t *at;
    if (!key || leat__map_put(&w->group_names, key, &at) < 0)
        return w->failed = true, NULL;
    if (*at == LEAT__NONE) {
        if (!LEAT__ROOM(w->groups, w->group_count, w->group_cap))
            return w->failed = true, NULL;
        *at = w->group_count++;
        w->groups[*at] = (struct leat__group){ .name = key + 1, .is_default = is_default };
    }
    return &w->groups[*at];
}

static struct leat__candidate *add_candidate(struct leat__wiring *w, struct leat__group *group,
                                             const struct leat__function *f, struct leat__subject *s)
{
    if (!group || !LEAT__ROOM(w->candidates, w->candidate_count, w->candidate_cap))
        return w->failed = true, NULL;
    if (s)
        s->used = true;
    struct leat__candidate *c = &w->candidates[w->candidate_count++];
    *c = (struct leat__candidate){ .function = f, .subject = s };
    *(group->last ? &w->candidates[group->last - 1].next : &group->first) = w->candidate_count;
    group->last = w->candidate_count;
    return c;
}

static const char *piece(struct leat__wiring *w, const struct leat__part *p)
{
    const char *kept = leat__arena_strndup(&w->g->arena, p->at, p->n);
    w->failed |= !kept;
    return kept ? kept : "";
}

static const char **one_value(struct leat__wiring *w, const char *value)
{
    const char **values = leat__arena_array(&w->g->arena, 1, sizeof *values);
    if (values)
        values[0] = value;
    w->failed |= !values;
    return values;
}

static struct leat__condition of_arg(struct leat__wiring *w, const struct leat__arg *a)
{
    struct leat__condition c = { .key = a->key, .differs = a->differs, .count = 1 };
    if (a->kind != LEAT__ARG_LIST) {
        c.values = one_value(w, a->text);
        return c;
    }
    c.count = a->count;
    c.values = leat__arena_array(&w->g->arena, a->count, sizeof *c.values);
    w->failed |= !c.values;
    for (uint32_t i = 0; c.values && i < a->count; i++)
        c.values[i] = a->args[i].text;
    return c;
}

/* x__region__us with when(region = "eu") is for nobody: a slip. */
static void check_keys(struct leat__wiring *w, const struct leat__candidate *c, const struct leat__written *when)
{
    for (uint32_t i = 0; i < c->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (!(c->at[i].differs | c->at[k].differs) && !strcmp(c->at[i].key, c->at[k].key)) {
                struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, LEAT__NONE, when->note->file,
                    when->note->line, "note on %s: when: the name says already what %s is", c->subject->name,
                    c->at[i].key);
                p->public.node = c->subject->name;
            }
}

static void set_conditions(struct leat__wiring *w, struct leat__candidate *c, const struct leat__part *part,
                           uint32_t pairs)
{
    const struct leat__written *when = leat__subject_clause(c->subject, "when");
    uint32_t args = when ? when->clause.count : 0;
    c->at = leat__arena_array(&w->g->arena, pairs + args + 1, sizeof *c->at);
    if (!c->at) {
        w->failed = true;
        return;
    }
    for (uint32_t i = 0; i < pairs; i++)
        c->at[c->count++] = (struct leat__condition){ piece(w, &part[1 + 2 * i]),
                                                      one_value(w, piece(w, &part[2 + 2 * i])), 1, false };
    for (uint32_t i = 0; i < args; i++)
        c->at[c->count++] = of_arg(w, &when->clause.args[i]);
    if (when && pairs)
        check_keys(w, c, when);
}

/* The function's place among roles: its name's parts, and whether it may stand for a name. */
struct cast { struct leat__part part[LEAT__MOST_PARTS]; uint32_t parts, pairs; bool is_default; };

static bool cast_of(const struct leat__function *f, struct cast *out)
{
    const char *why;
    enum leat__role role = leat__role_of(f, &why);
    if (role == LEAT__ROLE_FLOW)
        role = LEAT__ROLE_NODE;
    if (role != LEAT__ROLE_NODE && role != LEAT__ROLE_DEFAULT && role != LEAT__ROLE_VARIANT)
        return false;
    out->is_default = role == LEAT__ROLE_DEFAULT;
    out->parts = role == LEAT__ROLE_NODE ? 1 : leat__role_parts(f->name, out->part, LEAT__MOST_PARTS);
    out->pairs = (out->parts - 1) / 2;
    return true;
}

static const char *name_of(struct leat__wiring *w, const struct leat__function *f, const struct leat__subject *s,
                           const struct cast *c)
{
    const char *as = c->is_default ? NULL : leat__subject_word(s, "as");
    return as ? as : c->parts > 1 ? piece(w, &c->part[0]) : leat__plain_name(w, f->name);
}

static struct leat__subject *subject_of(struct leat__wiring *w, const struct leat__function *f, const struct cast *c)
{
    return c->is_default ? leat__subject_find(w, f->name, false) : leat__subject_of_function(w, f);
}

/* Functions with a condition make groups; in a second pass those without join them. */
static void collect_function(struct leat__wiring *w, const struct leat__function *f, bool plain)
{
    struct cast c;
    if (!cast_of(f, &c))
        return;
    struct leat__subject *s = subject_of(w, f, &c);
    struct leat__group *node = plain && c.is_default ? leat__group_find(w, name_of(w, f, s, &c), false) : NULL;
    if (node)
        node->has_default = true;
    if (plain == (c.pairs || leat__subject_clause(s, "when")))
        return;
    const char *name = name_of(w, f, s, &c);
    struct leat__group *group = plain ? leat__group_find(w, name, c.is_default) : group_of(w, name, c.is_default);
    struct leat__candidate *to = plain && !group ? NULL : add_candidate(w, group, f, s);
    if (to)
        set_conditions(w, to, c.part, c.pairs);
}

/* LEAT_NODE(name, calls(f), when(..)); a function that cannot be called is told with the node. */
static void collect_note(struct leat__wiring *w, struct leat__subject *s, bool plain)
{
    const char *calls = leat__subject_word(s, "calls"), *as = leat__subject_word(s, "as"), *why;
    if (!calls || plain == !!leat__subject_clause(s, "when"))
        return;
    const struct leat__function *f = leat__function_find(w, calls);
    enum leat__role role = f ? leat__role_of(f, &why) : LEAT__ROLE_REFUSED;
    if (role != LEAT__ROLE_NODE && role != LEAT__ROLE_VARIANT && (role != LEAT__ROLE_HELPER || leat__function_refused(f)))
        return;
    const char *name = as ? as : s->name;
    struct leat__group *group = plain ? leat__group_find(w, name, false) : group_of(w, name, false);
    struct leat__candidate *to = plain && !group ? NULL : add_candidate(w, group, f, s);
    if (to)
        set_conditions(w, to, NULL, 0);
}

void leat__variants_collect(struct leat__wiring *w)
{
    for (int plain = 0; plain <= 1 && !w->failed; plain++) {
        for (uint32_t i = 0; i < w->all_count && !w->failed; i++)
            if (plain || w->has_when || strstr(leat__function_at(w, i)->name, "__"))
                collect_function(w, leat__function_at(w, i), plain);
        for (uint32_t i = 0; i < w->subject_count && !w->failed; i++)
            collect_note(w, &w->subjects[i], plain);
        if (!w->group_count)
            break;                  /* as a rule: nothing varies */
    }
}

/* --- what is kept --- */

static void keep(struct leat__wiring *w, const struct leat__group *group, const struct leat__candidate *c, uint32_t node)
{
    struct leat__graph *g = w->g;
    struct leat__text when = { 0 };
    leat__candidate_print(&when, c);
    const char *text = when.failed ? NULL : leat__arena_strdup(&g->arena, when.data ? when.data : "");
    leat__text_fini(&when);
    w->failed |= !text;
    g->variant[g->variants] = (struct leat__variant){ node, g->variants, c->function, c->at, c->count, text ? text : "",
                                                      group->chosen == (uint32_t)(c - w->candidates) + 1 };
    g->variants++;
}

void leat__variants_keep(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    if (!w->candidate_count)
        return;
    if (!(g->variant = malloc(w->candidate_count * sizeof *g->variant))) {
        w->failed = true;
        return;
    }
    for (uint32_t i = 0; i < w->group_count; i++) {
        uint32_t node = leat__names_get(g, w->groups[i].name);
        if (node != LEAT__NONE)     /* else: defaults of what nobody reads */
            LEAT__EACH_CANDIDATE(w, &w->groups[i], c)
                keep(w, &w->groups[i], c, node);
    }
}

const struct leat__variant *leat__graph_variants(const struct leat__graph *g, uint32_t node, uint32_t *out_count)
{
    uint32_t lo = 0, hi = g->variants;
    while (lo < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (g->variant[mid].node < node)
            lo = mid + 1;
        else
            hi = mid;
    }
    *out_count = 0;
    while (lo + *out_count < g->variants && g->variant[lo + *out_count].node == node)
        ++*out_count;
    return *out_count ? &g->variant[lo] : NULL;
}

bool leat__graph_asks(const struct leat__graph *g, uint32_t node, const char *key)
{
    uint32_t n;
    const struct leat__variant *v = leat__graph_variants(g, node, &n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t k = 0; k < v[i].conditions; k++)
            if (!strcmp(v[i].condition[k].key, key))
                return true;
    return false;
}

bool leat__graph_left_out(const struct leat__graph *g, const char *name)
{
    const char *dot = strchr(name, '.');
    size_t space = dot ? (size_t)(dot - name) + 1 : 0;
    for (uint32_t i = 0; i < g->variants; i++) {
        const struct leat__function *f = g->variant[i].function;
        if (space && (space != f->head->space || strncmp(f->name, name, space)))
            continue;
        const char *own = name + space;
        size_t n = strlen(own);
        for (uint32_t k = 0; k < f->head->count && !g->variant[i].chosen; k++)
            if (!strncmp(leat__param_name(f, k), own, n) &&
                (!leat__param_name(f, k)[n] || !strcmp(leat__param_name(f, k) + n, "_")))
                return true;
    }
    return false;
}
