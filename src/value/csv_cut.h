/* csv cut: a CSV text taken apart into fields. Plain fields are cut inline;
 * quotes, doubled ones and line ends inside of them go the longer way. */
#pragma once
#include "base/text.h"
#include <leat/error.h>
#include <stdint.h>
#include <string.h>

struct leat__cutter {
    const char *at, *end;           /* what is left                       */
    const char *where;              /* name of the source, or NULL        */
    leat_error *err;                /* may be NULL                        */
    size_t line;                    /* where `at` is                      */
    struct leat__text unquoted;     /* a field without its doubled quotes */
};

/* A field as it stands, until the next one is cut, and what ended it: ',' or
 * '\n', 0 at the end of the text. */
struct leat__cut { const char *s, *end; char stop; };

/* Puts line (and column, if not NULL) before what the error says already. */
int leat__cut_wrap(struct leat__cutter *c, size_t line, const char *column, int code);
/* The field in quotes that begins at c->at. */
int leat__cut_quoted(struct leat__cutter *c, struct leat__cut *out);

/* The first comma or line end, eight bytes at a time. */
static inline const char *leat__cut_find(const char *p, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = 0x0101010101010101u, highs = 0x8080808080808080u;
    for (uint64_t w; end - p >= 8; p += 8) {
        memcpy(&w, p, sizeof w);
        uint64_t comma = w ^ ones * ',', newline = w ^ ones * '\n';     /* 0 where it is one */
        uint64_t hit = (((comma - ones) & ~comma) | ((newline - ones) & ~newline)) & highs;
        if (hit)
            return p + __builtin_ctzll(hit) / 8;
    }
#endif
    while (p < end && *p != ',' && *p != '\n')
        p++;
    return p;
}

/* Takes the mark behind a field that ends at p. */
static inline void leat__cut_stop(struct leat__cutter *c, const char *p, struct leat__cut *f)
{
    f->stop = p < c->end ? *p : 0;
    c->line += f->stop == '\n';
    c->at = p + (p < c->end);
}

/* The next field. 0, or an error with its line. */
static inline int leat__cut(struct leat__cutter *c, struct leat__cut *f)
{
    if (c->at < c->end && *c->at == '"')
        return leat__cut_quoted(c, f);
    const char *p = leat__cut_find(c->at, c->end);
    f->s = c->at;
    f->end = p;
    leat__cut_stop(c, p, f);
    if (f->stop != ',' && f->end > f->s && f->end[-1] == '\r')
        f->end--;
    return 0;
}
