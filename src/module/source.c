/* source: see source.h.
 *
 * An object is found by a trail: what is known before compiling (the source,
 * its path, the compiler, flags, environment), then the headers it was seen to
 * read. A file that changes while the compiler runs must not be taken for what
 * the compiler saw, so the source's times before and after are compared, and a
 * header written since the start makes us compile again. */
#include "module/source.h"
#include "base/error.h"
#include "base/file.h"
#include "module/depend.h"
#include "module/shadow.h"
#include "module/object.h"
#include "module/tools.h"
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST = 64 << 20 };

static const char *const our_flags[] = {
    "-pipe", "-g", "-O2", "-fPIC", "-fvisibility=default", "-fno-semantic-interposition", "-Wwrite-strings", NULL
};
static const char *const c_flags[] = {
    "-Wstrict-prototypes", "-Werror=implicit-function-declaration", "-Werror=int-conversion",
    "-Werror=incompatible-pointer-types", NULL
};

bool leat__source_is_cxx(const char *path)
{
    static const char *const suffixes[] = { ".cc", ".cpp", ".cxx", ".c++", ".C" };
    const char *dot = strrchr(path, '.');
    for (size_t i = 0; dot && i < sizeof suffixes / sizeof *suffixes; i++)
        if (!strcmp(dot, suffixes[i]))
            return true;
    return false;
}

void leat__compiled_fini(struct leat__compiled *u)
{
    leat__directive_fini(&u->directive);
    leat__trail_fini(&u->trail);
    leat__cache_job_end(u->folder);
    leat__child_fini(&u->child);
    free(u->object);
    *u = (struct leat__compiled){ .given = u->given };
}

static int missing(struct leat__build *b, const char *path, leat_error *err)
{
    char *near = leat__file_suggest(path), *hint = NULL;
    if (near && asprintf(&hint, "did you mean %s?", near) < 0)
        hint = NULL;
    leat__build_problem(b, LEAT_EBUILD, path, 0, hint, "no such file %s", path);
    free(near);
    free(hint);
    return leat__fail(err, LEAT_EBUILD, "no such file %s", path);
}

static int bad_path(struct leat__build *b, const char *path, leat_error *err)
{
    leat__build_problem(b, LEAT_EBUILD, path, 0, NULL, "a source's path cannot have a line break");
    return leat__fail(err, LEAT_EBUILD, "%s: a source's path cannot have a line break", path);
}

static int read_source(struct leat__build *b, struct leat__compiled *u, char **out_text, size_t *out_len,
                       leat_error *err)
{
    const char *path = u->given->path;
    leat_error why = { 0 };
    if (strpbrk(path, "\n\r"))     /* a dependency file has no way to write it */
        return bad_path(b, path, err);
    if (stat(path, &u->before) < 0 && errno == ENOENT)
        return missing(b, path, err);
    int code = leat__file_read(u->operand, MOST, out_text, out_len, &why);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code) {
        leat__build_problem(b, LEAT_EBUILD, path, 0, NULL, "%s", why.message);
        return leat__fail(err, LEAT_EBUILD, "%s", why.message);
    }
    return 0;
}

static void begin_trail(struct leat__build *b, struct leat__compiled *u, const char *text, size_t len)
{
    struct leat__hasher h;
    leat__digest_begin(&h, "object");
    leat__digest_add(&h, &b->tools, sizeof b->tools);
    leat__digest_text(&h, b->cwd);
    leat__digest_text(&h, b->include);
    leat__digest_text(&h, u->operand);
    leat__digest_list(&h, our_flags);
    leat__digest_list(&h, c_flags);
    leat__digest_list(&h, u->directive.compile.item);
    leat__digest_list(&h, b->cc->cflags);
    leat__digest_list(&h, u->given->cflags);
    if (leat__flags_native(u->given->cflags))
        leat__tool_cpu(&h);
    leat__digest_add(&h, text, len);
    u->trail.at = leat__digest_end(&h);
}

/* The end of a trail holds the object's size and what the compiler wrote. */
static int look_up(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    char *end = NULL;
    size_t len = 0;
    int code = leat__trail_follow(&u->trail, &b->cache, &end, &len, err);
    if (code == LEAT_ENOTFOUND)
        return 0;
    if (code)
        return code;
    size_t head = strcspn(end, "\n");
    u->made = leat__cache_size(&b->cache, &u->trail.at, ".o") == strtoll(end, NULL, 10);
    if (u->made && head < len)
        leat__build_output(b, end + head + 1, len - head - 1);
    free(end);
    if (!u->made) {     /* half an entry: somebody cleaned up, or the machine stopped */
        leat__cache_drop(&b->cache, &u->trail.at, ".o");
        leat__trail_drop(&u->trail, &b->cache);
    }
    u->object = leat__cache_path(&b->cache, &u->trail.at, ".o");
    return u->object ? 0 : leat__fail_memory(err);
}

