/* scalar: see scalar.h. Integers of every size pass through sign and magnitude,
 * so that one comparison checks any range. */
#include "value/scalar.h"
#include "base/error.h"
#include "base/suggest.h"
#include "value/io.h"
#include <stdio.h>
#include <string.h>

static bool is_signed(const struct leat__type *t)
{
    return t->kind == LEAT__INT || (t->kind == LEAT__ENUM && (t->flags & LEAT__SIGNED));
}

static unsigned width(struct leat__spot s)
{
    return s.bits ? s.bits : s.type->kind == LEAT__BOOL ? 1 : s.type->size * 8u;
}

/* Bits are counted from the first byte's lowest bit, as little-endian machines
 * lay bit-fields out. */
static uint64_t load_bits(struct leat__spot s)
{
    const unsigned char *p = s.at;
    uint64_t x = 0;
    for (unsigned i = 0; i < s.bits && i < 64; i++)
        x |= (uint64_t)(p[(s.bit + i) / 8] >> (s.bit + i) % 8 & 1) << i;
    return x;
}

static void store_bits(struct leat__spot s, uint64_t x)
{
    unsigned char *p = s.at;
    for (unsigned i = 0; i < s.bits && i < 64; i++) {
        unsigned char mask = (unsigned char)(1u << (s.bit + i) % 8), *byte = &p[(s.bit + i) / 8];
        *byte = (unsigned char)(x >> i & 1 ? *byte | mask : *byte & ~mask);
    }
}

struct leat__integer leat__scalar_load(struct leat__spot s)
{
    uint64_t x = 0;
    if (s.bits)
        x = load_bits(s);
    else
        memcpy(&x, s.at, s.type->size < 8 ? s.type->size : 8);
    unsigned bits = s.bits ? s.bits : s.type->size * 8u;
    if (is_signed(s.type) && bits <= 64 && x >> (bits - 1) & 1)
        return (struct leat__integer){ (bits < 64 ? (uint64_t)1 << bits : 0) - x, true };
    return (struct leat__integer){ x, false };
}

/* The largest magnitude on the side of zero where x stands. */
static uint64_t most(struct leat__spot s, bool negative)
{
    unsigned bits = width(s) - is_signed(s.type);
    uint64_t all = bits >= 64 ? UINT64_MAX : ((uint64_t)1 << bits) - 1;
    return negative ? is_signed(s.type) ? all + 1 : 0 : all;
}

bool leat__scalar_store(struct leat__spot s, struct leat__integer x)
{
    if (x.magnitude > most(s, x.negative))
        return false;
    uint64_t raw = x.negative ? -x.magnitude : x.magnitude;
    if (s.bits)
        store_bits(s, raw);
    else
        memcpy(s.at, &raw, s.type->size < 8 ? s.type->size : 8);
    return true;
}

double leat__scalar_number(struct leat__spot s)
{
    if (s.type->kind == LEAT__FLOAT) {
        if (s.type->size == sizeof(float)) {
            float x;
            memcpy(&x, s.at, sizeof x);
            return (double)x;
        }
        if (s.type->size == sizeof(double)) {
            double x;
            memcpy(&x, s.at, sizeof x);
            return x;
        }
        long double x;
        memcpy(&x, s.at, sizeof x);
        return (double)x;
    }
    struct leat__integer n = leat__scalar_load(s);
    return n.negative ? -(double)n.magnitude : (double)n.magnitude;
}

const char *leat__scalar_enumerator(struct leat__spot s)
{
    struct leat__integer x = leat__scalar_load(s);
    uint64_t raw = x.negative ? -x.magnitude : x.magnitude;
    for (uint32_t i = 0; i < s.type->count; i++)
        if ((uint64_t)s.type->enumerators[i].value == raw)
            return s.type->enumerators[i].name;
    return NULL;
}

static size_t print_float(char *out, struct leat__spot s)
{
    float f;
    double d;
    long double l;
    switch (s.type->size) {
    case sizeof f:
        memcpy(&f, s.at, sizeof f);
        return leat__print_float(out, f);
    case sizeof d:
        memcpy(&d, s.at, sizeof d);
        return leat__print_double(out, d);
    default:
        memcpy(&l, s.at, sizeof l);
        return leat__print_long_double(out, l);
    }
}

void leat__scalar_print(struct leat__text *out, struct leat__spot s)
{
    struct leat__integer x = { 0 };
    const char *name = NULL;
    if (s.type->kind == LEAT__FLOAT) {
        char *at = leat__text_room(out, LEAT__NUMBER_ROOM);
        if (at) {
            out->len += print_float(at, s);
            out->data[out->len] = 0;
        }
        return;
    }
    x = leat__scalar_load(s);
    if (s.type->kind == LEAT__BOOL)
        name = x.magnitude ? "true" : "false";
    else if (s.type->kind == LEAT__ENUM)
        name = leat__scalar_enumerator(s);
    if (s.type->kind == LEAT__CHAR) {
        leat__text_addn(out, &(char){ (char)x.magnitude }, x.magnitude != 0);
    } else if (name) {
        leat__text_add(out, name);
    } else {
        char text[LEAT__NUMBER_ROOM];
        leat__text_addn(out, text, leat__print_integer(text, x));
    }
}

