/* prototype: "double rich(double spend, const struct image * x)" read as C.
 *
 * Structs are known by their tags alone, so they are INCOMPLETE: two of one tag
 * and size match, and nothing looks inside. An unknown name is taken for a
 * typedef of a struct. */
#pragma once
#include "base/arena.h"
#include "graph/function.h"
#include <leat/error.h>

/* How a type was written before a name: "const struct image *". Prototypes of one
 * module repeat few of them, so the last ones are not read again. */
struct leat__spelling {
    const struct leat__type *type;
    char text[46];
    uint8_t len;
    bool is_const;                      /* what stands there, not what it points to */
};
enum { LEAT__SPELLINGS = 4 };

/* Descriptors of one module: equal types are one. Lives in the arena. */
struct leat__types {
    struct leat__arena *arena;
    const struct leat__type **row;
    uint32_t count, cap;
    bool failed;                        /* memory ran out */
    const char *space;                  /* of all functions; NULL: no namespace */
    const struct leat__type *const *list[LEAT__SPELLINGS];     /* of parameters; the last ones */
    uint32_t list_count[LEAT__SPELLINGS], lists;
    struct leat__head *head[LEAT__SPELLINGS];                  /* of functions; the last ones */
    uint32_t heads;
    struct leat__spelling spelled[LEAT__SPELLINGS];
    uint32_t spellings;                 /* ever kept: the next one replaces the oldest */
};
void leat__types_fini(struct leat__types *t);

/* Reads `text` into `out`: its name, in the namespace, and its head, `given` (file,
 * line, module, call) with result, parameters and about; both in the arena, the head
 * perhaps another function's too. What else is in `out` stays. sizes, of the result (0: void) and of each parameter, may be NULL: then no struct can
 * stand by value. LEAT_EBUILD: not a prototype; err says what is wrong. A
 * prototype that is well formed and cannot be a node is refused. */
int leat__prototype_parse(struct leat__types *types, const char *text, const uint32_t *sizes,
                          const struct leat__head *given, struct leat__function *out, leat_error *err);
/* A head like that one, kept in the arena: one of the last that were, or new. NULL: no memory. */
struct leat__head *leat__prototype_head(struct leat__types *types, const struct leat__head *like);
/* Whether `text` is a prototype of a function called `name`. */
bool leat__prototype_names(const char *text, const char *name);
