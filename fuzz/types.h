/* types: what the targets that read values read. The first byte of an input
 * picks one: 'a' the first. */
#pragma once
#include "value/fixture_test.h"

static const struct leat__type *const fuzz_types[] = {
    &t_all, &t_flats, &t_days, &t_own_days, &t_bits_list,       /* a b c d e     */
    &t_texts, &t_chars, &t_bytes, &t_int_lists, &t_vector,      /* f g h i j     */
    &t_tree, &t_outer, &t_double, &t_int, &t_sky,               /* k l m n o     */
    &t_char, &t_text, &t_long_double, &t_ints, &t_doubles,      /* p q r s t     */
    &t_bool, &t_float, &t_const_texts, &t_bits, &t_size         /* u v w x y     */
};

/* Takes the byte off. NULL: there is none. */
static inline const struct leat__type *fuzz_type(const uint8_t **data, size_t *size)
{
    if (!*size)
        return NULL;
    uint8_t letter = (uint8_t)(**data - 'a');
    ++*data, --*size;
    return fuzz_types[letter % (sizeof fuzz_types / sizeof *fuzz_types)];
}

/* Memory for any of them. */
union fuzz_room { struct all all; struct flat flat; struct tree tree; struct vector vector; };
