/* trampoline: see trampoline.h. */
#include "module/trampoline.h"
#include "base/error.h"
#include "base/map.h"
#include "base/file.h"
#include "module/batch.h"
#include "module/catch.h"
#include "module/layout.h"
#include "module/child.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char suffix[] = ".calls.so";
enum { LONGEST = 1 << 18 };     /* text of one call */

static void write_call(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f,
                       bool cxx)
{
    leat__text_add(out, cxx ? "    try { " : "    ");
    if (f->head->result) {
        leat__text_add(out, "*(");
        leat__layout_declare(l, out, f->head->result, "");
        leat__text_add(out, " *)r = ");
    }
    leat__layout_function(l, out, f);
    leat__text_addc(out, '(');
    for (uint32_t i = 0; i < f->head->count; i++) {
        leat__text_add(out, i ? ", *(" : "*(");
        leat__layout_declare(l, out, leat__param_type(f, i), "");
        leat__text_printf(out, " *)a[%u]", i);
    }
    leat__text_add(out, cxx ? "); }\n    catch (...) { leat_caught(); }\n}\n" : ");\n}\n");
}

/* Everything of a call but its name. false: its types cannot be written. */
static bool write_body(struct leat__text *out, const struct leat__function *f, bool cxx)
{
    struct leat__layout l = { .out = out };
    size_t before = out->len;
    bool good = true;
    leat__text_add(out, "(void *f, void *const *a, void *r)\n{\n");
    if (f->head->result)
        good = f->head->result->kind != LEAT__ARRAY && leat__layout_define(&l, f->head->result);
    for (uint32_t i = 0; good && i < f->head->count; i++)
        good = leat__param_type(f, i)->kind != LEAT__ARRAY && leat__layout_define(&l, leat__param_type(f, i));
    if (good)
        write_call(&l, out, f, cxx);
    return good && out->len - before < LONGEST;
}

static bool is_cxx(const struct leat__module *m) { return m->record.header.flags & LEAT__RECORD_CXX; }

/* A module that draws streams has its calls over batches too; what C++ throws is
 * caught call by call. */
static bool has_batches(const struct leat__module *m)
{
    for (uint32_t i = 0; i < m->record.function_count && !is_cxx(m); i++) {
        const struct leat__type *t = m->record.functions[i].head->result;
        if (t && t->kind == LEAT__POINTER && t->of->name && !strcmp(t->of->name, "leat_stream"))
            return true;
    }
    return false;
}

/* Not what brings its own call. */
static bool callable(const struct leat__module *m, uint32_t i)
{
    const struct leat__function *f = &m->record.functions[i];
    return !leat__function_refused(f) && !f->head->variable && m->record.signatures[i] != LEAT__NONE;
}

static int name_call(struct leat__module *m, uint32_t i, struct leat__text *body, leat_error *err)
{
    struct leat__function *f = &m->record.functions[i];
    char hex[LEAT__DIGEST_HEX];
    struct leat__call_name *name = callable(m, i) ? &m->names[m->record.signatures[i]] : NULL;
    if (!name || name->text[0])
        return 0;
    leat__text_clear(body);
    bool good = write_body(body, f, is_cxx(m));
    if (body->failed)
        return leat__fail_memory(err);
    if (!good) {
        f->head->about->refused = "a type of it has a layout that cannot be passed on";
        return 0;
    }
    struct leat__hasher h;
    leat__digest_begin(&h, "call");
    leat__digest_add(&h, body->data, body->len);
    struct leat__digest d = leat__digest_end(&h);
    leat__digest_hex(&d, hex);
    snprintf(name->text, sizeof name->text, "leat_call_%.32s", hex);
    return 0;
}

int leat__calls_name(struct leat__module *m, leat_error *err)
{
    struct leat__text body = { 0 };
    int code = 0;
    m->names = leat__arena_array(&m->record.arena, m->record.signature_count, sizeof *m->names);
    if (!m->names)
        return leat__fail_memory(err);
    for (uint32_t i = 0; i < m->record.function_count && !code; i++)
        code = name_call(m, i, &body, err);
    leat__text_fini(&body);
    return code;
}

