/* read: opens every module that was added, and tells all that is wrong at once. */
#include "base/error.h"
#include "front/builder.h"
#include <stdlib.h>

static void report(void *user, int code, const char *file, int line, const char *message, const char *hint)
{
    leat_builder *b = user;
    leat_problem p = { .code = code, .file = file, .line = line, .message = message, .hint = hint };
    leat__problem_copy(&b->problems, &p, false);
}

/* All sources make one module; so do all host functions. */
static int read_sources(leat_builder *b, struct leat__module *m, uint32_t n, const struct leat__report *to)
{
    struct leat__source *sources = calloc(n, sizeof *sources);
    if (!sources)
        return LEAT_ENOMEM;
    uint32_t at = 0;
    for (uint32_t i = 0; i < b->add_count; i++)
        if (b->adds[i].kind == LEAT__ADD_SOURCE)
            sources[at++] = (struct leat__source){ b->adds[i].path, (const char *const *)b->adds[i].cflags };
    int code = leat__module_compile(m, sources, n, &b->compiler, to);
    free(sources);
    return code;
}

static int first_error(int code, int next) { return code < 0 ? code : next; }

int leat__builder_read(leat_builder *b)
{
    uint32_t sources = 0, others = 0, at = 0;
    for (uint32_t i = 0; i < b->add_count; i++)
        if (b->adds[i].kind == LEAT__ADD_SOURCE)
            sources++;
        else
            others++;
    struct leat__modules *m = leat__modules_new(others + (sources > 0) + (b->host_count > 0));
    if (!m)
        return LEAT_ENOMEM;
    leat__text_clear(&b->output);
    struct leat__report to = { report, b, &b->output };
    int code = 0;
    for (uint32_t i = 0; i < b->add_count; i++) {
        struct leat__add *a = &b->adds[i];
        if (a->kind == LEAT__ADD_MODULE)
            code = first_error(code, leat__module_open(&m->at[at++], a->path, &b->compiler, &to));
        else if (a->kind == LEAT__ADD_ENTRIES)
            code = first_error(code, leat__module_register(&m->at[at++], a->begin, a->end, &to));
    }
    if (sources)
        code = first_error(code, read_sources(b, &m->at[at++], sources, &to));
    if (b->host_count)
        code = first_error(code, leat__module_host(&m->at[at++], b->hosts, b->host_count, &to));
    if (code < 0) {
        leat__modules_unref(m);
        return code;
    }
    for (uint32_t i = 0; i < m->count; i++)
        for (uint32_t k = 0; k < m->at[i].record.function_count; k++) {
            m->at[i].record.functions[k].module = i;
            m->at[i].record.functions[k].index = k;
        }
    b->modules = m;
    return 0;
}
