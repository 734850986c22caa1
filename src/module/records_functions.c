/* records_functions: the walk over the units and the rows of what it finds.
 *
 * The symbol table says what is exported, debug info what that looks like: a
 * DIE counts if an exported symbol has exactly its name, whether or not it has
 * code (folded and inlined functions have none). What stands in no C type or
 * cannot be called as C is refused here, with the reason. */
#include "module/records_functions.h"
#include "base/error.h"
#include "module/record_check.h"
#include "module/records_drafts.h"
#include <stdlib.h>
#include <string.h>

struct param { const char *name; uint32_t type; };
struct found {
    const char *name;
    struct leat__file *file;
    int line;
    uint32_t result, first, count, unit;
    bool none;                      /* no result: void                        */
    uint8_t language, variable;
    const char *refused;
};

struct walk {
    struct leat__elf *image;
    struct leat__files *files;
    struct leat__drafts types;
    struct leat__map seen;          /* names met, ours or not                 */
    struct found *found;
    struct param *params;
    uint32_t count, cap, param_count, param_cap;
    struct leat__arena arena;
    bool failed;                    /* memory ran out                         */
    /* the unit being walked */
    struct leat__unit unit;
    uint32_t unit_number;
    uint8_t language;
    bool typed;                     /* it has types: -g1 has none             */
    bool *typed_units;              /* by number                              */
    uint32_t typed_cap;
    uint32_t bare;                  /* functions that -g1 left without types  */
};

static bool grow(struct walk *w, void **rows, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    uint32_t next = *cap ? *cap * 2 : 64;
    void *p = realloc(*rows, next * size);
    if (!p)
        return w->failed = true, false;
    *rows = p;
    *cap = next;
    return true;
}

static unsigned language_of(Dwarf_Die *unit)
{
    switch (dwarf_srclang(unit)) {
    case DW_LANG_C: case DW_LANG_C89: case DW_LANG_C99: case DW_LANG_C11: case 0x2c /* C17 */:
        return LEAT__OF_C;
    case DW_LANG_C_plus_plus: case DW_LANG_C_plus_plus_03: case DW_LANG_C_plus_plus_11:
    case DW_LANG_C_plus_plus_14: case 0x2a /* C++17 */: case 0x2b /* C++20 */:
        return LEAT__OF_CXX;
    case DW_LANG_Rust:
        return LEAT__OF_RUST;
    case DW_LANG_Fortran77: case DW_LANG_Fortran90: case DW_LANG_Fortran95: case DW_LANG_Fortran03:
    case DW_LANG_Fortran08: case 0x2d /* Fortran 2018 */:
        return LEAT__OF_FORTRAN;
    default:
        return LEAT__OF_OTHER;
    }
}

/* --- a DIE and where it comes from --- */

/* A definition, and the DIE that has its parameters: for code that was inlined
 * or cloned the one it was made from. declared: an earlier declaration. */
struct subject { struct leat__die own, whole, declared; bool has_declared; };

static void read_subject(struct subject *s, Dwarf_Die *die)
{
    Dwarf_Die next;
    leat__die_read(&s->own, die);
    s->whole = s->own;
    for (unsigned i = 0; i < 8 && leat__die_refers(&s->whole, LEAT__AT_ORIGIN, &next); i++)
        leat__die_read(&s->whole, &next);
    s->has_declared = leat__die_refers(&s->whole, LEAT__AT_SPECIFICATION, &next);
    if (s->has_declared)
        leat__die_read(&s->declared, &next);
}

/* The DIE that has an attribute: the definition before its declaration. */
static struct leat__die *holder(struct subject *s, enum leat__attribute which)
{
    return s->has_declared && !leat__die_has(&s->whole, which) ? &s->declared : &s->whole;
}

/* What the linker calls it. */
static const char *symbol_name(struct subject *s)
{
    static const enum leat__attribute where[] = { LEAT__AT_LINKAGE, LEAT__AT_MIPS_LINKAGE, LEAT__AT_NAME };
    for (unsigned i = 0; i < 3; i++) {
        const char *name = leat__die_text(holder(s, where[i]), where[i]);
        if (name)
            return name;
    }
    return NULL;
}

static bool is_definition(struct subject *s)
{
    return !leat__die_flag(&s->own, LEAT__AT_DECLARATION) && !leat__die_flag(&s->whole, LEAT__AT_DECLARATION) &&
           leat__die_flag(holder(s, LEAT__AT_EXTERNAL), LEAT__AT_EXTERNAL);
}

/* --- finding --- */

