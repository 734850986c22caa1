/* register: functions without debug info, by LEAT_FUNCTION or by prototype.
 * They are loaded as they stand; what is read is their prototype's text. */
#include "module/register.h"
#include "base/error.h"
#include "module/hosts.h"
#include "module/prototype.h"
#include <stdio.h>

struct registering {
    struct leat__module *m;
    struct leat__types types;
    const struct leat__report *report;
    unsigned problems;
};

static void tell(const struct leat__report *report, int code, const char *file, int line, const char *message)
{
    if (report && report->problem)
        report->problem(report->user, code, file, line, message, NULL);
}

/* More than LEAT__REGISTERED_MOST. */
static int too_many(const struct leat__report *report, const char *where, uint64_t n)
{
    leat_error why = { 0 };
    leat__fail(&why, LEAT_EBUILD, "%s: %llu functions are registered, and %d is the most", where, (unsigned long long)n,
               LEAT__REGISTERED_MOST);
    tell(report, LEAT_EBUILD, NULL, 0, why.message);
    return LEAT_EBUILD;
}

static int begin(struct registering *r, struct leat__module *m, size_t n, const char *space,
                 const struct leat__report *report)
{
    *m = (struct leat__module){ .own = true };
    *r = (struct registering){ .m = m, .types = { .arena = &m->record.arena, .space = space }, .report = report };
    if (n > LEAT__REGISTERED_MOST)
        return too_many(report, "entries of LEAT_FUNCTION", n);
    m->record.functions = leat__arena_array(&m->record.arena, n, sizeof *m->record.functions);
    return m->record.functions ? 0 : LEAT_ENOMEM;
}

/* Everything wrong is told; a single problem refuses all. */
static int finish(struct registering *r, int code)
{
    leat__types_fini(&r->types);
    if (!code && r->problems)
        code = LEAT_EBUILD;
    if (code == LEAT_ENOMEM)
        tell(r->report, code, NULL, 0, "out of memory");
    if (code)
        leat__module_fini(r->m);
    return code;
}

/* 1: added, 0: not, the problem was told. */
static int add(struct registering *r, const leat_entry *e)
{
    struct leat__record *record = &r->m->record;
    struct leat__function *f = &record->functions[record->function_count];
    struct leat__head head = { .file = e->file, .line = (int)e->line };
    leat_error err;
    *f = (struct leat__function){ 0 };
    head.call = leat__entry_call(e, &f->fn);
    int code = e->prototype ? leat__prototype_parse(&r->types, e->prototype, e->sizes, &head, f, &err)
                            : leat__fail(&err, LEAT_EBUILD, "a registered function without a prototype");
    if (code == LEAT_ENOMEM)
        return code;
    if (code) {
        r->problems++;
        tell(r->report, code, e->file, (int)e->line, err.message);
        return 0;
    }
    record->function_count++;
    return 1;
}

static int add_entry(struct registering *r, const leat_entry *e)
{
    if (!e || e->kind != 1)     /* 0 is the slot; other kinds are of a later Leat */
        return 0;
    int added = add(r, e);
    return added < 0 ? added : 0;
}

int leat__module_register(struct leat__module *m, const leat_entry *const *from, const leat_entry *const *to,
                          const char *space, const struct leat__report *report)
{
    struct registering r;
    size_t n = from && to > from ? (size_t)(to - from) : 0;
    int code = begin(&r, m, n, space, report);
    for (size_t i = 0; i < n && !code; i++)
        code = add_entry(&r, from[i]);
    m->entries = from;
    m->entry_count = n;
    return finish(&r, code);
}

int leat__module_host(struct leat__module *m, struct leat__hosts *hosts, const struct leat__report *report)
{
    char where[300];
    *m = (struct leat__module){ .own = true, .hosts = leat__hosts_ref(hosts) };
    m->record.functions = hosts->at;
    m->record.function_count = hosts->count;
    for (uint32_t i = 0; i < hosts->wrongs; i++)
        tell(report, LEAT_EBUILD, NULL, 0, hosts->wrong[i]);
    snprintf(where, sizeof where, "functions of the program%s%s", hosts->space ? " in namespace " : "",
             hosts->space ? hosts->space : "");
    int code = hosts->left_out ? too_many(report, where, hosts->count + hosts->left_out)
             : hosts->wrongs ? LEAT_EBUILD : 0;
    if (code)
        leat__module_fini(m);
    return code;
}
