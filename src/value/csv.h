/* csv: what can stand in it, and how a field finds its place. */
#pragma once
#include "value/fields.h"
#include "value/items.h"
#include "value/pool.h"

/* One field of a line can hold it: a scalar, text or char[N]. */
static inline bool leat__csv_simple(const struct leat__type *t)
{
    return (leat__is_scalar(t) || leat__is_text(t) || leat__is_chars(t)) && leat__is_derivable(t);
}
/* A line can hold it: a struct of such fields, members of inner structs as `pos.x`. */
bool leat__csv_flat(const struct leat__type *t);

/* One field of a line, quoted where it must be / what is simple, as one. `alone`:
 * the only field of its line, where nothing would be a blank line. */
void leat__csv_put(struct leat__text *out, const char *s, size_t n, bool alone);
void leat__csv_put_value(struct leat__text *out, struct leat__spot s, bool alone);

struct leat__column;

/* What setting a field needs to know beside its column. */
struct leat__setting {
    struct leat__pool pool;         /* for texts                                  */
    leat_error *err;
    bool has_nul;                   /* somewhere in the file: texts are searched  */
};

/* Sets the column's member of the row from the field [s, end). 0 or an error
 * that says what is wrong with it, not where. */
typedef int leat__set(struct leat__setting *setting, const struct leat__column *column,
                      const char *s, const char *end, char *row);

struct leat__column {
    leat__set *set;                 /* NULL: the column is skipped                */
    uint32_t offset, size;          /* of the member                              */
    uint64_t most, least;           /* integers: greatest magnitudes of + and -   */
    const struct leat__field *field;
    const char *name;               /* as the header writes it                    */
};

/* Resolves how fields of this column become the member. */
void leat__column_aim(struct leat__column *column, const struct leat__field *field);
