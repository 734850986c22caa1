/* records_rows: types to rows, in the order in which functions name them, so
 * that two compilers' records of one source are the same. A type's row is
 * claimed when it is first named and filled in its turn: cycles end there. */
#include "base/map.h"
#include "module/records_drafts.h"

static uint32_t claim(struct leat__drafts *t, const struct leat__type *type,
                      struct leat__record_writer *w)
{
    uint32_t draft = t->same[type - t->types];
    if (t->rows[draft] == LEAT__NONE) {
        t->rows[draft] = leat__record_add_type(w, &(struct leat__record_type){ 0 });
        t->claimed[t->claims++] = draft;
    }
    return t->rows[draft];
}

static void fill_enumerators(const struct leat__type *type, struct leat__record_type *row,
                             struct leat__record_writer *w)
{
    for (uint32_t i = 0; i < type->count; i++) {
        struct leat__record_member m = { .name = leat__record_string(w, type->enumerators[i].name),
                                         .type = LEAT__NONE, .value = type->enumerators[i].value };
        uint32_t at = leat__record_add_member(w, &m);
        row->first = i ? row->first : at;
    }
}

static void fill_members(struct leat__drafts *t, const struct leat__type *type,
                         struct leat__record_type *row,
                         struct leat__record_writer *w)
{
    for (uint32_t i = 0; i < type->count; i++) {
        const struct leat__member *from = &type->members[i];
        struct leat__record_member m = {
            .name = leat__record_string(w, from->name), .type = claim(t, from->type, w) };
        m.offset = from->offset;
        m.bits = from->bits;
        m.bit = from->bit;
        uint32_t at = leat__record_add_member(w, &m);
        row->first = i ? row->first : at;
    }
}

/* Scalars have no names in a record: `int` and `i32` are one type. */
static void fill(struct leat__drafts *t, uint32_t draft, struct leat__record_writer *w)
{
    const struct leat__type *type = &t->types[draft];
    bool named = leat__is_record(type) || type->kind == LEAT__ENUM || type->kind == LEAT__ODD;
    struct leat__record_type row = { .kind = type->kind, .flags = type->flags, .align = type->align,
        .size = type->size, .of = LEAT__NONE, .count = type->count, .typedefed = type->typedefed };
    row.name = named ? leat__record_string(w, type->name) : 0;
    row.alias = type->alias ? leat__record_string(w, type->alias) : 0;
    if (type->of)
        row.of = claim(t, type->of, w);
    if (type->kind == LEAT__ENUM)
        fill_enumerators(type, &row, w);
    else if (leat__is_record(type))
        fill_members(t, type, &row, w);
    struct leat__record_type *place = leat__record_type_row(w, t->rows[draft]);
    if (place)
        *place = row;
}

uint32_t leat__drafts_row(struct leat__drafts *t, uint32_t draft, struct leat__record_writer *w)
{
    uint32_t next = t->claims, row = claim(t, &t->types[draft], w);
    for (; next < t->claims; next++)
        fill(t, t->claimed[next], w);
    return row;
}
