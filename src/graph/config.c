/* config: which function config chooses for a name.
 *
 * A candidate is for a config if all its conditions hold; a key without a value
 * holds for nobody. Of those that are for it the one with the most keys wins, then
 * the one with the most `=`. The plain function has no condition: it is for
 * whatever no other is for. */
#include "base/error.h"
#include "base/suggest.h"
#include "graph/wiring.h"
#include <string.h>

/* --- keys and their values --- */

static uint32_t find_key(const struct leat__graph *g, const char *key)
{
    uint32_t i = 0;
    while (i < g->configs && strcmp(g->config[i].key, key))
        i++;
    return i;
}

static void add_values(struct leat__config *k, const struct leat__condition *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t at = 0;
        while (at < k->count && strcmp(k->values[at], c->values[i]))
            at++;
        if (at == k->count)
            k->values[k->count++] = c->values[i];
    }
}

/* One that a builder function asked for. */
static void add_key(struct leat__wiring *w, const char *key)
{
    struct leat__graph *g = w->g;
    uint32_t at = find_key(g, key);
    g->config[at].built = true;
    if (at < g->configs)
        return;
    g->config[at].key = leat__arena_strdup(&g->arena, key);
    w->failed |= !g->config[at].key;
    g->configs += g->config[at].key != NULL;
}

/* Keys in the order met, each with room for all values that name it. */
static void list_keys(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    uint32_t conditions = 0;
    for (uint32_t i = 0; i < w->candidate_count; i++)
        conditions += w->candidates[i].count;
    if (!(g->config = calloc((size_t)conditions + w->spec->key_count + 1, sizeof *g->config))) {
        w->failed = true;
        return;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < w->candidate_count; i++)
            for (uint32_t k = 0; k < w->candidates[i].count; k++) {
                const struct leat__condition *c = &w->candidates[i].at[k];
                uint32_t at = find_key(g, c->key);
                g->config[at].key = c->key;
                g->configs += at == g->configs;
                if (pass)
                    add_values(&g->config[at], c);
                else
                    g->config[at].count += c->count;
            }
        for (uint32_t i = 0; !pass && i < w->spec->key_count; i++)
            add_key(w, w->spec->keys[i]);
        for (uint32_t i = 0; !pass && i < g->configs; i++) {
            g->config[i].values = leat__arena_array(&g->arena, g->config[i].count + 1, sizeof *g->config[i].values);
            g->config[i].count = 0;
            if (!g->config[i].values) {
                w->failed = true;
                return;
            }
        }
    }
}

static void check_settings(struct leat__wiring *w)
{
    struct leat__graph *g = w->g;
    for (uint32_t i = 0; i < w->spec->setting_count; i++) {
        const struct leat__setting *s = &w->spec->settings[i];
        uint32_t at = find_key(g, s->key);
        if (at < g->configs) {
            g->config[at].value = leat__arena_strdup(&g->arena, s->value);
            w->failed |= !g->config[at].value;
            continue;
        }
        if (w->spec->any_key)
            continue;
        struct leat__problem *p = leat__problem_add(&g->problems, LEAT_ENOTFOUND, LEAT__NONE, NULL, 0,
            g->configs ? "no config key %s" : "no config key %s: no function has variants", s->key);
        struct leat__suggest near = leat__suggest_for(s->key);
        for (uint32_t k = 0; k < g->configs; k++)
            leat__suggest_offer(&near, g->config[k].key);
        if (near.best)
            leat__problem_hint(&g->problems, p, "did you mean %s?", near.best);
    }
}

void leat__config_collect(struct leat__wiring *w)
{
    if (w->candidate_count || w->spec->key_count)
        list_keys(w);
    if (!w->failed)
        check_settings(w);
}

/* --- choosing --- */

static bool holds(const struct leat__graph *g, const struct leat__condition *c)
{
    const char *value = g->config[find_key(g, c->key)].value;
    for (uint32_t i = 0; value && i < c->count; i++)
        if (!strcmp(value, c->values[i]))
            return !c->differs;
    return value && c->differs;
}

static bool is_for(const struct leat__graph *g, const struct leat__candidate *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (!holds(g, &c->at[i]))
            return false;
    return true;
}

/* How much a candidate asks for: keys, then keys that it wants to be something. */
static uint64_t weight(const struct leat__candidate *c)
{
    uint64_t keys = 0, equal = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        uint32_t k = 0;
        while (k < i && strcmp(c->at[k].key, c->at[i].key))
            k++;
        keys += k == i;
        equal += !c->at[i].differs;
    }
    return keys << 32 | equal;
}

