/* records_same: from drafts to types. Sizes and alignments are worked out, what
 * C could not lay out so becomes LEAT__ODD, and equal types become one.
 *
 * Equality is found as for automata: each type starts as a hash of what it says
 * itself; in each round it takes up the hashes of the types it names, until a
 * round tells no more types apart. So recursive types need no special case, and
 * two structs of one tag that differ anywhere below stay two. */
#include "base/map.h"
#include "module/record_check.h"
#include "module/records_drafts.h"
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 64, MOST_REPAIRS = 64, UNSEEN = 0, OPEN, DONE };

/* --- linking --- */

static bool link_members(struct leat__drafts *t, struct leat__type *type,
                         const struct leat__draft *d)
{
    const struct leat__draft_member *from = t->members + d->first;
    if (d->kind == LEAT__ENUM) {
        struct leat__enumerator *out = leat__arena_array(&t->arena, d->count, sizeof *out);
        for (uint32_t i = 0; out && i < d->count; i++)
            out[i] = (struct leat__enumerator){ from[i].name, from[i].value };
        type->enumerators = out;
        return out;
    }
    struct leat__member *out = leat__arena_array(&t->arena, d->count, sizeof *out);
    for (uint32_t i = 0; out && i < d->count; i++)
        out[i] = (struct leat__member){ from[i].name, &t->types[from[i].type], from[i].offset,
                                        from[i].bits, from[i].bit };
    type->members = out;
    return out;
}

static bool link_types(struct leat__drafts *t)
{
    t->types = leat__arena_array(&t->arena, t->count, sizeof *t->types);
    t->same = leat__arena_array(&t->arena, t->count, sizeof *t->same);
    t->rows = leat__arena_array(&t->arena, t->count, sizeof *t->rows);
    t->claimed = leat__arena_array(&t->arena, t->count, sizeof *t->claimed);
    if (!t->types || !t->same || !t->rows || !t->claimed)
        return false;
    memset(t->rows, 0xff, t->count * sizeof *t->rows);
    for (uint32_t i = 0; i < t->count; i++) {
        const struct leat__draft *d = &t->drafts[i];
        struct leat__type *type = &t->types[i];
        *type = (struct leat__type){
            .kind = d->kind, .flags = d->flags, .align = (uint16_t)d->align,
            .size = d->size, .name = d->name, .count = d->count, .typedefed = d->typedefed,
            .alias = d->kind == LEAT__STRUCT || d->kind == LEAT__UNION ? d->alias : NULL,
            .of = d->of == LEAT__NONE ? NULL : &t->types[d->of] };
        if ((leat__is_record(type) || type->kind == LEAT__ENUM) && !link_members(t, type, d))
            return false;
    }
    return true;
}

/* --- sizes --- */

static void make_odd(struct leat__type *t)
{
    const char *name = t->name && *t->name ? t->name : "a type of no C layout";
    uint32_t size = t->size <= 1 << 30 ? t->size : 0;
    *t = (struct leat__type){ .kind = LEAT__ODD, .name = name, .size = size, .align = 1 };
}

/* An offset or size that is no multiple of it tells of a packed struct. */
static uint32_t at_most(uint32_t align, uint32_t at)
{
    while (align > 1 && at % align)
        align /= 2;
    return align;
}

static void measure(struct leat__drafts *t, uint8_t *state, uint32_t i, unsigned level);

static void measure_array(struct leat__drafts *t, uint8_t *state, struct leat__type *type,
                          unsigned level)
{
    measure(t, state, (uint32_t)(type->of - t->types), level + 1);
    if (type->kind != LEAT__ARRAY)
        return;     /* it was found inside itself */
    uint64_t size = (uint64_t)type->of->size * type->count;
    type->size = size <= UINT32_MAX ? (uint32_t)size : UINT32_MAX;
    type->align = type->of->align;
}

