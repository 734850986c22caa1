/* csv cut: see csv_cut.h. */
#include "value/csv_cut.h"
#include "base/error.h"

int leat__cut_wrap(struct leat__cutter *c, size_t line, const char *column, int code)
{
    if (code == LEAT_ENOMEM)
        return code;
    if (c->where)
        return leat__wrap(c->err, code, column ? "%s:%zu: column %s" : "%s:%zu", c->where, line,
                          column);
    return leat__wrap(c->err, code, column ? "line %zu, column %s" : "line %zu", line, column);
}

/* The closing quote of a field that opens before p; NULL: there is none. */
static const char *find_quote(struct leat__cutter *c, const char *p, bool *doubled)
{
    const char *from = p;
    *doubled = false;
    while ((p = memchr(p, '"', (size_t)(c->end - p)))) {
        if (p + 1 == c->end || p[1] != '"')
            break;
        *doubled = true;
        p += 2;
    }
    for (const char *n = from; p && (n = memchr(n, '\n', (size_t)(p - n))); n++)
        c->line++;
    return p;
}

static int undouble(struct leat__cutter *c, struct leat__cut *f)
{
    leat__text_clear(&c->unquoted);
    for (const char *p = f->s, *q; p < f->end; p = q + 2) {
        q = memchr(p, '"', (size_t)(f->end - p));
        if (!q) {
            leat__text_addn(&c->unquoted, p, (size_t)(f->end - p));
            break;
        }
        leat__text_addn(&c->unquoted, p, (size_t)(q + 1 - p));
    }
    if (c->unquoted.failed)
        return leat__fail_memory(c->err);
    f->s = c->unquoted.data;
    f->end = f->s + c->unquoted.len;
    return 0;
}

int leat__cut_quoted(struct leat__cutter *c, struct leat__cut *f)
{
    bool doubled;
    size_t line = c->line;
    const char *p = find_quote(c, c->at + 1, &doubled);
    if (!p) {
        leat__fail(c->err, LEAT_EINPUT, "the quote that opens here is not closed");
        return leat__cut_wrap(c, line, NULL, LEAT_EINPUT);
    }
    f->s = c->at + 1;
    f->end = p++;
    if (p < c->end && *p == '\r' && (p + 1 == c->end || p[1] == '\n'))
        p++;
    if (p < c->end && *p != ',' && *p != '\n') {
        leat__fail(c->err, LEAT_EINPUT,
                   "text stands behind a closing quote: a quote inside is written twice");
        return leat__cut_wrap(c, c->line, NULL, LEAT_EINPUT);
    }
    leat__cut_stop(c, p, f);
    return doubled ? undouble(c, f) : 0;
}
