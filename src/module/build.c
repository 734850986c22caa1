/* build: see build.h. */
#include "module/build.h"
#include "base/error.h"
#include "base/escape.h"
#include "module/tools.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool leat__flags_native(const char *const *flags)
{
    for (; flags && *flags; flags++)
        if (!strncmp(*flags, "-m", 2) && strstr(*flags, "=native"))
            return true;
    return false;
}

static void identify(struct leat__build *b)
{
    struct leat__hasher h;
    leat__digest_begin(&h, "tools");
    leat__digest_text(&h, LEAT__VERSION);
    leat__digest_text(&h, b->cc->cc);       /* argv[0] can change what a driver does */
    leat__tool_identify(&h, b->compiler);
    leat__tool_environment(&h);
    if (leat__flags_native(b->cc->cflags))
        leat__tool_cpu(&h);
    b->tools = leat__digest_end(&h);
}

int leat__build_init(struct leat__build *b, const struct leat__compiler *cc,
                     const struct leat__report *report, leat_error *err)
{
    static const struct leat__compiler none;
    *b = (struct leat__build){ .cache = { -1, NULL }, .cc = cc ? cc : &none, .report = report };
    int code = leat__cache_open(&b->cache, err);
    if (!code)
        code = leat__tool_compiler(b->cc->cc, &b->compiler, err);
    if (code)
        return code;
    b->cwd = getcwd(NULL, 0);
    code = leat__tool_include(&b->include);
    if (code == LEAT_ENOMEM)
        return leat__fail_memory(err);
    identify(b);
    return 0;
}

void leat__build_fini(struct leat__build *b)
{
    leat__cache_close(&b->cache);
    free(b->compiler);
    free(b->include);
    free(b->cwd);
    leat__arena_fini(&b->arena);
}

int leat__build_problem(struct leat__build *b, int code, const char *file, int line, const char *hint,
                        const char *message, ...)
{
    leat_error text;
    va_list args;
    va_start(args, message);
    vsnprintf(text.message, sizeof text.message, message, args);
    va_end(args);
    leat__escape_in_place(text.message, sizeof text.message);
    b->problems++;
    if (b->report && b->report->problem)
        b->report->problem(b->report->user, code, file, line, text.message, hint);
    return code;
}

void leat__build_output(struct leat__build *b, const char *text, size_t len)
{
    if (len && b->report && b->report->output)
        leat__escape(b->report->output, text, len, true);
}

const char *leat__build_operand(struct leat__build *b, const char *path)
{
    return *path == '-' || *path == '@' ? leat__arena_printf(&b->arena, "./%s", path) : path;
}
