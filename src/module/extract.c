/* extract: see extract.h. Debug info is hostile when it is only listed, so it
 * is read by another process, under limits. */
#include "module/extract.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/file.h"
#include "module/args.h"
#include "module/module.h"
#include "module/child.h"
#include "module/tools.h"
#include <stdlib.h>
#include <string.h>

void leat__extract_identify(struct leat__hasher *h)
{
    char *program = NULL;
    if (!leat__tool_records(&program))
        leat__tool_identify(h, program);
    else
        leat__digest_text(h, NULL);
    free(program);
}

/* What it said, on one line, without its own name and the path before it. */
static int refused(const struct leat__child *c, const char *path, const char *name, leat_error *err)
{
    const char *said = c->errors.data ? c->errors.data : "";
    size_t n = strlen(path);
    if (!strncmp(said, "leat-records: ", 14))
        said += 14;
    if (!strncmp(said, path, n) && !strncmp(said + n, ": ", 2))
        said += n + 2;
    if (c->cut)
        return leat__fail(err, LEAT_EBUILD, "%s: its record is larger than %d MiB", name, LEAT__RECORD_MOST >> 20);
    if (c->signal)
        return leat__fail(err, LEAT_EBUILD, "%s: reading its debug info ended by signal %d (limits: 2 GiB, 20 s)",
                          name, c->signal);
    if (!*said)
        return leat__fail(err, LEAT_EBUILD, "%s: its debug info cannot be read", name);
    return leat__fail(err, LEAT_EBUILD, "%s: %.*s", name, (int)strcspn(said, "\n"), said);
}

/* "--sources=FOLDER" of every source; one whose path holds the separator is left out. */
static bool add_sources(struct leat__args *args, struct leat__arena *arena, const char *const *sources)
{
    for (; sources && *sources; sources++) {
        int n = (int)(leat__file_name(*sources) - *sources);
        if (!strchr(*sources, ':'))
            leat__args_add(args, leat__arena_printf(arena, "--sources=%.*s", n ? n : 1, n ? *sources : "."));
    }
    return !args->failed;
}

static int run(const char *program, const char *path, const char *name, const struct leat__args *args,
               char **out_bytes, size_t *out_len, leat_error *err)
{
    struct leat__spawn s = { .program = program, .argv = args->item, .most = LEAT__RECORD_MOST,
                             .memory = (size_t)2 << 30, .file = LEAT__RECORD_MOST, .cpu_s = 20 };
    struct leat__child c = { 0 };
    int code = leat__spawn_run(&c, &s, err);
    if (!code && (c.cut || !c.output.len || !(c.status == 0 || (c.status < 0 && !c.signal))))
        code = refused(&c, path, name, err);
    if (!code) {
        *out_len = c.output.len;
        *out_bytes = leat__text_take(&c.output);
        code = *out_bytes ? 0 : leat__fail_memory(err);
    }
    leat__child_fini(&c);
    return code;
}

int leat__extract(const char *path, const char *name, const char *const *sources, char **out_bytes,
                  size_t *out_len, leat_error *err)
{
    struct leat__arena arena = { 0 };
    struct leat__args args = { 0 };
    char *program;
    int code = leat__tool_records(&program);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code)
        return leat__fail(err, LEAT_EBUILD, "leat-records is not installed: it reads the debug info of %s", name);
    leat__args_add(&args, "leat-records");
    bool good = add_sources(&args, &arena, sources);
    leat__args_add(&args, "--");
    leat__args_add(&args, path);
    code = good && !args.failed ? run(program, path, name, &args, out_bytes, out_len, err)
                                    : leat__fail_memory(err);
    leat__args_fini(&args);
    leat__arena_fini(&arena);
    free(program);
    return code;
}
