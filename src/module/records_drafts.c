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

/* --- DIEs seen --- */

static uint32_t place_of(const struct leat__drafts *t, const void *die)
{
    uint64_t h = (uintptr_t)die * 0x9fb21c651e98df25u;
    uint32_t at = (uint32_t)(h >> 32) & t->place_mask;
    while (t->places[at].die && t->places[at].die != die)
        at = (at + 1) & t->place_mask;
    return at;
}

/* Drafts outnumber DIEs, so half of the places stay free. */
static bool places_grow(struct leat__drafts *t)
{
    struct leat__drafts old = *t;
    uint32_t n = t->places ? (t->place_mask + 1) * 2 : 1024;
    if (t->places && t->count < n / 4)
        return true;
    t->places = calloc(n, sizeof *t->places);
    if (!t->places) {
        t->places = old.places;
        return t->failed = true, false;
    }
    t->place_mask = n - 1;
    for (uint32_t i = 0; old.places && i <= old.place_mask; i++)
        if (old.places[i].die)
            t->places[place_of(t, old.places[i].die)] = old.places[i];
    free(old.places);
    return true;
}

static void begin(struct leat__drafts *t)
{
    if (t->count)
        return;
    leat__drafts_draft(t, &(struct leat__draft){ .kind = LEAT__VOID, .of = LEAT__NONE });
    leat__drafts_draft(t, &(struct leat__draft){ .kind = LEAT__ODD, .of = LEAT__NONE, .name = leat__missing_type });
}

uint32_t leat__drafts_copy(struct leat__drafts *t, const struct leat__type *type)
{
    begin(t);
    if (type->kind == LEAT__VOID)
        return 0;
    uint32_t of = type->of ? leat__drafts_copy(t, type->of) : LEAT__NONE;
    return leat__drafts_draft(t, &(struct leat__draft){ .kind = type->kind, .flags = type->flags, .name = type->name,
        .typedefed = (uint8_t)type->typedefed, .align = type->align, .size = type->size, .of = of,
        .count = type->of ? type->count : 0, .language = LEAT__OF_C });
}

/* --- from a DIE to its draft --- */

static bool is_wrapper(int tag)
{
    return tag == DW_TAG_typedef || tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
           tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* Through typedefs and qualifiers. The typedef next to the type gives an
 * unnamed one its name. */
enum end { AT_TYPE, AT_VOID, AT_NOTHING };

static enum end strip(struct leat__die *d, Dwarf_Die *out, const char **out_label, bool *out_const)
{
    struct leat__die *at = d, wrapper;
    *out_label = NULL;
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
        if (tag == DW_TAG_const_type)
            *out_const = true;
        if (tag == DW_TAG_typedef)
            *out_label = leat__die_text(&wrapper, LEAT__AT_NAME);
    }
    return AT_NOTHING;
}

uint32_t leat__drafts_of(struct leat__drafts *t, struct leat__die *d, unsigned language, bool *out_const)
{
    Dwarf_Die die;
    const char *label;
    bool is_const;
    begin(t);
    enum end end = strip(d, &die, &label, &is_const);
    if (out_const)
        *out_const = is_const;
    if (end != AT_TYPE || !places_grow(t))
        return end == AT_NOTHING ? MISSING : 0;
    uint32_t at = place_of(t, die.addr);
    if (!t->places[at].die) {
        t->places[at].die = die.addr;
        t->places[at].draft = leat__drafts_draft(t, &(struct leat__draft){
            .die = die, .label = label, .kind = LEAT__ODD, .language = (uint8_t)language, .of = LEAT__NONE });
    }
    return t->places[at].draft;
}

void leat__drafts_fini(struct leat__drafts *t)
{
    free(t->drafts);
    free(t->members);
    free(t->places);
    leat__arena_fini(&t->arena);
    *t = (struct leat__drafts){ 0 };
}
