/* records_drafts: the list of drafts, and the way from a DIE to its draft. What
 * a draft says is read in records_fill.c, what is the same in records_same.c. */
#include "module/records_drafts.h"
#include "base/map.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST_CHAIN = 100, LONGEST_NAME = 255, MOST = 4 << 20, MISSING = 1 /* draft 0 is void */ };

static bool grow(struct leat__drafts *t, void **rows, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return true;
    uint32_t next = *cap ? *cap * 2 : 256;
    void *p = next <= MOST ? realloc(*rows, next * size) : NULL;
    if (!p)
        return t->failed = true, false;
    *rows = p;
    *cap = next;
    return true;
}

uint32_t leat__drafts_draft(struct leat__drafts *t, const struct leat__draft *draft)
{
    if (!grow(t, (void **)&t->drafts, t->count, &t->cap, sizeof *t->drafts))
        return 0;
    t->drafts[t->count] = *draft;
    return t->count++;
}

struct leat__draft_member *leat__drafts_member(struct leat__drafts *t)
{
    static struct leat__draft_member lost;
    if (!grow(t, (void **)&t->members, t->member_count, &t->member_cap, sizeof *t->members))
        return &lost;
    t->members[t->member_count] = (struct leat__draft_member){ .name = "" };
    return &t->members[t->member_count++];
}

/* Names of templates can be of any length; a record's cannot. */
const char *leat__drafts_name(struct leat__drafts *t, const char *name)
{
    if (!name)
        return "";
    if (strnlen(name, LONGEST_NAME + 1) <= LONGEST_NAME)
        return name;
    const char *cut = leat__arena_strndup(&t->arena, name, LONGEST_NAME);
    t->failed |= !cut;
    return cut ? cut : "";
}

static void begin(struct leat__drafts *t)
{
    if (t->count)
        return;
    leat__drafts_draft(t, &(struct leat__draft){ .kind = LEAT__VOID, .of = LEAT__NONE });
    leat__drafts_draft(t, &(struct leat__draft){
        .kind = LEAT__ODD, .of = LEAT__NONE, .name = leat__missing_type });
}

uint32_t leat__drafts_copy(struct leat__drafts *t, const struct leat__type *type)
{
    begin(t);
    if (type->kind == LEAT__VOID)
        return 0;
    uint32_t of = type->of ? leat__drafts_copy(t, type->of) : LEAT__NONE;
    return leat__drafts_draft(t, &(struct leat__draft){
        .kind = type->kind, .flags = type->flags, .name = type->name, .alias = type->alias,
        .typedefed = (uint8_t)type->typedefed, .align = type->align, .size = type->size, .of = of,
        .count = type->of ? type->count : 0, .language = LEAT__OF_C });
}

/* --- from a DIE to its draft --- */

static bool is_wrapper(int tag)
{
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
           tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* Through typedefs and qualifiers. */
enum end { AT_TYPE, AT_VOID, AT_NOTHING };

/* *path: the typedef leat_path on the way; what it says is kept. */
static enum end strip(struct leat__die *d, Dwarf_Die *out, bool *out_const, Dwarf_Die *path)
{
    struct leat__die *at = d, wrapper;
    *out_const = false;
    for (unsigned i = 0; i < LONGEST_CHAIN; i++) {
        if (!leat__die_has(at, LEAT__AT_TYPE))
            return AT_VOID;
        if (!leat__die_refers(at, LEAT__AT_TYPE, out))
            return AT_NOTHING;
        int tag = leat__die_tag(out);
        if (!is_wrapper(tag))
            return tag == DW_TAG_unspecified_type ? AT_VOID : AT_TYPE;
        leat__die_read(&wrapper, out);
        at = &wrapper;
        const char *name = tag == DW_TAG_typedef ? leat__die_text(at, LEAT__AT_NAME) : NULL;
        if (name && !strcmp(name, "leat_path"))
            *path = *out;
        if (tag == DW_TAG_const_type)
            *out_const = true;
    }
    return AT_NOTHING;
}

uint32_t leat__drafts_of(struct leat__drafts *t, struct leat__die *d, unsigned language,
                         bool *out_const)
{
    Dwarf_Die die, path = { .addr = NULL };
    bool is_const;
    begin(t);
    enum end end = strip(d, &die, &is_const, &path);
    if (out_const)
        *out_const = is_const;
    if (end != AT_TYPE)
        return end == AT_NOTHING ? MISSING : 0;
    bool is_path = path.addr && leat__die_tag(&die) == DW_TAG_pointer_type;
    struct leat__place *place = leat__places_put(&t->places, is_path ? path.addr : die.addr);
    if (!place)
        return t->failed = true, 0;
    if (place->value == LEAT__NONE)
        place->value = leat__drafts_draft(t, &(struct leat__draft){
            .die = die, .kind = LEAT__ODD, .language = (uint8_t)language, .of = LEAT__NONE,
            .flags = is_path ? LEAT__PATH : 0 });
    return place->value;
}

void leat__drafts_fini(struct leat__drafts *t)
{
    free(t->drafts);
    free(t->members);
    free(t->places.row);
    leat__labels_fini(&t->labels);
    leat__arena_fini(&t->arena);
    *t = (struct leat__drafts){ 0 };
}
