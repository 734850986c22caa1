/* trail: see trail.h. An entry begins with 'F' (further files, each with its
 * NUL) or 'E' (the end, then its text). */
#include "module/trail.h"
#include "base/error.h"
#include "base/text.h"
#include <stdlib.h>
#include <string.h>

enum { MOST = 4 << 20, STEPS = 64 };
static const char suffix[] = ".next";

void leat__trail_drop(const struct leat__trail *t, const struct leat__cache *c)
{
    leat__cache_drop(c, &t->at, suffix);
}

void leat__trail_fini(struct leat__trail *t)
{
    for (size_t i = 0; i < t->count; i++)
        free(t->paths[i]);
    free(t->paths);
    t->paths = NULL;
    t->count = t->cap = 0;
}

static bool known(const struct leat__trail *t, const char *path)
{
    for (size_t i = 0; i < t->count; i++)
        if (!strcmp(t->paths[i], path))
            return true;
    return false;
}

static int keep(struct leat__trail *t, const char *path, leat_error *err)
{
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 32;
        char **paths = realloc(t->paths, cap * sizeof *paths);
        if (!paths)
            return leat__fail_memory(err);
        t->paths = paths;
        t->cap = cap;
    }
    if (!(t->paths[t->count] = strdup(path)))
        return leat__fail_memory(err);
    t->count++;
    return 0;
}

/* One step: the files of an entry are looked at, and make the next digest. */
static int step(struct leat__trail *t, const char *list, size_t len, leat_error *err)
{
    struct leat__hasher h;
    leat__digest_begin(&h, "step");
    leat__digest_add(&h, &t->at, sizeof t->at);
    for (size_t at = 0; at < len; at += strlen(list + at) + 1) {
        struct leat__digest d = leat__digest_file(list + at, false);
        leat__digest_add(&h, &d, sizeof d);
        int code = keep(t, list + at, err);
        if (code)
            return code;
    }
    t->at = leat__digest_end(&h);
    return 0;
}

int leat__trail_follow(struct leat__trail *t, const struct leat__cache *c, char **out_data,
                       size_t *out_len, leat_error *err)
{
    for (int i = 0; i < STEPS; i++) {
        char *data;
        size_t len;
        int code = leat__cache_read(c, &t->at, suffix, MOST, &data, &len, err);
        if (code)
            return code;
        if (len && *data == 'E') {
            memmove(data, data + 1, len);
            *out_data = data;
            *out_len = len - 1;
            return 0;
        }
        bool good = len > 1 && *data == 'F' && !data[len - 1];
        code = good ? step(t, data + 1, len - 1, err) : LEAT_ENOTFOUND;
        free(data);
        if (!good)
            leat__cache_drop(c, &t->at, suffix);
        if (code)
            return code;
    }
    return leat__fail(err, LEAT_ESYSTEM, "%s: an entry of the build cache never ends", c->path);
}

int leat__trail_extend(struct leat__trail *t, const struct leat__cache *c, char *const *paths,
                       size_t count, leat_error *err)
{
    for (;;) {
        struct leat__text entry = { 0 };
        leat__text_addc(&entry, 'F');
        for (size_t i = 0; i < count; i++)
            if (!known(t, paths[i]))
                leat__text_addn(&entry, paths[i], strlen(paths[i]) + 1);
        int code = entry.failed ? leat__fail_memory(err) : 0;
        bool more = !code && entry.len > 1;
        if (more)
            code = leat__cache_publish(c, &t->at, suffix, entry.data, entry.len, err);
        leat__text_fini(&entry);
        if (code || !more)
            return code;
        /* What stands there now may be another process's: walk on from it. */
        char *data = NULL;
        size_t len;
        code = leat__trail_follow(t, c, &data, &len, err);
        free(data);
        if (code != LEAT_ENOTFOUND)
            return code ? code : LEAT_EBUSY;
    }
}

int leat__trail_end(struct leat__trail *t, const struct leat__cache *c, const void *data, size_t len,
                    leat_error *err)
{
    struct leat__text entry = { 0 };
    leat__text_addc(&entry, 'E');
    leat__text_addn(&entry, data, len);
    int code = entry.failed ? leat__fail_memory(err)
                            : leat__cache_publish(c, &t->at, suffix, entry.data, entry.len, err);
    leat__text_fini(&entry);
    return code;
}