int leat__compiled_prepare(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    char *text = NULL;
    size_t len = 0;
    if (!(u->operand = leat__build_operand(b, u->given->path)))
        return leat__fail_memory(err);
    int code = read_source(b, u, &text, &len, err);
    if (!code)
        code = leat__directive_read(b, u->given->path, text, &u->directive, err);
    if (!code) {
        begin_trail(b, u, text, len);
        code = look_up(b, u, err);
    }
    free(text);
    u->ready = !code;
    return code;
}

static void write_command(struct leat__build *b, struct leat__compiled *u, struct leat__args *args)
{
    leat__args_add(args, b->cc->cc ? b->cc->cc : "cc");
    bool cxx = leat__source_is_cxx(u->given->path);
    leat__args_add_all(args, our_flags);
    leat__args_add_all(args, cxx ? NULL : c_flags);
    if (b->include) {
        leat__args_add(args, "-I");
        leat__args_add(args, b->include);
    }
    leat__args_add_all(args, u->directive.compile.item);
    leat__args_add_all(args, b->cc->cflags);
    leat__args_add_all(args, u->given->cflags);
    leat__args_add(args, "-MD");
    leat__args_add(args, "-MT");
    leat__args_add(args, "object");
    leat__args_add(args, "-MF");
    leat__args_add(args, leat__arena_printf(&b->arena, "%s/depend", u->folder));
    leat__args_add(args, "-c");
    leat__args_add(args, "-o");
    leat__args_add(args, u->result = leat__arena_printf(&b->arena, "%s/object.o", u->folder));
    leat__args_add(args, "-x");
    leat__args_add(args, cxx ? "c++" : "c");
    leat__args_add(args, u->operand);
}

int leat__compiled_start(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    struct leat__args args = { 0 };
    int code = leat__cache_job(&b->cache, &u->folder, err);
    if (code)
        return code;
    write_command(b, u, &args);
    clock_gettime(CLOCK_REALTIME_COARSE, &u->began);
    struct leat__spawn s = { .program = b->compiler, .argv = args.item, .tmpdir = u->folder, .together = true };
    code = args.failed ? leat__fail_memory(err) : leat__spawn_start(&u->child, &s, err);
    leat__args_fini(&args);
    return code;
}

/* The line of the compiler's first error about this file; 0: it named none. */
static int error_line(const char *output, const char *path)
{
    size_t n = strlen(path);
    for (const char *at = output; at && *at; at = strchr(at, '\n'), at += at ? 1 : 0) {
        const char *message = strstr(at, "error:"), *end = strchr(at, '\n');
        if (!strncmp(at, path, n) && at[n] == ':' && message && (!end || message < end))
            return atoi(at + n + 1);
    }
    return 0;
}

/* An object, or what compilers write in its stead for the linker (-flto).
 * LEAT_ENOTFOUND: neither, or only a part of it. */
static int check_object(const char *path, leat_error *err)
{
    char *data;
    size_t len;
    int code = access(path, F_OK) < 0 ? LEAT_ENOTFOUND : leat__file_read(path, SIZE_MAX / 2, &data, &len, err);
    if (code)
        return code;
    bool bitcode = len >= 4 && !memcmp(data, "BC\xc0\xde", 4);
    code = bitcode || leat__object_is_whole(data, len) ? 0 : LEAT_ENOTFOUND;
    free(data);
    return code;
}

/* The compiler is content, but there is nothing to link. */
static int gave_no_object(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    const char *path = u->given->path, *name = b->cc->cc ? b->cc->cc : "cc";
    bool flags = (b->cc->cflags && *b->cc->cflags) || (u->given->cflags && *u->given->cflags);
    leat__build_output(b, u->child.output.data, u->child.output.len);
    leat__build_problem(b, LEAT_EBUILD, path, 0,
                        flags ? "flags like -S, -E, -M, -fsyntax-only, that stop before an object, cannot be given" : NULL,
                        "%s: the compiler %s gave no object", path, name);
    return leat__fail(err, LEAT_EBUILD, "%s: the compiler %s gave no object", path, name);
}