/* --- reading --- */

/* What was written, cut to what an error line bears. */
static int refuse(struct leat__spot s, const char *text, const char *end, const char *what,
                  leat_error *err)
{
    enum { SHOWN = 60 };
    struct leat__text type = { 0 };
    leat__type_print(&type, s.type);
    int n = end - text > SHOWN ? SHOWN : (int)(end - text);
    const char *name = type.data ? type.data : "value";
    int code;
    if (!n)
        code = leat__fail(err, LEAT_EINPUT, "it is empty, %s is needed", name);
    else
        code = leat__fail(err, LEAT_EINPUT, "%.*s%s %s %s", n, text, n < end - text ? "..." : "",
                          what, name);
    leat__text_fini(&type);
    return code;
}

static int refuse_range(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    char low[LEAT__NUMBER_ROOM], high[LEAT__NUMBER_ROOM], what[120];
    struct leat__integer least = { most(s, true), true }, greatest = { most(s, false), false };
    least.negative = least.magnitude != 0;
    int n = (int)leat__print_integer(low, least), m = (int)leat__print_integer(high, greatest);
    if (s.bits)
        snprintf(what, sizeof what, "is out of range %.*s to %.*s of %u bits of", n, low, m, high,
                 s.bits);
    else
        snprintf(what, sizeof what, "is out of range %.*s to %.*s of", n, low, m, high);
    return refuse(s, text, end, what, err);
}

static int read_integer(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    struct leat__integer x;
    enum leat__fault fault = leat__read_integer(text, end, &x);
    if (fault == LEAT__NO_NUMBER)
        return refuse(s, text, end, "is no", err);
    if (fault == LEAT__TOO_LARGE || !leat__scalar_store(s, x))
        return refuse_range(s, text, end, err);
    return 0;
}

static int read_float(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    enum leat__fault fault;
    float f;
    double d;
    long double l;
    if (s.type->size == sizeof f) {
        if (!(fault = leat__read_float(text, end, &f)))
            memcpy(s.at, &f, sizeof f);
    } else if (s.type->size == sizeof d) {
        if (!(fault = leat__read_double(text, end, &d)))
            memcpy(s.at, &d, sizeof d);
    } else if (!(fault = leat__read_long_double(text, end, &l))) {
        memcpy(s.at, &l, sizeof l);
    }
    if (!fault)
        return 0;
    return refuse(s, text, end, fault == LEAT__TOO_LARGE ? "is too large for" : "is no", err);
}

static int refuse_name(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    char word[64];
    struct leat__text shape = { 0 };
    leat__type_shape(&shape, s.type);       /* "one of {rain, snow}" */
    snprintf(word, sizeof word, "%.*s", (int)(end - text < 63 ? end - text : 63), text);
    struct leat__suggest near = leat__suggest_for(word);
    for (uint32_t i = 0; i < s.type->count; i++)
        leat__suggest_offer(&near, s.type->enumerators[i].name);
    int code =
        leat__fail(err, LEAT_EINPUT, "%s is not %s%s%s%s", *word ? word : "it is empty and",
                   shape.data ? shape.data : "an enumerator", near.best ? ", did you mean " : "",
                   near.best ? near.best : "", near.best ? "?" : "");
    leat__text_fini(&shape);
    return code;
}

/* A name; a number stands for a value without one, as of flags or'ed together. */
static int read_enum(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    size_t n = (size_t)(end - text);
    if (n && ((unsigned)(*text - '0') <= 9 || *text == '-'))
        return read_integer(s, text, end, err);
    for (uint32_t i = 0; i < s.type->count; i++) {
        const struct leat__enumerator *e = &s.type->enumerators[i];
        if (strlen(e->name) != n || memcmp(e->name, text, n))
            continue;
        bool negative = is_signed(s.type) && e->value < 0;
        uint64_t raw = (uint64_t)e->value;
        struct leat__integer x = { negative ? -raw : raw, negative };
        return leat__scalar_store(s, x) ? 0 : refuse_range(s, text, end, err);
    }
    return refuse_name(s, text, end, err);
}

static int read_bool(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    size_t n = (size_t)(end - text);
    bool on = n == 4 && !memcmp(text, "true", 4);
    if (!on && !(n == 5 && !memcmp(text, "false", 5)))
        return refuse(s, text, end, "is neither true nor false, so no", err);
    leat__scalar_store(s, (struct leat__integer){ on, false });
    return 0;
}

int leat__scalar_read(struct leat__spot s, const char *text, const char *end, leat_error *err)
{
    switch (s.type->kind) {
    case LEAT__BOOL:  return read_bool(s, text, end, err);
    case LEAT__FLOAT: return read_float(s, text, end, err);
    case LEAT__ENUM:  return read_enum(s, text, end, err);
    case LEAT__CHAR:
        if (end - text > 1 || (end - text == 1 && !*text))
            return refuse(s, text, end, "is not one", err);
        *(char *)s.at = 0;
        if (text < end)
            *(char *)s.at = *text;
        return 0;
    default:
        return read_integer(s, text, end, err);
    }
}
