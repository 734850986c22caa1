/* csv set: a function for each kind of member, chosen once for each column. What
 * they do not take at a glance goes to leat__scalar_read, which also knows what
 * to say. */
#include "base/error.h"
#include "value/csv.h"

static int set_scalar(struct leat__setting *to, const struct leat__column *column, const char *s,
                      const char *end, char *row)
{
    const struct leat__type *t = column->field->type;
    if (t->kind != LEAT__CHAR) {
        for (; s < end && (*s == ' ' || *s == '\t'); s++)
            continue;
        for (; end > s && (end[-1] == ' ' || end[-1] == '\t'); end--)
            continue;
        if (s == end && t->kind == LEAT__FLOAT)
            s = "nan", end = s + 3;
    }
    return leat__scalar_read(leat__spot_field(column->field, row), s, end, to->err);
}

static int set_double(struct leat__setting *to, const struct leat__column *column, const char *s,
                      const char *end, char *row)
{
    double x;
    if (leat__read_double(s, end, &x))
        return set_scalar(to, column, s, end, row);
    memcpy(row + column->offset, &x, sizeof x);
    return 0;
}

static int set_float(struct leat__setting *to, const struct leat__column *column, const char *s,
                     const char *end, char *row)
{
    float x;
    if (leat__read_float(s, end, &x))
        return set_scalar(to, column, s, end, row);
    memcpy(row + column->offset, &x, sizeof x);
    return 0;
}

static int set_integer(struct leat__setting *to, const struct leat__column *column, const char *s,
                       const char *end, char *row)
{
    struct leat__integer x;
    if (leat__read_integer(s, end, &x) || x.magnitude > (x.negative ? column->least : column->most))
        return set_scalar(to, column, s, end, row);
    uint64_t raw = x.negative ? -x.magnitude : x.magnitude;
    if (column->size == 8)
        memcpy(row + column->offset, &raw, 8);
    else if (column->size == 4)
        memcpy(row + column->offset, &raw, 4);
    else
        memcpy(row + column->offset, &raw, column->size);
    return 0;
}

static int refuse_nul(struct leat__setting *to)
{
    return leat__fail(to->err, LEAT_EINPUT, "text with a NUL inside");
}

static int set_chars(struct leat__setting *to, const struct leat__column *column, const char *s,
                     const char *end, char *row)
{
    size_t n = (size_t)(end - s);
    if (n >= column->size)
        return leat__fail(to->err, LEAT_EINPUT, "text of %zu bytes does not fit char[%u]", n,
                          column->size);
    if (to->has_nul && memchr(s, 0, n))
        return refuse_nul(to);
    memcpy(row + column->offset, s, n);
    return 0;
}

static int set_text(struct leat__setting *to, const struct leat__column *column, const char *s,
                    const char *end, char *row)
{
    size_t n = (size_t)(end - s);
    if (to->has_nul && memchr(s, 0, n))
        return refuse_nul(to);
    char *text = leat__pool_add(&to->pool, s, n);
    if (!text)
        return leat__fail_memory(to->err);
    memcpy(row + column->offset, &text, sizeof text);
    return 0;
}

/* The function that sets a member of this type. */
void leat__column_aim(struct leat__column *column, const struct leat__field *f)
{
    const struct leat__type *t = f->type;
    unsigned bits = t->size < 8 ? t->size * 8 : 64;
    column->field = f;
    column->offset = f->offset;
    column->size = t->size;
    if (t->kind == LEAT__INT) {
        column->least = (uint64_t)1 << (bits - 1);
        column->most = column->least - 1;
    } else {
        column->most = UINT64_MAX >> (64 - bits);
    }
    if (leat__is_text(t))
        column->set = set_text;
    else if (leat__is_chars(t))
        column->set = set_chars;
    else if (t->kind == LEAT__FLOAT && t->size == sizeof(double))
        column->set = set_double;
    else if (t->kind == LEAT__FLOAT && t->size == sizeof(float))
        column->set = set_float;
    else if ((t->kind == LEAT__INT || t->kind == LEAT__UINT) && !f->bits)
        column->set = set_integer;
    else
        column->set = set_scalar;
}