static int by_name(const void *a, const void *b)
{
    const struct leat__call_name *const *x = a, *const *y = b;
    return strcmp((*x)->text, (*y)->text);
}

/* The distinct names in order: the same set of calls is the same file. */
static const struct leat__call_name **sorted(const struct leat__module *m, uint32_t *out_count)
{
    const struct leat__call_name **all = calloc(m->record.signature_count + 1, sizeof *all);
    uint32_t n = 0, k = 0;
    for (uint32_t i = 0; all && i < m->record.signature_count; i++)
        if (m->names[i].text[0])
            all[n++] = &m->names[i];
    if (all)
        qsort(all, n, sizeof *all, by_name);
    for (uint32_t i = 0; i < n; i++)
        if (!i || strcmp(all[i]->text, all[k - 1]->text))
            all[k++] = all[i];
    *out_count = k;
    return all;
}

/* The text of every call, in order of the record's functions. */
static bool write_all(const struct leat__module *m, struct leat__text *out)
{
    bool *done = calloc(m->record.signature_count + 1, sizeof *done);
    const char *linkage = is_cxx(m) ? "extern \"C\" " : "";
    leat__text_add(out, "/* Typed calls, generated by Leat. */\n");
    leat__text_add(out, is_cxx(m) ? leat__catch_text : "");
    bool batches = has_batches(m);
    leat__text_add(out, batches ? leat__batch_text : "");
    for (uint32_t i = 0; done && i < m->record.function_count; i++) {
        uint32_t s = m->record.signatures[i];
        if (!callable(m, i) || done[s])
            continue;
        done[s] = true;
        struct leat__text body = { 0 };
        write_body(&body, &m->record.functions[i], is_cxx(m));
        /* two numbers may have one text */
        leat__text_printf(out, "#ifndef %s\n#define %s %s\n%s__attribute__((visibility(\"default\"))) void %s",
                          m->names[s].text, m->names[s].text, m->names[s].text, linkage, m->names[s].text);
        leat__text_addn(out, body.data ? body.data : "", body.len);
        if (batches) {
            leat__text_printf(out, "__attribute__((visibility(\"default\"))) unsigned %s_batch", m->names[s].text);
            leat__batch_write(out, &m->record.functions[i]);
        }
        leat__text_add(out, "#endif\n");
        out->failed |= body.failed;
        leat__text_fini(&body);
    }
    out->failed |= !done;
    free(done);
    return !out->failed;
}

/* Of the user's flags only those that change how calls are made. */
static void add_flags(struct leat__args *args, const char *const *flags)
{
    for (; flags && *flags; flags++)
        if (!strncmp(*flags, "-m", 2) || !strncmp(*flags, "--target=", 9) || !strncmp(*flags, "-stdlib=", 8))
            leat__args_add(args, *flags);
}

/* The library of a C++ module's own exceptions; NULL: it has none. Two runtimes
 * cannot catch what the other one throws. */
static const char *runtime(const struct leat__module *m, const struct leat__build *b)
{
    return m->record.header.flags & LEAT__RECORD_LIBCXX ? "-lc++" :
           is_cxx(m) ? leat__catch_library(b->cc->cflags) : NULL;
}

/* The set's digest: the distinct names, the compiler, the flags. */
static int identify(struct leat__calls *c, const struct leat__module *m, struct leat__build *b, leat_error *err)
{
    struct leat__args flags = { 0 };
    struct leat__hasher h;
    const struct leat__call_name **all = sorted(m, &c->count);
    add_flags(&flags, b->cc->cflags);
    leat__digest_begin(&h, "calls");
    leat__digest_add(&h, &b->tools, sizeof b->tools);
    leat__digest_text(&h, is_cxx(m) ? leat__catch_text : "");
    leat__digest_text(&h, runtime(m, b));
    leat__digest_text(&h, has_batches(m) ? leat__batch_text : "");
    leat__digest_list(&h, flags.item);
    for (uint32_t i = 0; all && i < c->count; i++)
        leat__digest_text(&h, all[i]->text);
    c->digest = leat__digest_end(&h);
    bool failed = !all || flags.failed;
    leat__args_fini(&flags);
    free(all);
    return failed ? leat__fail_memory(err) : 0;
}

