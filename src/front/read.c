/* read: opens every module that was added since the last reading, and tells all
 * that is wrong at once. */
#include "base/error.h"
#include "front/builder.h"
#include <stdlib.h>
#include <string.h>

static void report(void *user, int code, const char *file, int line, const char *message, const char *hint)
{
    leat_builder *b = user;
    leat_problem p = { .code = code, .file = file, .line = line, .message = message, .hint = hint };
    leat__problem_copy(&b->problems, &p, false);
}

/* The first of its kind and namespace, which stands for all of them. */
static bool is_first_source(const leat_builder *b, uint32_t i)
{
    for (uint32_t k = b->read_adds; k < i; k++)
        if (b->adds[k].kind == LEAT__ADD_SOURCE && leat__same_space(b->adds[k].space, b->adds[i].space))
            return false;
    return b->adds[i].kind == LEAT__ADD_SOURCE;
}

/* All sources of a namespace make one module; so do all its functions of the program. */
static int read_sources(leat_builder *b, struct leat__module *m, const char *space, const struct leat__report *to)
{
    struct leat__source *sources = calloc(b->add_count, sizeof *sources);
    if (!sources)
        return LEAT_ENOMEM;
    uint32_t n = 0;
    for (uint32_t i = b->read_adds; i < b->add_count; i++)
        if (b->adds[i].kind == LEAT__ADD_SOURCE && leat__same_space(b->adds[i].space, space))
            sources[n++] = (struct leat__source){ b->adds[i].path, (const char *const *)b->adds[i].cflags };
    int code = leat__module_compile(m, sources, n, &b->compiler, to);
    free(sources);
    return code;
}

static int first_error(int code, int next) { return code < 0 ? code : next; }

static uint32_t count_modules(const leat_builder *b)
{
    uint32_t n = 0;
    for (uint32_t i = b->read_adds; i < b->add_count; i++)
        n += b->adds[i].kind != LEAT__ADD_SOURCE || is_first_source(b, i);
    return n + b->host_count;
}

/* Shared objects and entries, then sources, then the host's functions. */
static int read_all(leat_builder *b, struct leat__modules *m, const struct leat__report *to)
{
    uint32_t at = 0;
    int code = 0;
    for (uint32_t i = b->read_adds; i < b->add_count; i++) {
        struct leat__add *a = &b->adds[i];
        if (a->kind == LEAT__ADD_SOURCE)
            continue;
        m->space[at] = a->space;
        if (a->kind == LEAT__ADD_MODULE)
            code = first_error(code, leat__module_open(&m->own[at++], a->path, &b->compiler, to));
        else
            code = first_error(code, leat__module_register(&m->own[at++], a->begin, a->end, a->space, to));
    }
    for (uint32_t i = b->read_adds; i < b->add_count; i++)
        if (is_first_source(b, i)) {
            m->space[at] = b->adds[i].space;
            code = first_error(code, read_sources(b, &m->own[at++], b->adds[i].space, to));
        }
    for (uint32_t i = 0; i < b->host_count; i++, at++) {
        if (leat__hosts_number(&b->hosts[i], m->below + at) < 0)
            return LEAT_ENOMEM;
        m->space[at] = b->hosts[i]->space;
        code = first_error(code, leat__module_host(&m->own[at], b->hosts[i], to));
    }
    return code;
}

/* Functions learn their place, and their full names. Those of the program know them. */
static int number_functions(struct leat__modules *m)
{
    for (uint32_t i = 0; i < m->count - m->below; i++)
        for (uint32_t k = 0; !m->own[i].hosts && k < m->own[i].record.function_count; k++) {
            struct leat__function *f = &m->own[i].record.functions[k];
            f->head->module = m->below + i;
            if (!m->space[i] || f->head->space)
                continue;
            const char *full = leat__arena_printf(&m->own[i].record.arena, "%s.%s", m->space[i], f->name);
            if (!full)
                return LEAT_ENOMEM;
            f->name = full;
            f->head->space = (uint8_t)(strlen(m->space[i]) + 1);
        }
    return 0;
}

bool leat__builder_is_read(const leat_builder *b)
{
    return b->modules && b->read_adds == b->add_count && !(b->lent && b->host_count);
}

int leat__builder_read(leat_builder *b)
{
    struct leat__modules *m = leat__modules_new(count_modules(b), b->modules);
    if (!m)
        return LEAT_ENOMEM;
    struct leat__report to = { report, b, &b->output };
    int code = read_all(b, m, &to);
    if (!code)
        code = number_functions(m);
    if (code < 0) {
        leat__modules_unref(m);
        return code;
    }
    leat__modules_unref(b->modules);
    b->modules = m;
    b->read_adds = b->add_count;
    for (; b->lent && b->host_count; b->host_count--)
        leat__hosts_unref(b->hosts[b->host_count - 1]);
    return 0;
}
