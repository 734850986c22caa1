/* role: what a function is for, told by its name and form. */
#pragma once
#include "graph/function.h"
#include <stddef.h>

enum leat__role {
    LEAT__ROLE_NODE,
    LEAT__ROLE_HELPER,          /* not listed: its name begins with _, or main */
    LEAT__ROLE_DESTRUCTOR,      /* void|int T_free(T *)                        */
    LEAT__ROLE_DEFAULT,         /* x__default, x__key__value__default          */
    LEAT__ROLE_VARIANT,         /* x__key__value                               */
    LEAT__ROLE_LOADER,          /* T *T_from_xyz(const char *path)             */
    LEAT__ROLE_METHOD,          /* T_encode and friends: leat__role_method     */
    LEAT__ROLE_SAVER,           /* int T_to_xyz(const T *, const char *path)   */
    LEAT__ROLE_BUILDER,         /* int f(leat_builder *): called at build      */
    LEAT__ROLE_STREAM,          /* leat_stream *f(..): called when a run of it begins */
    LEAT__ROLE_FLOW,            /* leat_flow *f(..): called when a run of it begins */
    LEAT__ROLE_REVERT,          /* int|void x__revert(..): undoes x            */
    LEAT__ROLE_HAPPENED,        /* bool x__happened(..): whether x had its effect */
    LEAT__ROLE_REFUSED,         /* listed with `why`                           */
    LEAT__ROLE_LATER            /* a role that this version does not have yet  */
};

/* `why` gets a static text, or the function's own reason. */
enum leat__role leat__role_of(const struct leat__function *f, const char **why);
/* Its result is a leat_stream *. */
bool leat__gives_stream(const struct leat__function *f);
/* Its result is a leat_flow *. */
bool leat__gives_flow(const struct leat__function *f);
/* Its one parameter is a leat_builder *. */
bool leat__takes_builder(const struct leat__function *f);
/* What stands between the "__" of a name: name(__key__value)*(__role)?, so an even
 * number of parts ends in a role. One trailing _ is no part of the last. Writes up
 * to `most`, returns how many there are. */
struct leat__part { const char *at; size_t n; };
enum { LEAT__MOST_PARTS = 32 };
uint32_t leat__role_parts(const char *name, struct leat__part *out, uint32_t most);
/* The endings of destructors' names: of pointers, and of values; NULL ends them. */
extern const char *const leat__free_words[], *const leat__fini_words[];
/* The type whose values the function encodes, decodes, hashes, compares or copies,
 * by its name; *out_exact: by its form too. NULL: none. */
const struct leat__type *leat__role_method(const struct leat__function *f, int *out_method, bool *out_exact);
/* What stands behind "_from_" or "_to_" in a name: xyz; NULL: nothing. */
const char *leat__role_suffix(const struct leat__function *f, const char *word);
/* The parameter is a place for an output: `out`, or `out_x` (then *out_name is x). */
bool leat__role_is_out(const struct leat__param *p, const char **out_name);