/* NULL: not exported, met before, or of another's sources. */
static struct found *add_found(struct walk *w, struct subject *s, const char *name)
{
    uint32_t *seen;
    if (leat__map_put(&w->seen, name, &seen) < 0)
        return w->failed = true, NULL;
    if (*seen != LEAT__NONE || !grow(w, (void **)&w->found, w->count, &w->cap, sizeof *w->found))
        return NULL;
    *seen = 1;
    struct leat__die *at = holder(s, LEAT__AT_FILE);
    struct leat__file *file = leat__files_of(w->files, &w->unit, at);
    if (file ? !file->own : w->files->sources.count)
        return NULL;
    uint64_t line = leat__die_number(holder(s, LEAT__AT_LINE), LEAT__AT_LINE, 0);
    struct found *f = &w->found[w->count++];
    *f = (struct found){ .name = name, .file = file, .line = line <= INT32_MAX ? (int)line : 0,
        .first = w->param_count, .unit = s->whole.die.cu == w->unit.die.cu ? w->unit_number : UINT32_MAX,
        .language = w->language };
    return f;
}

static const char *add_params(struct walk *w, struct found *f, struct subject *s)
{
    const char *refused = NULL;
    Dwarf_Die child;
    struct leat__die p;
    if (dwarf_child(&s->whole.die, &child) != 0)
        return NULL;
    do {
        int tag = leat__die_tag(&child);
        if (tag == DW_TAG_unspecified_parameters)
            return "it takes a variable number of arguments";
        if (tag != DW_TAG_formal_parameter ||
            !grow(w, (void **)&w->params, w->param_count, &w->param_cap, sizeof *w->params))
            continue;
        leat__die_read(&p, &child);
        const char *name = leat__drafts_name(&w->types, leat__die_text(&p, LEAT__AT_NAME));
        uint32_t type = leat__drafts_of(&w->types, &p, f->language, NULL);
        w->params[w->param_count++] = (struct param){ name, type };
        f->count++;
        if (!*name && !refused)
            refused = leat__arena_printf(&w->arena, "its parameter %u has no name", f->count);
    } while (dwarf_siblingof(&child, &child) == 0);
    return refused;
}

static void visit_function(struct walk *w, Dwarf_Die *die)
{
    struct subject s;
    read_subject(&s, die);
    const char *name = symbol_name(&s);
    if (!name || leat__map_get(&w->image->names, name) != 0 || !is_definition(&s))
        return;
    struct found *f = add_found(w, &s, name);
    if (!f)
        return;
    if (s.whole.die.cu != w->unit.die.cu) {
        Dwarf_Die unit;
        f->language = dwarf_cu_die(s.whole.die.cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL) ?
                      (uint8_t)language_of(&unit) : LEAT__OF_OTHER;
    }
    struct leat__die *typed = holder(&s, LEAT__AT_TYPE);
    f->none = !leat__die_has(typed, LEAT__AT_TYPE);
    f->result = leat__drafts_of(&w->types, typed, f->language, NULL);
    f->none |= !f->result;
    f->refused = add_params(w, f, &s);
    if (f->language == LEAT__OF_FORTRAN)
        f->refused = "Fortran passes by reference what looks like a value";
    else if (f->language == LEAT__OF_C && !leat__die_flag(holder(&s, LEAT__AT_PROTOTYPED), LEAT__AT_PROTOTYPED))
        f->refused = "it has no prototype: write its parameters' types between the brackets, (void) for none";
}

static bool is_default(const char *name)
{
    size_t n = strlen(name);
    return n > 9 && !strcmp(name + n - 9, "__default");
}

static void visit_variable(struct walk *w, Dwarf_Die *die)
{
    struct subject s;
    bool is_const;
    read_subject(&s, die);
    const char *name = symbol_name(&s);
    if (!name || !is_default(name) || leat__map_get(&w->image->names, name) != 1 || !is_definition(&s))
        return;
    struct found *f = add_found(w, &s, name);
    if (!f)
        return;
    f->variable = 1;
    f->result = leat__drafts_of(&w->types, holder(&s, LEAT__AT_TYPE), f->language, &is_const);
    if (!is_const)
        f->refused = "it is a variable: declare it const";
}

/* --- walking --- */

static void visit_children(struct walk *w, Dwarf_Die *die, unsigned depth)
{
    Dwarf_Die child;
    if (dwarf_child(die, &child) != 0)
        return;
    do {
        switch (leat__die_tag(&child)) {
        case DW_TAG_subprogram:
            visit_function(w, &child);
            break;
        case DW_TAG_variable:
            visit_variable(w, &child);
            break;
        case DW_TAG_namespace: case DW_TAG_module:
            if (depth < 32)
                visit_children(w, &child, depth + 1);
            break;
        case DW_TAG_base_type: case DW_TAG_pointer_type: case DW_TAG_structure_type: case DW_TAG_typedef:
        case DW_TAG_enumeration_type: case DW_TAG_imported_unit: case DW_TAG_const_type:
            w->typed = true;
            break;
        default:
            break;
        }
    } while (!w->failed && dwarf_siblingof(&child, &child) == 0);
}

static void visit_unit(struct walk *w, Dwarf_Die *die, Dwarf_Die *split)
{
    bool is_split = split->addr != NULL;
    w->unit = (struct leat__unit){ .die = is_split ? *split : *die };
    if (is_split)
        w->unit.skeleton = *die;
    w->language = (uint8_t)language_of(&w->unit.die);
    w->typed = false;
    visit_children(w, &w->unit.die, 0);
    if (grow(w, (void **)&w->typed_units, w->unit_number, &w->typed_cap, sizeof *w->typed_units))
        w->typed_units[w->unit_number++] = w->typed;
}

