/* module: see module.h. Here: opening, by path or from sources, and the end. */
#include "module/module.h"
#include "base/error.h"
#include "base/file.h"
#include "module/hosts.h"
#include "module/object.h"
#include "module/extract.h"
#include "module/linker.h"
#include "module/source.h"
#include "module/tools.h"
#include "module/trampoline.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void leat__module_fini(struct leat__module *m)
{
    free(m->path);
    free(m->image);
    leat__record_fini(&m->record);
    leat__hosts_unref(m->hosts);
    *m = (struct leat__module){ 0 };
}

/* The compiler as it was given, for the calls that load compiles. */
static int keep_compiler(struct leat__module *m, const struct leat__compiler *cc, leat_error *err)
{
    size_t n = 0;
    while (cc && cc->cflags && cc->cflags[n])
        n++;
    const char **flags = leat__arena_array(&m->record.arena, n + 1, sizeof *flags);
    bool good = flags;
    for (size_t i = 0; good && i < n; i++)
        good = (flags[i] = leat__arena_strdup(&m->record.arena, cc->cflags[i]));
    m->cflags = flags;
    if (good && cc && cc->cc)
        good = (m->cc = leat__arena_strdup(&m->record.arena, cc->cc));
    return good ? 0 : leat__fail_memory(err);
}

/* Takes the record's bytes. */
static int adopt(struct leat__module *m, char *bytes, size_t len, const struct leat__compiler *cc, leat_error *err)
{
    int code = leat__record_read(&m->record, bytes, len, m->path, err);
    if (code) {
        m->record = (struct leat__record){ 0 };
        return code;
    }
    code = keep_compiler(m, cc, err);
    return code ? code : leat__calls_name(m, err);
}

/* --- a shared object --- */

static int report(const struct leat__report *r, int code, const char *path, const char *hint, const char *message)
{
    if (r && r->problem)
        r->problem(r->user, code, path, 0, message, hint);
    return code;
}

static int missing(const char *path, const struct leat__report *r)
{
    char *near = leat__file_suggest(path), *hint = NULL;
    leat_error why = { 0 };
    if (near && asprintf(&hint, "did you mean %s?", near) < 0)
        hint = NULL;
    leat__fail(&why, LEAT_EBUILD, "no such file %s", path);
    int code = report(r, LEAT_EBUILD, path, hint, why.message);
    free(near);
    free(hint);
    return code;
}

/* Its record is kept under what the file is now and under who read it. */
static int image_record(struct leat__module *m, struct leat__cache *c, char **out, size_t *len, leat_error *err)
{
    struct leat__hasher h;
    struct leat__digest file = leat__digest_file(m->image, true);
    leat__digest_begin(&h, "record");
    leat__digest_text(&h, LEAT__VERSION);
    leat__digest_text(&h, m->image);
    leat__digest_add(&h, &file, sizeof file);
    leat__extract_identify(&h);
    struct leat__digest d = leat__digest_end(&h);
    int code = leat__cache_read(c, &d, ".record", LEAT__RECORD_MOST, out, len, err);
    if (code != LEAT_ENOTFOUND)
        return code;
    code = leat__extract(m->image, m->path, NULL, out, len, err);
    if (!code)
        code = leat__cache_publish(c, &d, ".record", *out, *len, err);
    if (code) {
        free(*out);
        *out = NULL;
    }
    return code;
}

static int check_image(const char *path, leat_error *err)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return leat__fail_errno(err, "cannot read %s", path);
    int code = 0;
    if (fstat(fd, &st) < 0)
        code = leat__fail_errno(err, "cannot read %s", path);
    else if (S_ISDIR(st.st_mode))
        code = leat__fail(err, LEAT_EBUILD, "%s: a folder, not a shared object", path);
    else
        code = S_ISREG(st.st_mode) ? leat__object_check(fd, path, err)
                                   : leat__fail(err, LEAT_EBUILD, "%s: not a shared object", path);
    close(fd);
    return code;
}

static int open_image(struct leat__module *m, const struct leat__compiler *cc, leat_error *err)
{
    struct leat__cache c = { -1, NULL };
    char *bytes = NULL;
    size_t len = 0;
    int code = check_image(m->path, err);
    if (!code && !(m->image = realpath(m->path, NULL)))
        code = leat__fail_errno(err, "cannot read %s", m->path);
    if (!code)
        code = leat__cache_open(&c, err);
    if (!code)
        code = image_record(m, &c, &bytes, &len, err);
    leat__cache_close(&c);
    return code ? code : adopt(m, bytes, len, cc, err);
}