struct leat__candidate *leat__group_choose(struct leat__wiring *w, struct leat__group *group, bool *out_tie)
{
    struct leat__candidate *best = NULL;
    uint64_t most = 0;
    *out_tie = false;
    LEAT__EACH_CANDIDATE(w, group, c) {
        uint64_t now = weight(c);
        if (!is_for(w->g, c) || (best && now < most))
            continue;
        *out_tie = best && now == most;
        best = c;
        most = now;
    }
    if (*out_tie)
        return NULL;
    group->chosen = best ? (uint32_t)(best - w->candidates) + 1 : 0;
    return best;
}

/* --- telling --- */

static void print_condition(struct leat__text *out, const struct leat__condition *c)
{
    leat__text_printf(out, "%s %s %s", c->key, c->differs ? "!=" : "=", c->count > 1 ? "(" : "");
    for (uint32_t i = 0; i < c->count; i++)
        leat__text_printf(out, "%s%s", i ? ", " : "", c->values[i]);
    leat__text_add(out, c->count > 1 ? ")" : "");
}

void leat__candidate_print(struct leat__text *out, const struct leat__candidate *c)
{
    for (uint32_t i = 0; i < c->count; i++) {
        leat__text_add(out, i ? ", " : "");
        print_condition(out, &c->at[i]);
    }
}

/* "f (m.c:3)" */
static void print_function(struct leat__text *out, const struct leat__function *f)
{
    leat__text_add(out, f->name);
    if (f->head->file && *f->head->file)
        leat__text_printf(out, " (%s:%d)", f->head->file, f->head->line);
}

static bool asks_for(struct leat__wiring *w, const struct leat__group *group, const char *key)
{
    LEAT__EACH_CANDIDATE(w, group, c)
        for (uint32_t i = 0; i < c->count; i++)
            if (!strcmp(c->at[i].key, key))
                return true;
    return false;
}

static bool lacks_value(struct leat__wiring *w, const struct leat__group *group)
{
    for (uint32_t k = 0; k < w->g->configs; k++)
        if (!w->g->config[k].value && asks_for(w, group, w->g->config[k].key))
            return true;
    return false;
}

/* "(region = us, tier is not given)", of the keys that the group asks for. */
static void print_config(struct leat__wiring *w, const struct leat__group *group, struct leat__text *out)
{
    const struct leat__graph *g = w->g;
    leat__text_addc(out, '(');
    for (uint32_t k = 0, n = 0; k < g->configs; k++) {
        if (!asks_for(w, group, g->config[k].key))
            continue;
        leat__text_printf(out, "%s%s", n++ ? ", " : "", g->config[k].key);
        if (g->config[k].value)
            leat__text_printf(out, " = %s", g->config[k].value);
        else
            leat__text_add(out, " is not given");
    }
    leat__text_addc(out, ')');
}

static void print_all(struct leat__wiring *w, const struct leat__group *group, struct leat__text *out)
{
    LEAT__EACH_CANDIDATE(w, group, c) {
        leat__text_add(out, c == &w->candidates[group->first - 1] ? "" : ", ");
        print_function(out, c->function);
        leat__text_add(out, " is for ");
        leat__candidate_print(out, c);
    }
}

/* Those that are tied; false: they are plain functions. */
static bool print_tied(struct leat__wiring *w, const struct leat__group *group, struct leat__text *out)
{
    uint64_t most = 0;
    uint32_t n = 0;
    LEAT__EACH_CANDIDATE(w, group, c)
        if (is_for(w->g, c) && weight(c) > most)
            most = weight(c);
    LEAT__EACH_CANDIDATE(w, group, c)
        if (is_for(w->g, c) && weight(c) == most) {
            leat__text_add(out, n++ ? ", " : "");
            print_function(out, c->function);
        }
    return most;
}

void leat__group_tell(struct leat__wiring *w, const struct leat__group *group, uint32_t id, bool tie)
{
    struct leat__text config = { 0 }, functions = { 0 };
    const char *what = "several functions are for it without config", *sep = "";
    print_config(w, group, &config);
    if (!tie)
        print_all(w, group, &functions);
    if (!tie || print_tied(w, group, &functions)) {
        what = tie ? "chooses several functions" : "chooses no function";
        sep = "config ";
    }
    bool named = *sep && !config.failed && !functions.failed;
    struct leat__problem *p = leat__node_problem(w, id, "%s: %s%s%s%s: %s", group->name, sep, named ? config.data : "",
                                                 named ? " " : "", what, functions.data ? functions.data : "");
    p->public.node = group->name;
    if (!tie && lacks_value(w, group))
        p->public.code = LEAT_EINPUT;       /* like an input that is missing */
    leat__problem_hint(&w->g->problems, p, tie ? "say more in the name, or in when(..), of one of them"
                                               : "give such a value, or add a plain %s for all others", group->name);
    w->failed |= config.failed | functions.failed;
    leat__text_fini(&config);
    leat__text_fini(&functions);
}
