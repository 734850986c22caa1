/* linker: see linker.h. */
#include "module/linker.h"
#include "base/error.h"
#include "base/file.h"
#include "module/duplicate.h"
#include "module/extract.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct linking {
    struct leat__compiled *units;
    size_t count;
    struct leat__args args;             /* what is behind the objects         */
    struct leat__trail trail;
    char *folder;
    const char *result;                 /* the image in folder                */
    struct leat__child child;
};

static const char *const our_flags[] = {
    "-shared", "-Wl,-Bsymbolic", "-Wl,-z,now", "-Wl,-z,defs", "-Wl,--build-id=sha1", NULL
};

/* A library of a folder that was named counts with its content, as does an
 * operand that is a file; those of the system count by the compiler. */
static void add_libraries(struct leat__hasher *h, const struct leat__args *args, const char *folder)
{
    static const char *const suffixes[] = { ".so", ".a" };
    for (size_t i = 0; i < args->count; i++)
        for (size_t k = 0; k < 2 && !strncmp(args->item[i], "-l", 2); k++) {
            char *path;
            if (asprintf(&path, "%s/lib%s%s", folder, args->item[i] + 2, suffixes[k]) < 0)
                return;
            struct leat__digest d = leat__digest_file(path, false);
            leat__digest_add(h, &d, sizeof d);
            free(path);
        }
}

static void add_files(struct leat__hasher *h, const struct leat__args *args)
{
    for (size_t i = 0; i < args->count; i++) {
        const char *arg = args->item[i];
        if (*arg != '-') {
            struct leat__digest d = leat__digest_file(arg, false);
            leat__digest_add(h, &d, sizeof d);
        } else if (!strncmp(arg, "-L", 2)) {
            add_libraries(h, args, arg[2] || i + 1 == args->count ? arg + 2 : args->item[i + 1]);
        }
    }
}

static int begin(struct leat__build *b, struct linking *l, leat_error *err)
{
    struct leat__hasher h;
    for (size_t i = 0; i < l->count; i++)       /* -fopenmp, -pthread, -fsanitize= matter here too */
        leat__args_add_all(&l->args, l->units[i].given->cflags);
    leat__args_add_all(&l->args, b->cc->cflags);
    leat__args_add_all(&l->args, b->cc->ldflags);
    for (size_t i = 0; i < l->count; i++)
        leat__args_add_all(&l->args, l->units[i].directive.link.item);
    if (l->args.failed)
        return leat__fail_memory(err);
    leat__digest_begin(&h, "image");
    leat__digest_add(&h, &b->tools, sizeof b->tools);
    leat__extract_identify(&h);
    leat__digest_list(&h, our_flags);
    leat__digest_list(&h, l->args.item);
    add_files(&h, &l->args);
    leat__digest_text(&h, b->cwd);
    for (size_t i = 0; i < l->count; i++)
        leat__digest_add(&h, &l->units[i].trail.at, sizeof l->units[i].trail.at);
    l->trail.at = leat__digest_end(&h);
    return 0;
}

static int run_linker(struct leat__build *b, struct linking *l, leat_error *err)
{
    struct leat__args args = { 0 };
    leat__args_add(&args, b->cc->cc ? b->cc->cc : "cc");
    leat__args_add_all(&args, our_flags);
    leat__args_add(&args, "-o");
    leat__args_add(&args, l->result);
    for (size_t i = 0; i < l->count; i++)
        leat__args_add(&args, l->units[i].object);
    leat__args_add_all(&args, l->args.item);
    struct leat__spawn s = { .program = b->compiler, .argv = args.item, .tmpdir = l->folder, .together = true };
    int code = args.failed ? leat__fail_memory(err) : leat__spawn_run(&l->child, &s, err);
    leat__args_fini(&args);
    return code;
}

/* Object paths in the linker's words are ours; the reader knows the sources. */
static int does_not_link(struct leat__build *b, struct linking *l, leat_error *err)
{
    const char *first = l->units[0].given->path;
    const char *more = l->count > 1 ? " and the sources with it do not link" : " does not link";
    bool undefined = l->child.output.data && strstr(l->child.output.data, "undefined reference");
    leat__build_output(b, l->child.output.data ? l->child.output.data : "", l->child.output.len);
    leat__build_problem(b, LEAT_EBUILD, first, 0,
                        undefined ? "a library is asked for with `leat: -lNAME` in the first comment, or --ldflags"
                                  : NULL, "%s%s", first, more);
    return leat__fail(err, LEAT_EBUILD, "%s%s", first, more);
}