static int does_not_compile(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    const char *path = u->given->path, *output = u->child.output.data ? u->child.output.data : "";
    leat__build_output(b, output, u->child.output.len);
    if (u->child.signal)
        leat__build_problem(b, LEAT_EBUILD, path, 0, NULL, "%s does not compile: %s was ended by signal %d",
                            path, b->compiler, u->child.signal);
    else
        leat__build_problem(b, LEAT_EBUILD, path, error_line(output, u->operand), NULL, "%s does not compile", path);
    return leat__fail(err, LEAT_EBUILD, "%s does not compile", path);
}

static bool later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec >= b->tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Nothing the compiler read was written since it began. */
static bool still(const struct leat__compiled *u, char *const *paths, size_t n)
{
    struct stat now;
    if (stat(u->operand, &now) < 0 || !same_file(&u->before, &now))
        return false;
    for (size_t i = 1; i < n; i++)
        if (stat(paths[i], &now) < 0 || later(&now.st_mtim, &u->began))
            return false;
    return true;
}

static int publish(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    struct leat__text end = { 0 };
    struct stat st;
    int code = leat__cache_publish_file(&b->cache, &u->trail.at, ".o", u->result, err);
    if (!code && stat(u->result, &st) < 0)
        code = leat__fail_errno(err, "cannot read %s", u->result);
    if (!code) {
        leat__text_printf(&end, "%lld\n", (long long)st.st_size);
        leat__text_addn(&end, u->child.output.data ? u->child.output.data : "", u->child.output.len);
        code = end.failed ? leat__fail_memory(err)
                          : leat__trail_end(&u->trail, &b->cache, end.data, end.len, err);
    }
    leat__text_fini(&end);
    return code;
}

/* The folders of a compilation's headers, in the order it searches them. Leat's own
 * is left out: nobody else writes there. */
static void add_folders(struct leat__build *b, struct leat__compiled *u, struct leat__shadow *s)
{
    const char *slash = strrchr(u->operand, '/');
    size_t n = slash ? (size_t)(slash - u->operand) : 0;
    leat__shadow_add_folder(s, leat__arena_strndup(&b->arena, u->operand, n));
    leat__shadow_add_flags(s, u->directive.compile.item);
    leat__shadow_add_flags(s, b->cc->cflags);
    leat__shadow_add_flags(s, u->given->cflags);
    leat__shadow_add_list(s, secure_getenv("CPATH"));
}

/* Files that were read, and names that would have been read in their stead. */
static int extend(struct leat__build *b, struct leat__compiled *u, char **paths, size_t n, leat_error *err)
{
    struct leat__shadow s = { .arena = &b->arena };
    struct leat__args all = { 0 };
    add_folders(b, u, &s);
    for (size_t i = 0; i < n; i++)
        leat__args_add(&all, paths[i]);
    for (size_t i = 0; i < n; i++)
        leat__shadow_of(&s, paths[i], &all);
    int code = all.failed || s.folders.failed ? leat__fail_memory(err) :
               leat__trail_extend(&u->trail, &b->cache, (char *const *)all.item, all.count, err);
    leat__args_fini(&all);
    leat__shadow_fini(&s);
    return code;
}

/* The dependency file tells the rest of the trail. */
static int settle(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    char *text = NULL, **paths = NULL;
    size_t len, n = 0;
    const char *rule = leat__arena_printf(&b->arena, "%s/depend", u->folder);
    int code = rule ? leat__file_read(rule, MOST, &text, &len, err) : leat__fail_memory(err);
    if (!code)
        code = leat__depend_parse(&b->arena, text, &paths, &n, err);
    free(text);
    if (code)
        return code;
    if (!still(u, paths, n))
        return LEAT_EBUSY;
    code = extend(b, u, paths + (n > 0), n - (n > 0), err);
    if (!code)
        code = publish(b, u, err);
    if (code && code != LEAT_EBUSY)
        return code;
    u->made = true;
    free(u->object);
    u->object = leat__cache_path(&b->cache, &u->trail.at, ".o");
    return u->object ? 0 : leat__fail_memory(err);
}

int leat__compiled_finish(struct leat__build *b, struct leat__compiled *u, leat_error *err)
{
    int code = leat__spawn_wait(&u->child, err);
    if (!code && !leat__child_succeeded(&u->child, u->result))
        code = does_not_compile(b, u, err);
    else if (!code && (code = check_object(u->result, err)) == LEAT_ENOTFOUND)
        code = gave_no_object(b, u, err);
    if (!code)
        code = settle(b, u, err);
    if (!code)
        leat__build_output(b, u->child.output.data, u->child.output.len);
    leat__cache_job_end(u->folder);
    u->folder = NULL;
    return code;
}
