/* whole: the value of a node as bytes and back, hashed, compared and copied: by its
 * module's functions for the type, T_encode and friends, where there are such, else
 * as the layout says (value/codec.h). What is inside of other values goes by layout
 * always, so a type that only its functions can tell is opaque there.
 *
 * Modules are loaded. `at` is where the value is, as leat__print wants it. A
 * function that fails is LEAT_EFAILED: "image: image_copy gave NULL". */
#pragma once
#include "run/run.h"
#include "value/codec.h"

/* Bytes. LEAT_ETYPE: opaque. */
int leat__whole_encode(const struct leat__graph *g, const struct leat__node *n, const void *at, struct leat__text *out,
                       leat_error *err);
/* *out as a slot holds it, made as a call of n would make it: leat__value_destroy. */
int leat__whole_decode(const struct leat__graph *g, const struct leat__node *n, struct leat__encoded in, uint64_t *out,
                       leat_error *err);
/* BLAKE2b-256 of the bytes, of what T_hash answers where that is. */
int leat__whole_digest(const struct leat__graph *g, const struct leat__node *n, const void *at,
                       unsigned char out[LEAT__VALUE_DIGEST], leat_error *err);
/* 1, 0. LEAT_ETYPE: nobody can tell. */
int leat__whole_equal(const struct leat__graph *g, const struct leat__node *n, const void *a, const void *b,
                      leat_error *err);

/* T_copy copies what n makes, and its destructor destroys that. */
bool leat__whole_has_copy(const struct leat__graph *g, const struct leat__node *n);
/* A copy by T_copy, as a slot holds it. Task `task` of the calling thread's worker
 * speaks: leat_fail in it is heard by that worker. */
int leat__whole_copy(const struct leat__graph *g, const struct leat__node *n, const void *at, uint32_t task,
                     uint64_t *out, leat_error *err);
/* Destroys a copy or what was decoded, its place too. */
void leat__whole_destroy(const struct leat__graph *g, const struct leat__node *n, uint64_t value);
