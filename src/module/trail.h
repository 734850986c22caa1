/* trail: find what was made from files whose names are only known afterwards.
 *
 * Which headers a source reads is known once it was compiled. So a result is
 * found step by step: a digest names an entry, which either lists further files
 * that matter (their digests then make the next digest) or is the end. Entries
 * never change; when a header begins to include another one, the trail forks
 * behind that header's digest. */
#pragma once
#include "module/cache.h"

struct leat__trail {
    struct leat__digest at;             /* where it stands; begin with a digest of all that is known before */
    char **paths;                       /* files that counted on the way         */
    size_t count, cap;
};

/* Walks on from `at`. 0: the end was found, *out_data is its text, yours.
 * LEAT_ENOTFOUND: there is nothing yet at `at`. */
int leat__trail_follow(struct leat__trail *t, const struct leat__cache *c, char **out_data,
                       size_t *out_len, leat_error *err);
/* Adds the files of `paths` that did not count yet, so that `at` becomes the
 * name of the result. 0, or LEAT_EBUSY: somebody else ended it meanwhile. */
int leat__trail_extend(struct leat__trail *t, const struct leat__cache *c, char *const *paths,
                       size_t count, leat_error *err);
/* The end; publish what belongs to `at` before. */
int leat__trail_end(struct leat__trail *t, const struct leat__cache *c, const void *data, size_t len,
                    leat_error *err);
/* Takes the end at `at` away: what belongs to it is gone. */
void leat__trail_drop(const struct leat__trail *t, const struct leat__cache *c);
void leat__trail_fini(struct leat__trail *t);
