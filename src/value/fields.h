/* fields: the members of a struct as readers and writers meet them. Members of
 * an anonymous struct stand in its place; unnamed bit-fields are left out. */
#pragma once
#include "base/arena.h"
#include "value/scalar.h"

struct leat__field {
    const char *name;               /* dotted: "pos.x"                        */
    const struct leat__type *type;
    uint32_t name_len;
    uint32_t offset;                /* from the struct's first byte           */
    uint16_t bits, bit;
};

struct leat__fields { struct leat__field *field; uint32_t count; };

/* dotted: members of structs by value stand in their place too, as `pos.x`.
 * Everything is in the arena. 0, LEAT_ENOMEM, or LEAT_ETYPE for more fields or
 * deeper nesting than any real struct has. */
int leat__fields_of(const struct leat__type *t, bool dotted, struct leat__arena *arena,
                    struct leat__fields *out);

static inline struct leat__spot leat__spot_field(const struct leat__field *f, const void *at)
{
    return (struct leat__spot){ f->type, (char *)(uintptr_t)at + f->offset, f->bits, f->bit };
}
