/* type: what a C type looks like, as far as Leat has to know.
 *
 * A descriptor is immutable and lives as long as its module. Within one module
 * equal types are one descriptor; between modules types are compared by
 * leat__type_equal. Typedefs of scalars are transparent; an untagged struct
 * carries its typedef's name. const is kept only where it says who owns:
 * on what a pointer points to. */
#pragma once
#include "base/text.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum leat__kind {
    LEAT__VOID,         /* only behind a pointer, or as no result             */
    LEAT__BOOL,
    LEAT__INT,          /* signed, of size 1 2 4 8 16                         */
    LEAT__UINT,
    LEAT__CHAR,         /* the type named char: text; a number nowhere        */
    LEAT__FLOAT,        /* of size 4, 8 or 16 (long double)                   */
    LEAT__ENUM,
    LEAT__POINTER,
    LEAT__ARRAY,        /* fixed length, inside structs                       */
    LEAT__STRUCT,
    LEAT__UNION,
    LEAT__FUNCTION,     /* only behind a pointer                              */
    LEAT__ODD           /* complex, vector, __int128...: `name` says which    */
};

enum {                      /* leat__type.flags */
    LEAT__TO_CONST   = 1,   /* POINTER: what it points to is const            */
    LEAT__INCOMPLETE = 2,   /* STRUCT, UNION, ENUM: declared, not defined     */
    LEAT__SIGNED     = 4,   /* ENUM: of signed base                           */
    LEAT__BITFIELDS  = 8,   /* STRUCT, UNION: some member is a bit-field      */
    LEAT__CLASS      = 16,  /* STRUCT: a C++ class that is not plain C        */
    LEAT__BLOCKS     = 32,  /* STRUCT: some member is a block                 */
    LEAT__PATH       = 64   /* POINTER: declared leat_path; equal to const char * */
};

struct leat__member {
    const char *name;               /* "" if it has none                      */
    const struct leat__type *type;
    uint32_t offset;                /* bytes                                  */
    uint16_t bits, bit;             /* bit-field: width and first bit; 0, 0   */
};

struct leat__enumerator { const char *name; int64_t value; };

enum { LEAT__MOST_BLOCKS = 16 };    /* in one struct                          */

/* A length of a block: an integer beside it in its struct. Notes make blocks, so
 * no record has one. */
struct leat__extent {
    const char *name;
    const struct leat__type *type;
    int32_t at;                     /* bytes, from where the pointer itself stands */
    uint16_t bits, bit;             /* as a member's                          */
};

struct leat__type {
    uint8_t kind, flags;
    uint16_t align;
    uint32_t size;                  /* bytes; 0 if incomplete                 */
    const char *name;               /* tag, typedef of an untagged one, or base type's name; NULL: none */
    const char *alias;              /* STRUCT, UNION: a typedef's name for a tag that is another; NULL: none */
    const struct leat__type *of;    /* POINTER, ARRAY: element                */
    uint32_t count;                 /* ARRAY: length; STRUCT, UNION: members; ENUM: enumerators;
                                       POINTER: extents of a block, whose product is how many
                                       items it points to; 0: it is no block      */
    uint32_t typedefed;             /* STRUCT, UNION, ENUM: `name` is a typedef's: no tag to write */
    union {
        const struct leat__member *members;
        const struct leat__enumerator *enumerators;
        const struct leat__extent *extents;
    };
    uint64_t hash;                  /* of the structure (leat__type_hash); equal types have equal hashes */
};

/* Same kind, size, signedness; structs by name and layout, slices by their
 * element, an incomplete struct by its name, and its size where that is known. */
bool leat__type_equal(const struct leat__type *a, const struct leat__type *b);
/* The structural hash, from members' hashes already set; what is behind a
 * pointer to a struct counts by name only, so recursive types end. */
uint64_t leat__type_hash(const struct leat__type *t);
/* As C writes it: "double", "const struct day *", "struct days". */
void leat__type_print(struct leat__text *out, const struct leat__type *t);
/* With a declarator: "const struct day *day". */
void leat__type_declare(struct leat__text *out, const struct leat__type *t, const char *name);
/* For people: "array of {date, temp_max, temp_min}", "{gain, offset}",
 * "one of {rain, snow}"; nothing for scalars and text. */
void leat__type_shape(struct leat__text *out, const struct leat__type *t);

/* The names it goes by: the tag, then a typedef; at: 0 or 1. NULL: no such name. */
static inline const char *leat__type_name(const struct leat__type *t, unsigned at)
{
    const char *name = at ? t->alias : t->name;
    return name && *name ? name : NULL;
}

/* What kind of value it is to a user. */
static inline bool leat__is_block(const struct leat__type *t)    /* T *, with lengths beside it */
{
    return t->kind == LEAT__POINTER && t->count;
}
static inline bool leat__is_text(const struct leat__type *t)     /* char * */
{
    return t->kind == LEAT__POINTER && t->of->kind == LEAT__CHAR && !t->count;
}
static inline bool leat__is_path(const struct leat__type *t)     /* leat_path */
{
    return leat__is_text(t) && (t->flags & LEAT__PATH);
}
static inline bool leat__is_record(const struct leat__type *t)   /* struct or union */
{
    return t->kind == LEAT__STRUCT || t->kind == LEAT__UNION;
}
static inline bool leat__is_object_pointer(const struct leat__type *t)   /* T * of a struct or union */
{
    return t->kind == LEAT__POINTER && leat__is_record(t->of) && !t->count;
}
static inline bool leat__is_scalar(const struct leat__type *t)   /* bool, number, enum, char */
{
    return t->kind >= LEAT__BOOL && t->kind <= LEAT__ENUM;
}
/* {T *data; size_t len;}, optionally a trailing size_t cap. */
bool leat__is_slice(const struct leat__type *t);
static inline const struct leat__type *leat__slice_item(const struct leat__type *t)
{
    return t->members[0].type->of;
}
/* A slice whose items are not its own: {const T *data; size_t len;}. */
static inline bool leat__is_view(const struct leat__type *t)
{
    return leat__is_slice(t) && (t->members[0].type->flags & LEAT__TO_CONST);
}
/* Its values can be printed, parsed, copied and compared from their layout
 * alone: no opaque pointers, unions or functions inside. */
bool leat__is_derivable(const struct leat__type *t);
/* An array without a length at a struct's end: `int data[]`. */
static inline bool leat__is_endless(const struct leat__type *t)
{
    return t->kind == LEAT__ARRAY && !t->count;
}
/* A union without a name among the members, or among those of a struct without
 * a name there: nothing says which of its members counts. */
bool leat__has_bare_union(const struct leat__type *t);
/* Why a type is not derivable, for people: "its member next is struct link *". */
void leat__type_why_opaque(struct leat__text *out, const struct leat__type *t);
/* Destroying a T needs nothing: no owned text, slice or pointer inside. */
bool leat__is_trivial(const struct leat__type *t);
/* It destroys itself: a struct with a member `release` that points to a function,
 * void (*release)(struct T *), as those of the Arrow C Data Interface have. NULL
 * there: it is empty, or has been moved. NULL: no such member. */
const struct leat__member *leat__release_member(const struct leat__type *t);
/* NULL if T's destruction can be derived (owned texts and slices, views and
 * const pointers borrowed, a release callback); else the member that another pointer stands in. */
const struct leat__member *leat__undestroyable(const struct leat__type *t);
