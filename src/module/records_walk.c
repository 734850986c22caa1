/* records_walk: see records_walk.h. */
#include "module/records_cxx.h"
#include "module/records_fortran.h"
#include <stdlib.h>
#include <string.h>

static bool grow(struct leat__walk *w, void **rows, uint32_t count, uint32_t *cap, size_t size)
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
    static const enum leat__attribute where[] = {
        LEAT__AT_LINKAGE, LEAT__AT_MIPS_LINKAGE, LEAT__AT_NAME };
    for (unsigned i = 0; i < 3; i++) {
        const char *name = leat__die_text(holder(s, where[i]), where[i]);
        if (name)
            return name;
    }
    return NULL;
}

static bool is_definition(struct subject *s)
{
    return !leat__die_flag(&s->own, LEAT__AT_DECLARATION) &&
           !leat__die_flag(&s->whole, LEAT__AT_DECLARATION) &&
           leat__die_flag(holder(s, LEAT__AT_EXTERNAL), LEAT__AT_EXTERNAL);
}

/* --- finding --- */

struct leat__found *leat__walk_add(struct leat__walk *w, const char *name)
{
    if (!grow(w, (void **)&w->found, w->count, &w->cap, sizeof *w->found))
        return NULL;
    struct leat__found *f = &w->found[w->count++];
    *f = (struct leat__found){
        .name = name, .first = w->param_count, .none = true, .language = w->language };
    return f;
}

/* NULL: met before, or of another's sources. */
static struct leat__found *add_found(struct leat__walk *w, struct subject *s, const char *name)
{
    uint32_t *seen;
    if (leat__map_put(&w->seen, name, &seen) < 0)
        return w->failed = true, NULL;
    if (*seen != LEAT__NONE)
        return NULL;
    *seen = 1;
    struct leat__file *file = leat__files_of(w->files, &w->unit, holder(s, LEAT__AT_FILE));
    if (file ? !file->own : w->files->sources.count)
        return NULL;
    uint64_t line = leat__die_number(holder(s, LEAT__AT_LINE), LEAT__AT_LINE, 0);
    struct leat__found *f = leat__walk_add(w, name);
    if (!f)
        return NULL;
    f->file = file;
    f->line = line <= INT32_MAX ? (int)line : 0;
    return f;
}

void leat__walk_add_param(struct leat__walk *w, struct leat__found *f, const char *name,
                          uint32_t type)
{
    if (!grow(w, (void **)&w->params, w->param_count, &w->param_cap, sizeof *w->params))
        return;
    w->params[w->param_count++] = (struct leat__found_param){ name, type };
    f->count++;
}

static const char *add_params(struct leat__walk *w, struct leat__found *f, struct subject *s)
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
        if (tag != DW_TAG_formal_parameter)
            continue;
        leat__die_read(&p, &child);
        const char *name = leat__drafts_name(&w->types, leat__die_text(&p, LEAT__AT_NAME));
        leat__walk_add_param(w, f, name, leat__drafts_of(&w->types, &p, f->language, NULL));
        if (!*name && !refused)
            refused = leat__arena_printf(&w->arena, "its parameter %u has no name", f->count);
    } while (dwarf_siblingof(&child, &child) == 0);
    return refused;
}

/* --- registered ones --- */

/* The entry of LEAT_FUNCTION for a function of this file, static or not. */
static struct leat__entry *find_entry(struct leat__walk *w, struct subject *s, const char *name)
{
    uint32_t number = leat__map_get(&w->entries->names, name);
    if (number == LEAT__NONE || leat__die_flag(&s->own, LEAT__AT_DECLARATION))
        return NULL;
    struct leat__file *file = leat__files_of(w->files, &w->unit, holder(s, LEAT__AT_FILE));
    struct leat__entry *entry = &w->entries->entry[number];
    return file && !strcmp(file->name, entry->f.head->file) ? entry : NULL;
}

/* Debug info knows its types better, the entry how its parameters are called. */
static void use_entry(struct leat__walk *w, struct leat__found *f, struct leat__entry *entry,
                      bool exported)
{
    if (f->count != entry->f.head->count)
        return;
    entry->told = true;
    f->own_call = !exported;
    f->refused = leat__function_refused(&entry->f);
    for (uint32_t i = 0; i < f->count; i++)
        w->params[f->first + i].name = leat__param_name(&entry->f, i);
}

static void fill_types(struct leat__walk *w, struct leat__found *f, struct subject *s)
{
    f->result = leat__drafts_of(&w->types, holder(s, LEAT__AT_TYPE), f->language, NULL);
    f->none = !f->result;
    f->refused = add_params(w, f, s);
}

/* Members of classes are nothing anybody would look for. */
static void visit_mangled(struct leat__walk *w, struct subject *s, const char *mangled)
{
    const char *name = leat__die_text(holder(s, LEAT__AT_NAME), LEAT__AT_NAME);
    if (leat__die_flag(&s->own, LEAT__AT_DECLARATION)) {
        leat__cxx_declare(w, mangled);
        return;
    }
    if (!name || (s->has_declared && !leat__cxx_is_declared(w, mangled)) || !is_definition(s) ||
        leat__map_get(&w->image->mangled, mangled) == LEAT__NONE)
        return;
    const char *plain = leat__cxx_plain(w, name);
    struct leat__found *f = plain ? add_found(w, s, mangled) : NULL;
    if (!f)
        return;
    f->name = plain;
    f->mangled = true;
    fill_types(w, f, s);
    f->refused = leat__cxx_refusal(w, mangled, name);
    w->failed |= !f->refused;
}

