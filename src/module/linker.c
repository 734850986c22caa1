/* linker: see linker.h. */
#include "module/linker.h"
#include "base/error.h"
#include "base/file.h"
#include "module/catch.h"
#include "module/duplicate.h"
#include "module/extract.h"
#include "module/object.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const our_flags[] = {
    "-shared", "-Wl,-Bsymbolic", "-Wl,-z,now", "-Wl,--build-id=sha1", NULL
};

/* A sanitizer's symbols come from the program that is run under it. */
static bool asks_for_sanitizer(const struct leat__args *args)
{
    for (size_t i = 0; i < args->count; i++)
        if (!strncmp(args->item[i], "-fsanitize", 10))
            return true;
    return false;
}

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

static int identify(struct leat__build *b, struct leat__linking *l, leat_error *err)
{
    struct leat__hasher h;
    for (size_t i = 0; i < l->count; i++)       /* -fopenmp, -pthread, -fsanitize= matter here too */
        leat__args_add_all(&l->args, l->units[i].given->cflags);
    leat__args_add_all(&l->args, b->cc->cflags);
    if (!asks_for_sanitizer(&l->args))
        leat__args_add(&l->args, "-Wl,-z,defs");
    leat__args_add_all(&l->args, b->cc->ldflags);
    for (size_t i = 0; i < l->count; i++)
        leat__args_add_all(&l->args, l->units[i].directive.link.item);
    leat__args_add(&l->args, "-Wl,--as-needed");     /* math.h asks for it in every other source */
    for (size_t i = 0; i < l->count; i++)
        if (leat__source_is_cxx(l->units[i].given->path))
            leat__args_add(&l->args, leat__catch_library(b->cc->cflags));
    leat__args_add(&l->args, "-lm");
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

static int start_linker(struct leat__build *b, struct leat__linking *l, leat_error *err)
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
    int code = args.failed ? leat__fail_memory(err) : leat__spawn_start(&l->child, &s, err);
    leat__args_fini(&args);
    return code;
}

/* Object paths in the linker's words are ours; the reader knows the sources. */
static void tell_output(struct leat__build *b, const struct leat__linking *l)
{
    const char *at = l->child.output.data ? l->child.output.data : "";
    for (const char *next; *at; at = next) {
        size_t skip = 0;
        const char *name = NULL;
        next = at + strcspn(at, "\n");
        next += *next == '\n';
        for (size_t i = 0; i < l->count && !name; i++) {
            const char *found = strstr(at, l->units[i].object);
            if (found && found < next) {
                leat__build_output(b, at, (size_t)(found - at));
                name = l->units[i].given->path;
                skip = (size_t)(found - at) + strlen(l->units[i].object);
            }
        }
        if (name)
            leat__build_output(b, name, strlen(name));
        leat__build_output(b, at + skip, (size_t)(next - at) - skip);
    }
}

static int does_not_link(struct leat__build *b, struct leat__linking *l, leat_error *err)
{
    const char *first = l->units[0].given->path;
    const char *more = l->count > 1 ? " and the sources with it do not link" : " does not link";
    bool undefined = l->child.output.data && strstr(l->child.output.data, "undefined reference");
    tell_output(b, l);
    leat__build_problem(b, LEAT_EBUILD, first, 0,
                        undefined ? "a library is asked for with `leat: -lNAME` in the first comment, or --ldflags"
                                  : NULL, "%s%s", first, more);
    return leat__fail(err, LEAT_EBUILD, "%s%s", first, more);
}

/* The record of a linked image, or of an object that will be one. */
static int extract(struct leat__linking *l, const char *path, leat_error *err)
{
    struct leat__args sources = { 0 };
    for (size_t i = 0; i < l->count; i++)
        leat__args_add(&sources, l->units[i].given->path);
    int code = sources.failed ? leat__fail_memory(err)
                              : leat__extract(path, l->units[0].given->path, sources.item, &l->record,
                                              &l->record_size, err);
    leat__args_fini(&sources);
    return code;
}

static int read_facts(const char *path, struct leat__object_facts *out, leat_error *err)
{
    char *data;
    size_t len;
    int code = leat__file_read(path, SIZE_MAX / 2, &data, &len, err);
    if (code)
        return code;
    code = leat__object_read_facts(data, len, out);
    free(data);
    return code ? leat__fail(err, LEAT_EBUILD, "%s: not an object file", path) : 0;
}

/* Not where the object does not tell all: with -flto it holds no functions yet,
 * and entries of LEAT_FUNCTION are pointers that only linking fills in. */
static void extract_early(struct leat__linking *l)
{
    struct leat__record_header h;
    struct leat__object_facts facts;
    const char *object = l->units[0].object;
    if (l->count > 1 || read_facts(object, &facts, NULL) || facts.nodes_size > sizeof(void *))
        return;
    if (extract(l, object, NULL) || l->record_size < sizeof h)
        return;
    memcpy(&h, l->record, sizeof h);
    if (!h.functions.count) {
        free(l->record);
        l->record = NULL;
    }
}