static void measure_record(struct leat__drafts *t, uint8_t *state, struct leat__type *type,
                           unsigned level)
{
    uint32_t align = type->align ? type->align : 1;
    for (uint32_t i = 0; i < type->count; i++) {
        const struct leat__member *m = &type->members[i];
        measure(t, state, (uint32_t)(m->type - t->types), level + 1);
        uint32_t own = at_most(m->type->align ? m->type->align : 1, m->offset);
        align = own > align ? own : align;
    }
    type->align = (uint16_t)at_most(align, type->size);
}

static void measure(struct leat__drafts *t, uint8_t *state, uint32_t i, unsigned level)
{
    struct leat__type *type = &t->types[i];
    if (state[i] == OPEN || level > DEEPEST)
        make_odd(type);
    if (state[i] != UNSEEN)
        return;
    state[i] = OPEN;
    if (type->kind == LEAT__ARRAY) {
        measure_array(t, state, type, level);
    } else if (leat__is_record(type) && !(type->flags & LEAT__INCOMPLETE)) {
        measure_record(t, state, type, level);
    } else if (type->kind == LEAT__ODD) {
        make_odd(type);
    }
    state[i] = DONE;
}

/* --- repairs: the reader's own checks, asked beforehand --- */

static bool repair_types(struct leat__drafts *t)
{
    bool changed = false;
    for (uint32_t i = 0; i < t->count; i++)
        if (leat__record_check_type(&t->types[i])) {
            make_odd(&t->types[i]);
            changed = true;
        }
    return changed;
}

static bool repair_nesting(struct leat__drafts *t)
{
    struct leat__arena scratch = { 0 };
    uint32_t row = 0;
    const char *wrong = leat__record_check_nesting(t->types, t->count, &scratch, &row);
    leat__arena_fini(&scratch);
    if (wrong && row < t->count)
        make_odd(&t->types[row]);
    return wrong;
}

static int repair(struct leat__drafts *t)
{
    for (unsigned i = 0; i < MOST_REPAIRS; i++)
        if (!repair_types(t) && !repair_nesting(t))
            return 0;
    return LEAT_EBUILD;
}

/* --- equal ones --- */

static uint64_t mix(uint64_t h, uint64_t x)
{
    h = (h ^ x) * 0x9fb21c651e98df25u;
    return h ^ h >> 29;
}

static uint64_t mix_name(uint64_t h, const char *s)
{
    for (; s && *s; s++)
        h = (h ^ (unsigned char)*s) * 0x100000001b3u;
    return mix(h, 0x2f);
}

static uint64_t hash_own(const struct leat__type *t)
{
    uint64_t h = mix(mix(mix(1, t->kind << 16 | t->flags << 8 | t->typedefed), t->size),
                     (uint64_t)t->count << 32 | t->align);
    h = mix_name(h, t->name);
    for (uint32_t i = 0; t->kind == LEAT__ENUM && i < t->count; i++)
        h = mix(mix_name(h, t->enumerators[i].name), (uint64_t)t->enumerators[i].value);
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++) {
        const struct leat__member *m = &t->members[i];
        h = mix(mix_name(h, m->name), (uint64_t)m->offset << 32 | (uint32_t)m->bits << 16 | m->bit);
    }
    return h;
}

static uint64_t hash_with_named(const struct leat__drafts *t, const uint64_t *h, uint32_t i)
{
    const struct leat__type *type = &t->types[i];
    uint64_t next = mix(h[i], type->of ? h[type->of - t->types] : 0);
    for (uint32_t k = 0; leat__is_record(type) && k < type->count; k++)
        next = mix(next, h[type->members[k].type - t->types]);
    return next;
}

/* Fills same[]: the first type of each hash. Returns how many hashes there are. */
static uint32_t count_different(struct leat__drafts *t, const uint64_t *h, uint32_t *table,
                                uint32_t mask)
{
    uint32_t different = 0;
    memset(table, 0xff, ((size_t)mask + 1) * sizeof *table);
    for (uint32_t i = 0; i < t->count; i++) {
        uint32_t at = (uint32_t)(h[i] >> 20) & mask;
        while (table[at] != LEAT__NONE && h[table[at]] != h[i])
            at = (at + 1) & mask;
        if (table[at] == LEAT__NONE) {
            table[at] = i;
            different++;
        }
        t->same[i] = table[at];
    }
    return different;
}

