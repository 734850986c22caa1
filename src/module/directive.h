/* directive: the build line of a source's first comment,
 *
 *     leat: -lm pkg:zlib -fopenmp -DX=1 -std=gnu11 -pthread -O3
 *
 * It may ask for what is on the list below and nothing else. */
#pragma once
#include "module/args.h"
#include "module/build.h"

struct leat__directive {
    struct leat__args compile, link;    /* texts in the build's arena */
};

/* Words that are not on the list are problems with file and line; then the
 * answer is LEAT_EBUILD. pkg:NAME is asked of pkg-config, through the cache. */
int leat__directive_read(struct leat__build *b, const char *path, const char *source,
                         struct leat__directive *out, leat_error *err);
void leat__directive_fini(struct leat__directive *d);
