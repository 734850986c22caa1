/* effect: notes that say what a call does beside giving its value: effect(once). */
#include "base/suggest.h"
#include "graph/wiring.h"
#include <string.h>

static const struct { const char *word; uint32_t flag; } effects[] = {
    { "pure", LEAT__NODE_PURE }, { "idempotent", LEAT__NODE_EFFECT }, { "once", LEAT__NODE_ONCE },
};
enum { EFFECTS = sizeof effects / sizeof *effects };

static void refuse(struct leat__wiring *w, uint32_t id, const struct leat__written *c)
{
    const char *word = c->clause.args[0].text;
    struct leat__suggest near = leat__suggest_for(word);
    struct leat__problem *p = leat__problem_add(&w->g->problems, LEAT_EBUILD, id, c->note->file, c->note->line,
                                                "note on %s: no such effect: %s", w->g->node[id].name, word);
    for (uint32_t i = 0; i < EFFECTS; i++)
        leat__suggest_offer(&near, effects[i].word);
    if (near.best)
        leat__problem_hint(&w->g->problems, p, "did you mean %s?", near.best);
    else
        leat__problem_hint(&w->g->problems, p, "effect(pure), effect(idempotent), effect(once)");
}

void leat__effect(struct leat__wiring *w)
{
    for (uint32_t id = 0; id < w->g->count && !w->failed; id++) {
        struct leat__node *n = &w->g->node[id];
        const struct leat__written *c = n->kind == LEAT__NODE_CALL ? leat__subject_clause(leat__said(w, id), "effect") : NULL;
        uint32_t i = 0;
        while (c && i < EFFECTS && strcmp(c->clause.args[0].text, effects[i].word))
            i++;
        if (c && i == EFFECTS)
            refuse(w, id, c);
        else if (c)
            n->flags |= effects[i].flag;
    }
}