static int find_same(struct leat__drafts *t)
{
    uint32_t size = 16, before = 0, now = 0;
    while (size < t->count * 2)
        size *= 2;
    uint64_t *h = calloc(t->count, sizeof *h), *next = calloc(t->count, sizeof *next);
    uint32_t *table = malloc(size * sizeof *table);
    int code = h && next && table ? 0 : LEAT_ENOMEM;
    for (uint32_t i = 0; code == 0 && i < t->count; i++)
        h[i] = hash_own(&t->types[i]);
    if (code == 0)
        now = count_different(t, h, table, size - 1);
    while (now > before) {
        uint64_t *swap = h;
        for (uint32_t i = 0; i < t->count; i++)
            next[i] = hash_with_named(t, h, i);
        h = next;
        next = swap;
        before = now;
        now = count_different(t, h, table, size - 1);
    }
    free(h);
    free(next);
    free(table);
    return code;
}

/* --- declared here, defined there --- */

static bool is_c_record(const struct leat__drafts *t, uint32_t i)
{
    const struct leat__type *type = &t->types[i];
    return leat__is_record(type) && t->same[i] == i && type->name && *type->name &&
           t->drafts[i].language == LEAT__OF_C;
}

/* Names to the one complete struct of it; to NONE where there are two. */
static int map_complete(struct leat__drafts *t, struct leat__map *m, bool *out_incomplete)
{
    for (uint32_t i = 0, *value; i < t->count; i++) {
        if (!is_c_record(t, i))
            continue;
        if (t->types[i].flags & LEAT__INCOMPLETE) {
            *out_incomplete = true;
            continue;
        }
        uint32_t before = m->count;
        if (leat__map_put(m, t->types[i].name, &value) < 0)
            return LEAT_ENOMEM;
        *value = m->count > before ? i : LEAT__NONE;
    }
    return 0;
}

/* What one file only declares and one other defines is the same type. */
static int complete(struct leat__drafts *t)
{
    struct leat__map m = { 0 };
    bool any = false;
    int code = map_complete(t, &m, &any);
    for (uint32_t i = 0; code == 0 && any && i < t->count; i++) {
        struct leat__type *type = &t->types[i];
        if (!type->of || !leat__is_record(type->of) || !(type->of->flags & LEAT__INCOMPLETE))
            continue;
        uint32_t to = is_c_record(t, t->same[type->of - t->types]) ?
            leat__map_get(&m, type->of->name) : LEAT__NONE;
        if (to == LEAT__NONE || t->types[to].kind != type->of->kind)
            continue;
        if (!t->types[to].alias)
            t->types[to].alias = type->of->alias;
        type->of = &t->types[to];
    }
    leat__map_fini(&m);
    return code == 0 && any ? find_same(t) : code;
}

/* A file that writes only the tag knows no typedef, and it is the same type. */
static void share_aliases(struct leat__drafts *t)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->types[i].alias && !t->types[t->same[i]].alias)
            t->types[t->same[i]].alias = t->types[i].alias;
}

int leat__drafts_seal(struct leat__drafts *t)
{
    for (; t->filled < t->count && !t->failed; t->filled++)
        leat__drafts_fill(t, t->filled);
    if (t->failed || !t->count)
        return t->failed ? LEAT_ENOMEM : 0;
    uint8_t *state = calloc(t->count, 1);
    int code = state && link_types(t) ? 0 : LEAT_ENOMEM;
    for (uint32_t i = 0; code == 0 && i < t->count; i++)
        measure(t, state, i, 0);
    free(state);
    if (code == 0)
        code = repair(t);
    if (code == 0)
        code = find_same(t);
    if (code == 0)
        code = complete(t);
    if (code == 0)
        share_aliases(t);
    return code;
}
