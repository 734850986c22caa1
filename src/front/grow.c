/* grow: builder functions, called at build. One may add modules, whose own are
 * called in the next round; rounds and modules are bounded, so this ends. */
#include "base/error.h"
#include "front/builder.h"
#include "graph/role.h"
#include "run/context.h"
#include <sched.h>
#include <string.h>

enum { MOST_ROUNDS = 16, MOST_ADDED = 4096 };

static bool is_builder(const struct leat__function *f)
{
    const char *why;
    return leat__takes_builder(f) && leat__role_of(f, &why) == LEAT__ROLE_BUILDER;
}

static void for_each(leat_builder *b, uint32_t from, void (*call)(leat_builder *, struct leat__function *))
{
    uint32_t to = b->modules->count;    /* calls may add more: those are another round's */
    for (uint32_t i = from; i < to; i++) {
        const struct leat__module *m = leat__modules_at(b->modules, i);
        const struct leat__record *r = &m->record;
        if (m->hosts && !m->hosts->builders)
            continue;
        for (uint32_t k = 0; k < r->function_count; k++)
            if (is_builder(&r->functions[k]))
                call(b, &r->functions[k]);
    }
}

static void defer(leat_builder *b, struct leat__function *f)
{
    leat_problem p = { .message = "a builder function: built at run", .node = f->name, .file = f->head->file, .line = f->head->line };
    leat__problem_copy(&b->deferred, &p, true);
}

void leat__builder_defer(leat_builder *b) { for_each(b, 0, defer); }

static void count(leat_builder *b, struct leat__function *f)
{
    (void)f;
    b->grows = true;
}

bool leat__builder_grows(leat_builder *b)
{
    b->grows = false;
    for_each(b, 0, count);
    return b->grows;
}

/* --- one call --- */

/* Everything is copied: the attempt's modules may go before what is told of them. */
static void tell(leat_builder *w, const struct leat__function *f, const char *file, int line, const char *why)
{
    char message[700];
    bool elsewhere = file && *file;
    snprintf(message, sizeof message, "builder function %s: %s", f->name, why);
    leat_problem p = { .code = LEAT_EBUILD, .message = message, .node = f->name, .file = elsewhere ? file : f->head->file,
                       .line = elsewhere ? line : f->head->line, .other_file = elsewhere ? f->head->file : NULL,
                       .other_line = elsewhere ? f->head->line : 0 };
    leat__problem_copy(&w->problems, &p, w->outputs_set && !w->output_count);
}

/* Told from another thread, the text may not be whole yet. */
static void wait_told(struct leat__worker *at)
{
    while (atomic_load_explicit(&at->failed, memory_order_acquire) != 2)
        sched_yield();
}

static void call(leat_builder *w, struct leat__function *f)
{
    struct leat__worker at;
    union { int32_t answer; char room[16]; } result = { 0 };
    leat_error err;
    void *arg = w, *args[] = { &arg };
    char why[64];
    if (leat__modules_load_one(w->modules, f->head->module, &err) < 0) {
        tell(w, f, NULL, 0, err.message);
        return;
    }
    w->space = w->home = leat__modules_space(w->modules, f->head->module);
    w->caller = f;
    at.pool = NULL;
    leat__worker_enter(&at, NULL);
    at.building = f;
    f->head->call(f->fn, args, &result);
    leat__worker_leave(&at);
    snprintf(why, sizeof why, "it answered %d", result.answer);
    if (at.failed)
        wait_told(&at);
    if (at.failed || result.answer)
        tell(w, f, at.failed ? at.file : NULL, at.failed ? at.line : 0, at.failed ? at.text : why);
    for (uint32_t i = 0; i < w->mistakes.count; i++)
        tell(w, f, NULL, 0, w->mistakes.at[i].public.message);
    leat__problems_fini(&w->mistakes);
}

/* --- rounds --- */

static int without_end(leat_builder *w)
{
    tell(w, w->caller, NULL, 0, "builder functions add modules that add modules, without end");
    return LEAT_EBUILD;
}

static uint64_t count_added(const leat_builder *w)
{
    uint64_t n = w->add_count - w->read_adds;
    for (uint32_t i = 0; i < w->host_count; i++)
        n += w->hosts[i]->count + w->hosts[i]->wrongs;
    return n;
}

int leat__builder_grow(leat_builder *w)
{
    uint32_t first = w->modules->count;
    for (uint32_t from = 0, round = 0; from < w->modules->count; round++) {
        uint32_t end = w->modules->count;
        if (round == MOST_ROUNDS)
            return without_end(w);
        for_each(w, from, call);
        if (w->sticky || w->problems.failed)
            return LEAT_ENOMEM;
        if (count_added(w) + end - first > MOST_ADDED)
            return without_end(w);
        int code = leat__builder_is_read(w) ? 0 : leat__builder_read(w);
        if (code < 0)
            return code;
        from = end;
    }
    return 0;
}