/* The first line of a trail's end: which record. */
static void write_end(const struct leat__linking *l, const char *record, struct leat__text *out)
{
    struct leat__hasher h;
    char hex[LEAT__DIGEST_HEX];
    leat__digest_begin(&h, "record");
    leat__digest_add(&h, record, l->record_size);
    struct leat__digest d = leat__digest_end(&h);
    leat__digest_hex(&d, hex);
    leat__text_printf(out, "%s\n", hex);
}

/* Image and record are there and whole: machines stop, disks fill, people tidy. */
static int read_entry(struct leat__build *b, struct leat__linking *l, const char *end, size_t *out_head, leat_error *err)
{
    struct leat__text expected = { 0 };
    int code = LEAT_ENOTFOUND;
    if (leat__cache_has_image(&b->cache, &l->trail.at, ".so"))
        code = leat__cache_read(&b->cache, &l->trail.at, ".record", LEAT__RECORD_MOST, &l->record, &l->record_size, err);
    if (code)
        return code;
    write_end(l, l->record, &expected);
    if (expected.failed)
        code = leat__fail_memory(err);
    else if (strncmp(end, expected.data, expected.len))
        code = LEAT_ENOTFOUND;
    *out_head = expected.len;
    leat__text_fini(&expected);
    if (code) {
        free(l->record);
        l->record = NULL;
    }
    return code;
}

static int look_up(struct leat__build *b, struct leat__linking *l, leat_error *err)
{
    char *said = NULL;
    size_t len = 0, head = 0;
    int code = leat__trail_follow(&l->trail, &b->cache, &said, &len, err);
    if (code)
        return code;
    code = read_entry(b, l, said, &head, err);
    if (!code)
        leat__build_output(b, said + head, len - head);
    if (code == LEAT_ENOTFOUND) {
        leat__cache_drop_image(&b->cache, &l->trail.at, ".so");
        leat__cache_drop(&b->cache, &l->trail.at, ".record");
        leat__trail_drop(&l->trail, &b->cache);
    }
    free(said);
    return code;
}

int leat__linking_begin(struct leat__build *b, struct leat__linking *l, leat_error *err)
{
    int code = identify(b, l, err);
    if (!code)
        code = look_up(b, l, err);
    if (code != LEAT_ENOTFOUND)
        return code;
    code = l->count > 1 ? leat__duplicates_check(b, l->units, l->count, err) : 0;
    if (!code)
        code = leat__cache_job(&b->cache, &l->folder, err);
    if (!code && !(l->result = leat__arena_printf(&b->arena, "%s/image.so", l->folder)))
        code = leat__fail_memory(err);
    if (!code)
        code = start_linker(b, l, err);
    if (!code)
        extract_early(l);
    return code;
}

static int complete(const struct leat__linking *l, char *bytes, leat_error *err)
{
    struct leat__record_header h;
    struct leat__object_facts facts;
    int code = read_facts(l->result, &facts, err);
    if (code)
        return code;
    memcpy(&h, bytes, sizeof h);
    h.build_id_size = facts.id.size;
    memcpy(h.build_id, facts.id.bytes, sizeof h.build_id);
    h.nodes_address = facts.nodes_address;
    h.nodes_size = facts.nodes_size;
    memcpy(bytes, &h, sizeof h);
    return 0;
}

static int publish(struct leat__build *b, struct leat__linking *l, const char *record, leat_error *err)
{
    int code = leat__cache_publish_image(&b->cache, &l->trail.at, ".so", l->result, err);
    if (!code)
        code = leat__cache_publish(&b->cache, &l->trail.at, ".record", record, l->record_size, err);
    if (!code) {
        struct leat__text end = { 0 };
        write_end(l, record, &end);
        leat__text_addn(&end, l->child.output.data ? l->child.output.data : "", l->child.output.len);
        code = end.failed ? leat__fail_memory(err)
                          : leat__trail_end(&l->trail, &b->cache, end.data, end.len, err);
        leat__text_fini(&end);
    }
    return code;
}

static int finish(struct leat__build *b, struct leat__linking *l, char *bytes, leat_error *err)
{
    int code = leat__spawn_wait(&l->child, err);
    if (!code && !leat__child_succeeded(&l->child, l->result))
        return does_not_link(b, l, err);
    if (!code)
        code = bytes ? complete(l, bytes, err) : extract(l, l->result, err);
    if (!code)
        code = publish(b, l, bytes ? bytes : l->record, err);
    if (!code)
        tell_output(b, l);
    return code;
}

int leat__linking_end(struct leat__build *b, struct leat__linking *l, char *bytes, char **out_image, leat_error *err)
{
    int code = l->folder ? finish(b, l, bytes, err) : 0;
    if (!code && !(*out_image = leat__cache_path(&b->cache, &l->trail.at, ".so")))
        code = leat__fail_memory(err);
    return code;
}

void leat__linking_fini(struct leat__linking *l)
{
    leat__spawn_wait(&l->child, NULL);
    leat__args_fini(&l->args);
    leat__trail_fini(&l->trail);
    leat__child_fini(&l->child);
    leat__cache_job_end(l->folder);
    free(l->record);
}
