/* records_drafts: types of debug info on their way to rows.
 *
 * Each DIE asked for becomes a draft, looked at once; drafts name each other by
 * number, so recursive types need no care. When all functions have asked,
 * `seal` works out sizes, turns what C does not know into LEAT__ODD, and finds
 * which drafts are the same type: units repeat what they share. Then `row`
 * writes the ones that are asked for. */
#pragma once
#include "base/arena.h"
#include "module/record.h"
#include "module/records_labels.h"

struct leat__draft {
    Dwarf_Die die;                  /* without typedefs and qualifiers; addr NULL: made here */
    const char *name, *alias;       /* alias: a typedef's for a tag; NULL     */
    uint8_t kind, flags, typedefed, language;
    uint32_t align, of, first, count, size;
};
struct leat__draft_member {         /* or an enumerator                        */
    const char *name;
    uint32_t type, offset;
    uint16_t bits, bit;
    int64_t value;
};
/* Languages of units. */
enum { LEAT__OF_C, LEAT__OF_CXX, LEAT__OF_RUST, LEAT__OF_FORTRAN, LEAT__OF_OTHER };

struct leat__drafts {
    struct leat__draft *drafts;
    struct leat__draft_member *members;
    uint32_t count, cap, member_count, member_cap, filled;
    struct leat__places places;     /* DIEs seen, to their drafts              */
    struct leat__labels labels;
    /* Set by seal. */
    struct leat__type *types;       /* by draft                                */
    uint32_t *same;                 /* by draft: the first draft of that type  */
    uint32_t *rows;                 /* by draft: its row, LEAT__NONE: not yet  */
    uint32_t *claimed, claims;      /* drafts that have rows, in their order   */
    struct leat__arena arena;
    bool failed;                    /* memory ran out                          */
};

/* The name of a LEAT__ODD that stands for what could not be found. */
extern const char leat__missing_type[];

/* The draft of what `die`'s DW_AT_type says; void if it has none. `out_const`
 * (may be NULL): it is const. language: of the unit. */
uint32_t leat__drafts_of(struct leat__drafts *t, struct leat__die *die, unsigned language,
                         bool *out_const);
/* The draft of a type without members, known by its name. */
uint32_t leat__drafts_copy(struct leat__drafts *t, const struct leat__type *type);
/* 0 or LEAT_ENOMEM, LEAT_EBUILD (no end to what is wrong). */
int leat__drafts_seal(struct leat__drafts *t);
/* After seal. */
static inline const struct leat__type *leat__drafts_get(const struct leat__drafts *t,
                                                        uint32_t draft)
{
    return &t->types[t->same[draft]];
}
/* The row of a draft, written with all it names if it was not yet. */
uint32_t leat__drafts_row(struct leat__drafts *t, uint32_t draft, struct leat__record_writer *w);
void leat__drafts_fini(struct leat__drafts *t);

/* For records_drafts' own files. */
void leat__drafts_fill(struct leat__drafts *t, uint32_t draft);
uint32_t leat__drafts_draft(struct leat__drafts *t, const struct leat__draft *draft);
struct leat__draft_member *leat__drafts_member(struct leat__drafts *t);
const char *leat__drafts_name(struct leat__drafts *t, const char *name);
