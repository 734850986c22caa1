/* register: functions without debug info, by LEAT_FUNCTION or by prototype.
 * They are loaded as they stand; what is read is their prototype's text. */
#include "module/register.h"
#include "base/error.h"
#include "base/map.h"
#include "module/prototype.h"
#include <stdlib.h>
#include <string.h>

struct registering {
    struct leat__module *m;
    struct leat__types types;
    const struct leat__report *report;
    unsigned problems;
};

static int begin(struct registering *r, struct leat__module *m, size_t n, const struct leat__report *report)
{
    *m = (struct leat__module){ .own = true };
    *r = (struct registering){ .m = m, .types = { .arena = &m->record.arena }, .report = report };
    if (n > LEAT__RECORD_FUNCTIONS)
        return LEAT_EUSAGE;
    m->record.functions = leat__arena_array(&m->record.arena, n, sizeof *m->record.functions);
    m->record.signatures = leat__arena_array(&m->record.arena, n, sizeof *m->record.signatures);
    return m->record.functions && m->record.signatures ? 0 : LEAT_ENOMEM;
}

/* Everything wrong is told; a single problem refuses all. */
static int finish(struct registering *r, int code)
{
    leat__types_fini(&r->types);
    if (!code && r->problems)
        code = LEAT_EBUILD;
    if (code == LEAT_ENOMEM && r->report && r->report->problem)
        r->report->problem(r->report->user, code, NULL, 0, "out of memory", NULL);
    if (code)
        leat__module_fini(r->m);
    return code;
}

/* 1: added, 0: not, the problem was told. */
static int add(struct registering *r, const char *prototype, const char *file, int line, const uint32_t *sizes)
{
    struct leat__record *record = &r->m->record;
    struct leat__function *f = &record->functions[record->function_count];
    leat_error err = { 0 };
    *f = (struct leat__function){ .file = file, .line = line, .doc = "", .index = record->function_count };
    int code = prototype ? leat__prototype_parse(&r->types, prototype, sizes, f, &err)
                         : leat__fail(&err, LEAT_EBUILD, "a registered function without a prototype");
    if (code == LEAT_ENOMEM)
        return code;
    if (code) {
        r->problems++;
        if (r->report && r->report->problem)
            r->report->problem(r->report->user, code, file, line, err.message, NULL);
        return 0;
    }
    record->signatures[record->function_count++] = LEAT__NONE;
    return 1;
}

static int add_entry(struct registering *r, const leat_entry *e)
{
    if (!e || e->kind != 1)     /* 0 is the slot; other kinds are of a later Leat */
        return 0;
    int added = add(r, e->prototype, e->file, (int)e->line, e->sizes);
    if (added > 0) {
        struct leat__function *f = &r->m->record.functions[r->m->record.function_count - 1];
        f->call = leat__entry_call(e, &f->fn);
    }
    return added < 0 ? added : 0;
}

int leat__module_register(struct leat__module *m, const leat_entry *const *from, const leat_entry *const *to,
                          const struct leat__report *report)
{
    struct registering r;
    size_t n = from && to > from ? (size_t)(to - from) : 0;
    int code = begin(&r, m, n, report);
    for (size_t i = 0; i < n && !code; i++)
        code = add_entry(&r, from[i]);
    m->entries = from;
    m->entry_count = n;
    return finish(&r, code);
}

int leat__module_host(struct leat__module *m, const struct leat__host_function *f, size_t n,
                      const struct leat__report *report)
{
    struct registering r;
    int code = begin(&r, m, n, report);
    for (size_t i = 0; i < n && !code; i++) {
        int added = add(&r, f[i].prototype, NULL, 0, NULL);
        code = added < 0 ? added : 0;
        if (added > 0) {
            struct leat__function *last = &m->record.functions[m->record.function_count - 1];
            last->call = f[i].call;
            last->fn = f[i].user;
        }
    }
    return finish(&r, code);
}