static void visit_function(struct leat__walk *w, Dwarf_Die *die)
{
    struct subject s;
    read_subject(&s, die);
    const char *name = symbol_name(&s);
    struct leat__entry *entry = name ? find_entry(w, &s, name) : NULL;
    bool exported = name && leat__elf_find(w->image, name, false) != LEAT__NONE &&
                    is_definition(&s);
    struct leat__found *f = exported || entry ? add_found(w, &s, name) : NULL;
    if (!f && name && leat__cxx_is_mangled(name))
        visit_mangled(w, &s, name);
    if (!f)
        return;
    bool own = s.whole.die.cu == w->unit.die.cu;
    if (!own) {
        Dwarf_Die unit;
        f->language = dwarf_cu_die(s.whole.die.cu, &unit, NULL, NULL, NULL, NULL, NULL, NULL) ?
                      (uint8_t)language_of(&unit) : LEAT__OF_OTHER;
    }
    fill_types(w, f, &s);
    if (f->language == LEAT__OF_FORTRAN && !f->refused)
        f->refused = leat__fortran_refusal(w, &s.own.die, leat__die_text(holder(&s, LEAT__AT_NAME), LEAT__AT_NAME),
                                           name);
    else if (f->language == LEAT__OF_C &&
             !leat__die_flag(holder(&s, LEAT__AT_PROTOTYPED), LEAT__AT_PROTOTYPED))
        f->refused = "it has no prototype: write its parameters' types between the brackets, "
                     "(void) for none";
    if (entry)
        use_entry(w, f, entry, exported);
    f->bare = own && f->none && !f->count && f->language != LEAT__OF_CXX &&
        (f->language != LEAT__OF_C || f->refused);
}

static bool is_default(const char *name)
{
    size_t n = strlen(name);
    return n > 9 && !strcmp(name + n - 9, "__default");
}

static void visit_variable(struct leat__walk *w, Dwarf_Die *die)
{
    struct subject s;
    bool is_const;
    read_subject(&s, die);
    const char *name = symbol_name(&s);
    if (!name || !is_default(name) || leat__elf_find(w->image, name, true) == LEAT__NONE ||
        !is_definition(&s))
        return;
    struct leat__found *f = add_found(w, &s, name);
    if (!f)
        return;
    f->variable = 1;
    f->result = leat__drafts_of(&w->types, holder(&s, LEAT__AT_TYPE), f->language, &is_const);
    f->none = f->bare = !f->result;
    if (!is_const)
        f->refused = "it is a variable: declare it const";
}

/* --- walking --- */

static void visit_children(struct leat__walk *w, Dwarf_Die *die, unsigned depth)
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
        case DW_TAG_base_type: case DW_TAG_pointer_type: case DW_TAG_structure_type:
        case DW_TAG_typedef: case DW_TAG_enumeration_type: case DW_TAG_imported_unit: case DW_TAG_const_type:
            w->typed = true;
            break;
        default:
            break;
        }
    } while (!w->failed && dwarf_siblingof(&child, &child) == 0);
}

static void visit_unit(struct leat__walk *w, Dwarf_Die *die, Dwarf_Die *split)
{
    bool is_split = split->addr != NULL;
    w->unit = (struct leat__unit){ .die = is_split ? *split : *die };
    if (is_split)
        w->unit.skeleton = *die;
    w->language = (uint8_t)language_of(&w->unit.die);
    w->image->cxx |= w->language == LEAT__OF_CXX;
    w->typed = false;
    uint32_t first = w->count;
    visit_children(w, &w->unit.die, 0);
    if (w->count > first)
        leat__labels_read(&w->types.labels, &w->unit.die);
    for (uint32_t i = first; w->typed && i < w->count; i++)
        w->found[i].bare = false;
}

/* A skeleton without what was split off; DWARF 4 has no word for it but a name. */
static bool is_lost(Dwarf_Die *die, Dwarf_Die *split, uint8_t type)
{
    return type == DW_UT_skeleton && !split->addr && !dwarf_haschildren(die);
}

void leat__walk_units(struct leat__walk *w)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die, split;
    uint8_t type;
    while (!w->failed) {
        memset(&split, 0, sizeof split);
        if (dwarf_get_units(w->image->dwarf, unit, &unit, NULL, &type, &die, &split) != 0)
            return;
        if (is_lost(&die, &split, type))
            w->lost++;
        else if (type != DW_UT_type && type != DW_UT_split_type)
            visit_unit(w, &die, type == DW_UT_skeleton ? &split : &(Dwarf_Die){ 0 });
    }
}

void leat__walk_fini(struct leat__walk *w)
{
    leat__drafts_fini(&w->types);
    leat__map_fini(&w->seen);
    leat__map_fini(&w->free);
    leat__arena_fini(&w->arena);
    free(w->found);
    free(w->params);
}