int leat__module_open(struct leat__module *m, const char *path, const struct leat__compiler *cc,
                      const struct leat__report *r)
{
    leat_error why = { 0 };
    *m = (struct leat__module){ 0 };
    if (access(path, F_OK) < 0 && errno == ENOENT)
        return missing(path, r);
    m->path = strdup(path);
    int code = m->path ? open_image(m, cc, &why) : leat__fail_memory(&why);
    if (!code)
        return 0;
    leat__module_fini(m);
    return report(r, code, path, NULL, why.message);
}

/* --- sources --- */

static int compile_again(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    enum { TRIES = 3 };
    int code = LEAT_EBUSY;
    for (int i = 0; i < TRIES && code == LEAT_EBUSY; i++) {
        leat__compiled_fini(u);
        code = leat__compiled_prepare(b, u, err);
        if (!code && !u->made) {
            code = leat__compiled_start(b, u, err);
            if (!code)
                code = leat__compiled_finish(b, u, err);
        }
    }
    if (code != LEAT_EBUSY)
        return code;
    leat__build_problem(b, LEAT_EBUILD, u->given->path, 0, NULL, "%s changes while it is compiled", u->given->path);
    return leat__fail(err, LEAT_EBUILD, "%s changes while it is compiled", u->given->path);
}

static int finish_unit(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    int code = leat__compiled_finish(b, u, err);
    return code == LEAT_EBUSY ? compile_again(b, u, err) : code;
}

/* Keeps as many compilers going as there are processors. Everything that is
 * wrong with any source is told; the answer is the first failure's. */
static int compile_units(struct leat__build *b, struct leat__compiled *units, size_t n, leat_error *err)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = processors > 1 ? (size_t)processors : 1;
    int result = 0, code = 0;
    for (size_t i = 0; i < n; i++, result = result ? result : code)
        code = leat__compiled_prepare(b, &units[i], result ? NULL : err);
    for (size_t i = 0, done = 0; done < n; result = result ? result : code) {
        code = 0;
        if (i < n && i < done + most) {
            struct leat__compiled *u = &units[i++];
            if (u->ready && !u->made)
                code = leat__compiled_start(b, u, result ? NULL : err);
        } else if (units[done++].child.pid) {
            code = finish_unit(b, &units[done - 1], result ? NULL : err);
        }
    }
    return result;
}

/* The record is read and the calls are compiled while the linker works. */
static int adopt_early(struct leat__module *m, struct leat__build *b, struct leat__linking *l,
                       struct leat__calls *calls, leat_error *err)
{
    char *bytes = l->record;
    if (!bytes)
        return 0;
    l->record = NULL;
    int code = adopt(m, bytes, l->record_size, b->cc, err);
    return code ? code : leat__calls_begin(calls, m, b, err);
}

static int link_units(struct leat__module *m, struct leat__build *b, struct leat__linking *l, leat_error *err)
{
    struct leat__calls calls = { 0 };
    int code = leat__linking_begin(b, l, err);
    if (!code)
        code = adopt_early(m, b, l, &calls, err);
    if (!code)
        code = leat__linking_end(b, l, m->record.bytes, &m->image, err);
    if (!code && m->record.bytes)
        memcpy(&m->record.header, m->record.bytes, sizeof m->record.header);
    else if (!code)
        code = adopt_early(m, b, l, &calls, err);
    int end = leat__calls_end(&calls, m, b, NULL, code ? NULL : err);
    leat__linking_fini(l);
    return code ? code : end;
}

static int build_sources(struct leat__module *m, struct leat__build *b, const struct leat__source *sources,
                         size_t n, leat_error *err)
{
    struct leat__compiled *units = calloc(n, sizeof *units);
    struct leat__linking l = { .units = units, .count = n };
    if (!units)
        return leat__fail_memory(err);
    for (size_t i = 0; i < n; i++)
        units[i].given = &sources[i];
    int code = compile_units(b, units, n, err);
    if (!code)
        code = link_units(m, b, &l, err);
    for (size_t i = 0; i < n; i++)
        leat__compiled_fini(&units[i]);
    free(units);
    return code;
}

int leat__module_compile(struct leat__module *m, const struct leat__source *sources, size_t n,
                         const struct leat__compiler *cc, const struct leat__report *r)
{
    struct leat__build b;
    leat_error why = { 0 };
    *m = (struct leat__module){ .own = true };
    if (!n)
        return LEAT_EUSAGE;
    int code = leat__build_init(&b, cc, r, &why);
    if (!code && !(m->path = strdup(sources[0].path)))
        code = leat__fail_memory(&why);
    if (!code)
        code = build_sources(m, &b, sources, n, &why);
    if (code && !b.problems)        /* nothing was told yet: tell what stopped us */
        leat__build_problem(&b, code, sources[0].path, 0, NULL, "%s", why.message);
    leat__build_fini(&b);
    if (code)
        leat__module_fini(m);
    return code;
}
