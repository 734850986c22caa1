/* attempt: a builder for one build. It begins as the builder is, and what builder
 * functions do to it ends with it: the next build begins afresh. */
#include "base/error.h"
#include "front/builder.h"
#include <stdlib.h>
#include <string.h>

/* NULL, and *good false, without memory. */
static void *copy(const void *from, uint32_t n, size_t size, bool *good)
{
    void *to = n && *good ? malloc(n * size) : NULL;
    if (to)
        memcpy(to, from, n * size);
    *good &= to || !n;
    return to;
}

/* Everything that grows is its own; texts are the builder's. */
static bool copy_lists(leat_builder *w, const leat_builder *b)
{
    bool good = true;
    w->adds = copy(b->adds, b->add_count, sizeof *b->adds, &good);
    w->notes = copy(b->notes, b->note_count, sizeof *b->notes, &good);
    w->destroys = copy(b->destroys, b->destroy_count, sizeof *b->destroys, &good);
    w->settings = copy(b->settings, b->setting_count, sizeof *b->settings, &good);
    w->hooks = copy(b->hooks, b->hook_count, sizeof *b->hooks, &good);
    w->add_cap = b->add_count;
    w->note_cap = b->note_count;
    w->destroy_cap = b->destroy_count;
    w->setting_cap = b->setting_count;
    w->hook_cap = b->hook_count;
    leat_executor_ref(w->executor);
    for (uint32_t i = 0; w->hooks && i < b->hook_count; i++)
        leat__hook_ref(w->hooks[i]);
    if (b->hook_count && !w->hooks)
        w->hook_count = 0;
    return good;
}

leat_builder *leat__attempt_new(const leat_builder *b)
{
    leat_builder *w = malloc(sizeof *w);
    if (!w)
        return NULL;
    *w = *b;
    w->lent = true;
    w->hosts = NULL;                    /* the builder's stand in its modules */
    w->host_count = w->host_cap = 0;
    w->arena = (struct leat__arena){ 0 };
    w->mistakes = w->problems = w->refused = w->deferred = (struct leat__problems){ 0 };
    w->output = (struct leat__text){ 0 };
    w->modules = leat__modules_ref(b->modules);
    if (copy_lists(w, b))
        return w;
    leat__attempt_end(w, NULL);
    return NULL;
}

/* What was told of it is told of the builder. */
static void hand_over(leat_builder *w, leat_builder *b)
{
    leat__problems_fini(&b->problems);
    leat__problems_fini(&b->refused);
    b->problems = w->problems;
    b->refused = w->refused;
    w->problems = w->refused = (struct leat__problems){ 0 };
    if (!w->output.len)
        return;
    leat__text_clear(&b->grown_output);
    leat__text_add(&b->grown_output, b->output.data ? b->output.data : "");
    leat__text_add(&b->grown_output, w->output.data);
}

void leat__attempt_end(leat_builder *w, leat_builder *b)
{
    if (b)
        hand_over(w, b);
    w->lent = false;
    leat_builder_free(w);
}
