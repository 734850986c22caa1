/* files: see front/files.h. Paths are relative to the working folder, as they
 * are to the nodes that open them. */
#include "front/files.h"
#include "base/error.h"
#include "base/file.h"
#include <errno.h>
#include <string.h>

bool leat__is_path_input(const struct leat__node *n)
{
    return n->type && n->flags & LEAT__NODE_PATH && leat__is_text(n->type);
}

static bool is_texts(const struct leat__type *t) { return leat__is_slice(t) && leat__is_text(leat__slice_item(t)); }

int leat__files_path(const struct leat__type *t, const char *path, size_t len, const char *where, const char *column,
                     struct leat__arena *arena, void *at, leat_error *err)
{
    (void)t, (void)where, (void)column;
    if (!strcmp(path, "-"))
        return leat__fail(err, LEAT_EINPUT, "standard input has no path");
    char *kept = leat__arena_strndup(arena, path, len);
    if (!kept)
        return leat__fail_memory(err);
    memcpy(at, &kept, sizeof kept);
    return 0;
}

/* --- before a run --- */

struct unread { struct leat__text text; uint32_t count; };

static void check_one(struct unread *u, const char *name, const char *path)
{
    leat_error err;
    if (!path || leat__file_readable(path, &err) == 0)
        return;
    if (err.system_errno == ENOENT)
        leat__path_hint(path, &err);
    leat__text_printf(&u->text, "%s%s: %s", u->count++ ? ", and " : "", name, err.message);
}

static void check_given(struct unread *u, const struct leat__node *n, uint64_t value)
{
    struct { const char *const *data; size_t len; } paths;
    if (leat__is_text(n->type)) {
        check_one(u, n->name, (const char *)(uintptr_t)value);
    } else if (is_texts(n->type) && value) {
        memcpy(&paths, (const void *)(uintptr_t)value, sizeof paths);
        for (size_t i = 0; i < paths.len; i++)
            check_one(u, n->name, paths.data[i]);
    }
}

int leat__files_check(const leat_run *r, const struct leat__plan *p, leat_error *err)
{
    struct unread u = { .count = 0 };
    for (uint32_t i = 0; i < r->given_count; i++) {
        const struct leat__given *g = &r->given[i];
        const struct leat__node *n = &r->driver->graph.node[g->node];
        if (n->flags & LEAT__NODE_PATH && !g->loader && leat__plan_given(p, g->node) != LEAT__NONE)
            check_given(&u, n, g->value);
    }
    int code = u.text.failed ? leat__fail_memory(err)
             : u.count == 1 ? leat__fail(err, LEAT_EINPUT, "%s", u.text.data)
             : u.count ? leat__fail(err, LEAT_EINPUT, "%u files cannot be read: %s", u.count, u.text.data) : 0;
    leat__text_fini(&u.text);
    return code;
}
