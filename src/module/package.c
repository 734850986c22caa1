/* package: see package.h. Asking pkg-config costs some milliseconds, so its
 * answer is an entry of the build cache, found by name, environment and the
 * .pc file it came from. */
#include "module/package.h"
#include "base/error.h"
#include "module/child.h"
#include "module/tools.h"
#include "module/trail.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Runs pkg-config with two arguments and the name. */
static int ask(struct leat__build *b, const char *program, const char *what, const char *how,
               const char *name, char **out_text, leat_error *err)
{
    const char *argv[6] = { program, what };
    size_t n = 2;
    if (how)
        argv[n++] = how;
    argv[n] = name;
    struct leat__spawn s = { .program = program, .argv = argv, .cpu_s = 20 };
    struct leat__child c;
    int code = leat__spawn_run(&c, &s, err);
    if (!code && c.status != 0) {
        const char *why = c.errors.data ? c.errors.data : "";
        code = leat__fail(err, LEAT_ENOTFOUND, "pkg-config knows no such package: %.*s",
                          (int)strcspn(why, "\n"), why);
    }
    if (!code && !(*out_text = leat__arena_strndup(&b->arena, c.output.data ? c.output.data : "", c.output.len)))
        code = leat__fail_memory(err);
    leat__child_fini(&c);
    return code;
}

/* Words of pkg-config's answer: split at spaces, \ escapes the next one. */
static int split(struct leat__build *b, const char *text, struct leat__directive *out, leat_error *err)
{
    while (*(text += strspn(text, " \t\r\n"))) {
        char *word = leat__arena_alloc(&b->arena, strlen(text) + 1), *to = word;
        if (!word)
            return leat__fail_memory(err);
        for (; *text && !isspace((unsigned char)*text); text++) {
            if (*text == '\\' && text[1])
                text++;
            *to++ = *text;
        }
        *to = 0;
        if (!strncmp(word, "-l", 2) || !strncmp(word, "-L", 2) || !strncmp(word, "-Wl,", 4) || word[0] != '-')
            leat__args_add(&out->link, word);
        else
            leat__args_add(&out->compile, word);
        if (!strcmp(word, "-pthread"))
            leat__args_add(&out->link, word);
    }
    return 0;
}

static int look_up(struct leat__build *b, const char *program, const char *name, struct leat__trail *t,
                   char **out_flags, leat_error *err)
{
    char *folder, *flags, *pc;
    int code = ask(b, program, "--variable=pcfiledir", NULL, name, &folder, err);
    if (!code)
        code = ask(b, program, "--cflags", "--libs", name, &flags, err);
    if (code)
        return code;
    folder[strcspn(folder, "\n")] = 0;
    if (!(pc = leat__arena_printf(&b->arena, "%s/%s.pc", folder, name)))
        return leat__fail_memory(err);
    code = leat__trail_extend(t, &b->cache, &pc, 1, err);
    if (!code)
        code = leat__trail_end(t, &b->cache, flags, strlen(flags), err);
    *out_flags = flags;
    return code == LEAT_EBUSY ? 0 : code;
}

static int find(struct leat__build *b, const char *program, const char *name, struct leat__directive *out,
                leat_error *err)
{
    struct leat__trail t = { 0 };
    struct leat__hasher h;
    char *kept = NULL, *flags;
    size_t len;
    leat__digest_begin(&h, "package");
    leat__digest_add(&h, &b->tools, sizeof b->tools);
    leat__tool_identify(&h, program);
    leat__digest_text(&h, name);
    t.at = leat__digest_end(&h);
    int code = leat__trail_follow(&t, &b->cache, &kept, &len, err);
    flags = kept;
    if (code == LEAT_ENOTFOUND)
        code = look_up(b, program, name, &t, &flags, err);
    if (!code)
        code = split(b, flags, out, err);
    free(kept);
    leat__trail_fini(&t);
    return code;
}

int leat__package_find(struct leat__build *b, const char *name, struct leat__directive *out, leat_error *err)
{
    char *program;
    int code = leat__tool_find("pkg-config", &program);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    if (code)
        return leat__fail(err, LEAT_ENOTFOUND, "there is no pkg-config to ask (install pkgconf)");
    code = find(b, program, name, out, err);
    free(program);
    return code;
}
