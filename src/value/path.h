/* path: where inside a value a walk stands, for errors: "value.rows[3].name". */
#pragma once
#include "base/text.h"
#include "value/type.h"
#include <leat/error.h>

enum { LEAT__CODEC_DEEPEST = 128 };

/* One step from what stands round it; steps live on the walk's stack. The first
 * has no `up`. name NULL: item `index`; "": a member without a name. */
struct leat__step {
    const struct leat__step *up;
    const char *name;
    size_t index;
    unsigned depth;         /* structs and arrays round it */
};

static inline struct leat__step leat__step_member(const struct leat__step *up, const char *name)
{
    return (struct leat__step){ up, name, 0, up->depth + 1 };
}
static inline struct leat__step leat__step_item(const struct leat__step *up, size_t index)
{
    return (struct leat__step){ up, NULL, index, up->depth + 1 };
}

/* The error begins with the path. Returns code. */
__attribute__((format(printf, 4, 5)))
int leat__refuse(const struct leat__step *at, leat_error *err, int code, const char *format, ...);
/* LEAT_ETYPE, with the path to the part of t that is not derivable. */
int leat__refuse_opaque(const struct leat__type *t, leat_error *err);
