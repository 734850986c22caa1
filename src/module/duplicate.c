/* duplicate: see duplicate.h. Names come from the symbol tables of the objects.
 * Their lines are in debug info only, so when there is something to tell, each
 * of the two objects is linked alone and its record read. */
#include "module/duplicate.h"
#include "base/error.h"
#include "base/file.h"
#include "base/map.h"
#include "module/object.h"
#include "module/extract.h"
#include <stdlib.h>
#include <string.h>

struct check {
    struct leat__build *b;
    const struct leat__compiled *units;
    struct leat__map first;             /* a name's first unit              */
    uint32_t unit;                      /* the one that is read             */
    struct { const char *name; uint32_t units[2]; } found[32];
    unsigned count;
};

static int note_name(void *user, const char *name)
{
    struct check *c = user;
    uint32_t *first;
    const char *key = leat__arena_strdup(&c->b->arena, name);
    if (!key || leat__map_put(&c->first, key, &first))
        return LEAT_ENOMEM;
    if (*first == LEAT__NONE)
        *first = c->unit;
    else if (*first != c->unit && c->count < sizeof c->found / sizeof *c->found) {
        c->found[c->count].name = key;
        c->found[c->count].units[0] = *first;
        c->found[c->count++].units[1] = c->unit;
    }
    return 0;
}

static int read_names(struct check *c, leat_error *err)
{
    const struct leat__compiled *u = &c->units[c->unit];
    char *data = NULL;
    size_t len = 0;
    int code = leat__file_read(u->object, SIZE_MAX / 2, &data, &len, err);
    if (code)
        return code;
    code = leat__object_definitions(data, len, note_name, c);
    free(data);
    if (code == LEAT_EBUILD)
        code = 0;       /* not ELF (an LTO-only object of another tool): the linker will tell */
    return code ? leat__fail_memory(err) : 0;
}

static int line_in_record(const char *image, const char *path, const char *name)
{
    char *bytes;
    size_t len;
    struct leat__record r;
    if (leat__extract(image, path, NULL, &bytes, &len, NULL) || leat__record_read(&r, bytes, len, path, NULL))
        return 0;
    int line = 0;
    for (uint32_t i = 0; i < r.function_count && !line; i++)
        if (!strcmp(r.functions[i].name, name))
            line = r.functions[i].head->line;
    leat__record_fini(&r);
    return line;
}

/* The line of a name in one object; 0: unknown. */
static int find_line(struct leat__build *b, const struct leat__compiled *u, const char *name)
{
    char *folder = NULL;
    const char *image = !leat__cache_job(&b->cache, &folder, NULL) ? leat__arena_printf(&b->arena, "%s/alone.so", folder) : NULL;
    const char *argv[] = { b->cc->cc ? b->cc->cc : "cc", "-shared", "-nostdlib", "-o", image, u->object, NULL };
    struct leat__spawn s = { .program = b->compiler, .argv = argv, .tmpdir = folder, .together = true };
    struct leat__child c = { 0 };
    int line = 0;
    if (image && !leat__spawn_run(&c, &s, NULL) && leat__child_succeeded(&c, image))
        line = line_in_record(image, u->given->path, name);
    leat__child_fini(&c);
    leat__cache_job_end(folder);
    return line;
}

static void tell(struct check *c, unsigned i)
{
    const struct leat__compiled *x = &c->units[c->found[i].units[0]], *y = &c->units[c->found[i].units[1]];
    const char *name = c->found[i].name;
    int a = find_line(c->b, x, name), b = find_line(c->b, y, name);
    leat__build_problem(c->b, LEAT_EBUILD, y->given->path, b, "make one of them static, or rename it",
                        "two definitions of %s: %s:%d and %s:%d", name, x->given->path, a, y->given->path, b);
}

int leat__duplicates_check(struct leat__build *b, const struct leat__compiled *units, size_t n, leat_error *err)
{
    struct check c = { .b = b, .units = units };
    int code = 0;
    for (; c.unit < n && !code; c.unit++)
        code = read_names(&c, err);
    leat__map_fini(&c.first);
    if (code || !c.count)
        return code;
    for (unsigned i = 0; i < c.count; i++)
        tell(&c, i);
    return leat__fail(err, LEAT_EBUILD, "%s is defined in %s and in %s", c.found[0].name,
                      units[c.found[0].units[0]].given->path, units[c.found[0].units[1]].given->path);
}
