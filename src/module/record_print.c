/* record_print: a record as text, a row a line. Tests compare it, so nothing in
 * it depends on where the record was made but its first line. */
#include "base/escape.h"
#include "base/map.h"
#include "module/record.h"
#include <string.h>

static void print_name(struct leat__text *out, const char *s)
{
    leat__escape(out, s, strlen(s), false);
}

/* "char date[11]", escaped as a whole: names come from the file. */
static void print_declared(struct leat__text *out, const struct leat__type *t, const char *name)
{
    struct leat__text line = { 0 };
    leat__type_declare(&line, t, name);
    print_name(out, line.data ? line.data : "");
    out->failed |= line.failed;
    leat__text_fini(&line);
}

static void print_header(struct leat__text *out, const struct leat__record *r)
{
    const struct leat__record_header *h = &r->header;
    leat__text_printf(out, "record %u", h->version);
    if (h->build_id_size)
        leat__text_add(out, ", build id ");
    for (uint32_t i = 0; i < h->build_id_size; i++)
        leat__text_printf(out, "%02x", h->build_id[i]);
    if (h->nodes_size)
        leat__text_printf(out, ", leat_nodes %u bytes at 0x%llx", h->nodes_size,
                          (unsigned long long)h->nodes_address);
    leat__text_add(out, h->flags & LEAT__RECORD_CXX ? ", C++" : "");
    leat__text_add(out, h->flags & LEAT__RECORD_LIBCXX ? " of LLVM" : "");
    leat__text_addc(out, '\n');
}

static void print_members(struct leat__text *out, const struct leat__type *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        leat__text_add(out, i ? ", " : " { ");
        print_declared(out, m->type, m->name);
        if (m->bits)
            leat__text_printf(out, " : %u @%u.%u", m->bits, m->offset, m->bit);
        else
            leat__text_printf(out, " @%u", m->offset);
    }
    leat__text_add(out, t->count ? " }" : "");
}

static void print_enumerators(struct leat__text *out, const struct leat__type *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        leat__text_add(out, i ? ", " : " { ");
        print_name(out, t->enumerators[i].name);
        leat__text_printf(out, " = %lld", (long long)t->enumerators[i].value);
    }
    leat__text_add(out, t->count ? " }" : "");
}

static void print_type(struct leat__text *out, const struct leat__type *t, uint32_t index)
{
    leat__text_printf(out, "type %u ", index);
    print_declared(out, t, "");
    if (t->kind == LEAT__ENUM)
        print_enumerators(out, t);
    else if (leat__is_record(t))
        print_members(out, t);
    if (t->flags & LEAT__INCOMPLETE)
        leat__text_add(out, ", incomplete");
    if (t->size || !(t->flags & LEAT__INCOMPLETE))
        leat__text_printf(out, ", size %u, align %u", t->size, t->align);
    if (t->alias)
        leat__text_printf(out, ", alias %s", t->alias);
    leat__text_add(out, t->flags & LEAT__CLASS ? ", class" : "");
    leat__text_add(out, t->flags & LEAT__SIGNED ? ", signed" : "");
    leat__text_add(out, t->flags & LEAT__PATH ? ", path" : "");
    leat__text_printf(out, ", hash %016llx\n", (unsigned long long)t->hash);
}

/* The result's declarator goes round "name(parameters)". */
static void print_prototype(struct leat__text *out, const struct leat__function *f)
{
    struct leat__text inner = { 0 };
    leat__text_printf(&inner, "%s(", f->name);
    for (uint32_t i = 0; i < f->head->count; i++) {
        leat__text_add(&inner, i ? ", " : "");
        leat__type_declare(&inner, leat__param_type(f, i), leat__param_name(f, i));
    }
    leat__text_add(&inner, f->head->count ? ")" : "void)");
    const char *whole = f->head->variable ? f->name : inner.data ? inner.data : "";
    if (f->head->result) {
        print_declared(out, f->head->result, whole);
    } else {
        leat__text_add(out, "void ");
        print_name(out, whole);
    }
    out->failed |= inner.failed;
    leat__text_fini(&inner);
}

static void print_function(struct leat__text *out, const struct leat__function *f,
                           uint32_t signature)
{
    leat__text_add(out, f->head->variable ? "variable " : "function ");
    print_name(out, f->head->file);
    leat__text_printf(out, ":%d ", (int)f->head->line);
    print_prototype(out, f);
    if (signature != LEAT__NONE)
        leat__text_printf(out, ", signature %u", signature);
    else if (!f->head->variable && !leat__function_refused(f))
        leat__text_add(out, ", own call");
    if (leat__function_refused(f)) {
        leat__text_add(out, ", refused ");
        leat__escape_json(out, leat__function_refused(f), strlen(leat__function_refused(f)));
    }
    if (*leat__function_doc(f)) {
        leat__text_add(out, ", doc ");
        leat__escape_json(out, leat__function_doc(f), strlen(leat__function_doc(f)));
    }
    leat__text_addc(out, '\n');
}

static void print_note(struct leat__text *out, const struct leat__note *n)
{
    leat__text_add(out, "note ");
    print_name(out, n->file ? n->file : "");
    leat__text_printf(out, ":%d ", (int)n->line);
    print_name(out, n->kind);
    leat__text_addc(out, ' ');
    leat__escape_json(out, n->text, strlen(n->text));
    leat__text_addc(out, '\n');
}

void leat__record_print(struct leat__text *out, const struct leat__record *r)
{
    print_header(out, r);
    for (uint32_t i = 0; i < r->type_count; i++)
        print_type(out, &r->types[i], i);
    for (uint32_t i = 0; i < r->function_count; i++)
        print_function(out, &r->functions[i], r->signatures[i]);
    for (uint32_t i = 0; i < r->note_count; i++)
        print_note(out, &r->notes[i]);
}