/* In C no library is linked: the most a call needs is memcpy, and every process
 * has it. In C++ exceptions need the runtime, and the compiler is told which. */
static int start(struct leat__calls *c, struct leat__build *b, const char *source, const char *runtime,
                 leat_error *err)
{
    static const char *const ours[] = { "-O1", "-fPIC", "-w", "-pipe", "-fno-strict-aliasing",
                                        "-fno-stack-protector", "-fvisibility=hidden", "-shared", NULL };
    static const char *const in_c[] = { "-std=gnu11", "-nostdlib", "-x", "c", NULL };
    static const char *const in_cxx[] = { "-std=gnu++17", "-x", "c++", NULL };
    struct leat__args args = { 0 };
    leat__args_add(&args, b->cc->cc ? b->cc->cc : "cc");
    leat__args_add_all(&args, ours);
    add_flags(&args, b->cc->cflags);
    leat__args_add(&args, "-o");
    leat__args_add(&args, c->result);
    leat__args_add_all(&args, runtime ? in_cxx : in_c);
    if (runtime && !strcmp(runtime, "-lc++"))
        leat__args_add(&args, "-DLEAT_LIBCXX");
    leat__args_add(&args, source);
    if (runtime)
        leat__args_add(&args, runtime);
    struct leat__spawn s = { .program = b->compiler, .argv = args.item, .tmpdir = c->folder, .together = true };
    int code = args.failed ? leat__fail_memory(err) : leat__spawn_start(&c->child, &s, err);
    leat__args_fini(&args);
    return code;
}

int leat__calls_begin(struct leat__calls *c, struct leat__module *m, struct leat__build *b, leat_error *err)
{
    *c = (struct leat__calls){ 0 };
    int code = identify(c, m, b, err);
    if (code || !c->count || leat__cache_has_image(&b->cache, &c->digest, suffix))
        return code;
    code = leat__cache_job(&b->cache, &c->folder, err);
    if (code)
        return code;
    const char *source = leat__arena_printf(&b->arena, "%s/calls.c", c->folder);
    struct leat__text text = { 0 };
    c->result = leat__arena_printf(&b->arena, "%s/calls.so", c->folder);
    code = write_all(m, &text) && source && c->result ? leat__file_write(source, text.data, text.len, err)
                                                      : leat__fail_memory(err);
    leat__text_fini(&text);
    return code ? code : start(c, b, source, runtime(m, b), err);
}

static int finish(struct leat__calls *c, struct leat__module *m, struct leat__build *b, leat_error *err)
{
    int code = leat__spawn_wait(&c->child, err);
    const char *said = c->child.output.data ? c->child.output.data : "it said nothing";
    if (!code && !leat__child_succeeded(&c->child, c->result))
        code = leat__fail(err, LEAT_EBUILD, "the calls of %s do not compile with %s%s: %.400s", m->path, b->compiler,
                          is_cxx(m) ? ", which C++ modules need as a C++ compiler (g++ or clang++)" : "", said);
    return code ? code : leat__cache_publish_image(&b->cache, &c->digest, suffix, c->result, err);
}

int leat__calls_end(struct leat__calls *c, struct leat__module *m, struct leat__build *b, char **out_path,
                    leat_error *err)
{
    int code = c->child.pid ? finish(c, m, b, err) : 0;
    leat__child_fini(&c->child);
    leat__cache_job_end(c->folder);
    c->folder = NULL;
    if (!out_path || code)
        return code;
    *out_path = c->count ? leat__cache_path(&b->cache, &c->digest, suffix) : NULL;
    return c->count && !*out_path ? leat__fail_memory(err) : 0;
}

void leat__calls_drop(const struct leat__calls *c, struct leat__build *b)
{
    leat__cache_drop_image(&b->cache, &c->digest, suffix);
}