static void visit_units(struct walk *w)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die, split;
    uint8_t type;
    while (!w->failed) {
        memset(&split, 0, sizeof split);
        if (dwarf_get_units(w->image->dwarf, unit, &unit, NULL, &type, &die, &split) != 0)
            return;
        if (type != DW_UT_type && type != DW_UT_split_type)
            visit_unit(w, &die, type == DW_UT_skeleton ? &split : &(Dwarf_Die){ 0 });
    }
}

/* --- what is refused --- */

static const char *unfit_value(struct walk *w, const char *what, const char *name, const struct leat__type *t)
{
    const char *why = leat__record_unfit(t);
    const char *space = *name ? " " : "";
    if (!why)
        return NULL;
    const char *text = !strcmp(why, "incomplete") ?
        leat__arena_printf(&w->arena, "%s%s%s is of an incomplete type", what, space, name) :
        leat__arena_printf(&w->arena, "%s%s%s is or holds %s, which cannot be passed between nodes",
                           what, space, name, why);
    w->failed |= !text;
    return text;
}

/* The first reason; NULL: it can be a node. */
static const char *refusal(struct walk *w, struct found *f)
{
    if (f->unit != UINT32_MAX && !w->typed_units[f->unit] && f->language != LEAT__OF_CXX && !f->variable &&
        (f->language != LEAT__OF_C || f->refused)) {
        w->bare++;
        return "its debug info has no types: compile with -g, not -g1";
    }
    const struct leat__type *result = f->none ? NULL : leat__drafts_get(&w->types, f->result);
    if (f->refused || (f->variable && result->kind == LEAT__ARRAY))
        return f->refused;
    const char *why = result ? unfit_value(w, f->variable ? "its value" : "its result", "", result) : NULL;
    for (uint32_t i = 0; !why && i < f->count; i++) {
        const struct param *p = &w->params[f->first + i];
        why = unfit_value(w, "parameter", p->name, leat__drafts_get(&w->types, p->type));
    }
    return why;
}

/* --- rows --- */

static const char *file_name(const struct found *f)
{
    return f->file ? f->file->name : "";
}

static int by_place(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    int order = strcmp(file_name(x), file_name(y));
    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->name, y->name);
}

static void add_row(struct walk *w, struct found *f, struct leat__record_writer *out)
{
    struct leat__record_function row = { .name = leat__record_string(out, f->name),
        .file = leat__record_string(out, file_name(f)), .line = f->line, .count = f->count,
        .variable = f->variable, .result = LEAT__NONE };
    const char *refused = refusal(w, f);
    row.refused = leat__record_string(out, refused);
    row.doc = f->file ? leat__record_string(out, leat__files_comment(w->files, f->file, f->line, f->name)) : 0;
    if (!f->none)
        row.result = leat__drafts_row(&w->types, f->result, out);
    for (uint32_t i = 0; i < f->count; i++) {
        const struct param *p = &w->params[f->first + i];
        struct leat__record_param param = { leat__record_string(out, p->name), leat__drafts_row(&w->types, p->type, out) };
        uint32_t at = leat__record_add_param(out, &param);
        row.first = i ? row.first : at;
    }
    leat__record_add_function(out, &row);
}

static int add_rows(struct walk *w, struct leat__record_writer *out, leat_error *err)
{
    if (w->failed || w->types.failed)
        return leat__fail_memory(err);
    int code = leat__drafts_seal(&w->types);
    if (code < 0)
        return code == LEAT_ENOMEM ? leat__fail_memory(err) :
               leat__fail(err, LEAT_EBUILD, "its debug info is damaged: types contain themselves");
    if (w->count)
        qsort(w->found, w->count, sizeof *w->found, by_place);
    for (uint32_t i = 0; i < w->count; i++)
        add_row(w, &w->found[i], out);
    if (w->failed)
        return leat__fail_memory(err);
    if (w->count && w->bare == w->count)
        return leat__fail(err, LEAT_EBUILD, "its debug info has functions without types (compile with -g, not -g1)");
    return 0;
}

int leat__functions_add(struct leat__record_writer *out, struct leat__elf *image, struct leat__files *files,
                        leat_error *err)
{
    struct walk w = { .image = image, .files = files };
    if (!image->dwarf)
        return image->functions ? leat__fail(err, LEAT_EBUILD, "%s", image->why) : 0;
    visit_units(&w);
    int code = 0;
    if (!w.seen.count && image->functions && !w.failed)
        code = leat__fail(err, LEAT_EBUILD, "no debug info for its functions (compile with -g)");
    else
        code = add_rows(&w, out, err);
    leat__drafts_fini(&w.types);
    leat__map_fini(&w.seen);
    leat__arena_fini(&w.arena);
    free(w.found);
    free(w.params);
    free(w.typed_units);
    return code;
}
