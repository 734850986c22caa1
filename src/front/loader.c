/* loader: inputs read and outputs written by functions of the modules, chosen by
 * a file's suffix. A loader is code of a module, so it waits until the run
 * begins; the file itself is looked for at once. */
#include "base/error.h"
#include "base/file.h"
#include "front/run.h"
#include "run/context.h"
#include "value/destroy.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void leat__path_hint(const char *path, leat_error *err)
{
    char *near = err->code == LEAT_ESYSTEM ? leat__file_suggest(path) : NULL;
    size_t n = strlen(err->message);
    if (near)
        snprintf(err->message + n, sizeof err->message - n, "; did you mean %s?", near);
    free(near);
}

int leat__loader_choose(leat_run *r, uint32_t id, const char *path, struct leat__given *out, leat_error *err)
{
    const struct leat__graph *g = &r->driver->graph;
    const struct leat__node *n = &g->node[id];
    int code = leat__graph_loader(g, n, leat__file_suffix(path), false, &out->loader, err);
    if (code < 0 || !out->loader)
        return code;
    if (access(path, R_OK) < 0) {
        code = leat__fail(err, LEAT_ESYSTEM, "%s: cannot read %s: %s", n->name, path, strerror(errno));
        leat__path_hint(path, err);
        return code;
    }
    out->path = leat__arena_strdup(&r->arena, path);
    return out->path ? 0 : leat__fail_memory(err);
}

/* --- calls --- */

/* One call as if it were a task's, so that leat_fail is heard: `what` reads
 * "days: table_from_xyz(days.xyz)". */
struct calling {
    leat_run *r;
    const struct leat__function *f;
    uint32_t task;
    const char *name, *path;
};

static int fail(const struct calling *c, int code, const struct leat__worker *w, const char *why, leat_error *err)
{
    char place[300] = "";
    if (w->failed && *w->file)
        snprintf(place, sizeof place, " (%s:%d)", w->file, w->line);
    return leat__fail(err, code, "%s: %s(%s) %s%s%s", c->name, c->f->name, c->path, w->failed ? "failed: " : "",
                      w->failed ? w->text : why, place);
}

static void call(const struct calling *c, struct leat__worker *w, void *const *args, void *result)
{
    w->pool = NULL;
    leat__worker_enter(w, &c->r->core.frame);
    leat__worker_at(w, c->task);
    c->f->head->call(c->f->fn, args, result);
    leat__worker_at(w, LEAT__NONE);
    leat__worker_leave(w);
    while (atomic_load_explicit(&w->failed, memory_order_acquire) == 1)
        ;                               /* another thread of it is still telling */
}

/* What a pointer must not be that will be freed. */
static const char *misplaced(const void *p)
{
    return !p ? "gave NULL" : leat__is_on_stack(p) ? "gave a pointer into its own stack"
         : leat__is_in_image(p) ? "gave a pointer to a static object" : NULL;
}

static int load(const struct calling *c, struct leat__given *g, leat_error *err)
{
    const struct leat__node *made = &g->loader->node;
    bool pointer = made->flags & LEAT__NODE_BY_POINTER;
    struct leat__worker w;
    uint64_t value = 0;
    void *at = pointer ? NULL : leat__new(made->type), *args[] = { (void *)&c->path };
    if (!pointer && !at)
        return leat__fail_memory(err);
    call(c, &w, args, pointer ? (void *)&value : at);
    const char *why = pointer ? misplaced((void *)(uintptr_t)value) : NULL;
    if (w.failed || why) {              /* what fails hands nothing over */
        free(at);
        return fail(c, LEAT_EINPUT, &w, why, err);
    }
    g->value = pointer ? value : (uint64_t)(uintptr_t)at;
    return 0;
}

int leat__loaders_call(leat_run *r, leat_error *err)
{
    int code = 0;
    for (uint32_t i = 0; i < r->given_count && !code; i++) {
        struct leat__given *g = &r->given[i];
        uint32_t t = g->loader ? leat__plan_given(&r->plan->plan, g->node) : LEAT__NONE;
        if (t == LEAT__NONE || g->value)
            continue;
        struct calling c = { r, g->loader->node.function, t, r->driver->graph.node[g->node].name, g->path };
        code = load(&c, g, err);
    }
    return code;
}

void leat__loader_destroy(const leat_run *r, const struct leat__given *g, bool moved)
{
    const struct leat__node *made = &g->loader->node;
    if (!g->value || moved)
        return;
    if ((made->flags & LEAT__NODE_OWNED) || (made->flags & LEAT__NODE_BY_POINTER))
        leat__value_destroy(&r->driver->graph, made, g->value);
    if (!(made->flags & LEAT__NODE_BY_POINTER))
        free((void *)(uintptr_t)g->value);
}

/* A field that was asked is no node: any task will do. */
static uint32_t task_of(const leat_run *r, const struct leat__node *n)
{
    const struct leat__graph *g = &r->driver->graph;
    bool node = n >= g->node && n < g->node + g->count;
    return node ? leat__plan_task(&r->plan->plan, (uint32_t)(n - g->node)) : 0;
}

int leat__saver_call(leat_run *r, const struct leat__node *n, const void *at, const char *path, bool *out_found,
                     leat_error *err)
{
    const struct leat__loader *l;
    int code = leat__graph_loader(&r->driver->graph, n, leat__file_suffix(path), true, &l, err);
    *out_found = l && !code;
    if (code < 0 || !l)
        return code;
    struct calling c = { r, l->node.function, task_of(r, n), n->name, path };
    struct leat__worker w;
    uint64_t status = 0;
    char why[40];
    void *args[] = { (void *)&at, (void *)&path };
    if (!at)
        return leat__fail(err, LEAT_ENOVALUE, "%s is NULL", n->name);
    call(&c, &w, args, &status);
    snprintf(why, sizeof why, "returned %d", (int)status);
    return w.failed || (int)status ? fail(&c, LEAT_EFAILED, &w, why, err) : 0;
}