static int extract(struct leat__build *b, struct linking *l, char **out_record, size_t *out_len, leat_error *err)
{
    leat_error why = { 0 };
    const char *first = l->units[0].given->path;
    struct leat__args sources = { 0 };
    for (size_t i = 0; i < l->count; i++)
        leat__args_add(&sources, l->units[i].given->path);
    int code = sources.failed ? leat__fail_memory(&why)
                              : leat__extract(l->result, first, sources.item, out_record, out_len, &why);
    leat__args_fini(&sources);
    if (code == LEAT_EBUILD)
        leat__build_problem(b, code, first, 0, NULL, "%s", why.message);
    if (code && err)
        *err = why;
    return code;
}

static int publish(struct leat__build *b, struct linking *l, const char *record, size_t len, leat_error *err)
{
    int code = leat__cache_publish_file(&b->cache, &l->trail.at, ".so", l->result, err);
    if (!code)
        code = leat__cache_publish(&b->cache, &l->trail.at, ".record", record, len, err);
    if (!code)
        code = leat__trail_end(&l->trail, &b->cache, l->child.output.data ? l->child.output.data : "",
                               l->child.output.len, err);
    return code;
}

static int make(struct leat__build *b, struct linking *l, char **out_record, size_t *out_len, leat_error *err)
{
    leat_error why = { 0 };
    int code = l->count > 1 ? leat__duplicates_check(b, l->units, l->count, err) : 0;
    if (code)
        return code;
    if (!(l->folder = leat__cache_job(&b->cache, &why))) {
        if (err)
            *err = why;
        return why.code;
    }
    if (!(l->result = leat__arena_printf(&b->arena, "%s/image.so", l->folder)))
        return leat__fail_memory(err);
    code = run_linker(b, l, err);
    if (!code && !leat__child_succeeded(&l->child, l->result))
        code = does_not_link(b, l, err);
    if (!code)
        code = extract(b, l, out_record, out_len, err);
    if (!code)
        code = publish(b, l, *out_record, *out_len, err);
    if (!code)
        leat__build_output(b, l->child.output.data ? l->child.output.data : "", l->child.output.len);
    return code;
}

/* Both files have to be there; an entry that lost one is made again. */
static int look_up(struct leat__build *b, struct linking *l, char **out_record, size_t *out_len, leat_error *err)
{
    char *said = NULL;
    size_t len = 0;
    int code = leat__trail_follow(&l->trail, &b->cache, &said, &len, err);
    if (code)
        return code;
    if (leat__cache_size(&b->cache, &l->trail.at, ".so") > 0)
        code = leat__cache_read(&b->cache, &l->trail.at, ".record", LEAT__RECORD_MOST, out_record, out_len, err);
    else
        code = LEAT_ENOTFOUND;
    if (!code)
        leat__build_output(b, said, len);
    if (code == LEAT_ENOTFOUND) {
        leat__cache_drop(&b->cache, &l->trail.at, ".so");
        leat__cache_drop(&b->cache, &l->trail.at, ".record");
        leat__trail_drop(&l->trail, &b->cache);
    }
    free(said);
    return code;
}

int leat__link(struct leat__build *b, struct leat__compiled *units, size_t n, char **out_image,
               char **out_record, size_t *out_len, leat_error *err)
{
    struct linking l = { .units = units, .count = n };
    char *record = NULL;
    int code = begin(b, &l, err);
    if (!code)
        code = look_up(b, &l, &record, out_len, err);
    if (code == LEAT_ENOTFOUND)
        code = make(b, &l, &record, out_len, err);
    if (!code && !(*out_image = leat__cache_path(&b->cache, &l.trail.at, ".so")))
        code = leat__fail_memory(err);
    if (code)
        free(record);
    else
        *out_record = record;
    leat__args_fini(&l.args);
    leat__trail_fini(&l.trail);
    leat__child_fini(&l.child);
    leat__cache_job_end(l.folder);
    return code;
}
