/* number: decimal text to binary and back.
 *
 * Reading takes a number apart into at most 19 digits (a 64-bit integer w) and
 * a power of ten e. While |e| <= 27, 5^|e| fits 64 bits too, so w * 10^e is one
 * exact 128-bit product or quotient, rounded once: no table of powers, no
 * error to bound. What is left (long digit strings, far exponents) goes to
 * strtod, written as digits and an exponent only: without a decimal point the
 * locale has nothing to say. */
#include "value/number.h"
#include "value/io.h"
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

typedef unsigned __int128 wide;

enum {
    FAR = 27,           /* 5^27 is the largest power of five below 2^64 */
    KEPT = 11600        /* significant digits that can decide how the widest long double rounds */
};

struct decimal {
    uint64_t w;             /* the digits, if not `many`                  */
    long exponent;          /* of ten                                     */
    bool negative, many;    /* many: more than 19 significant digits      */
    const char *first, *last;   /* where the digits (and the point) stand */
};

/* Behind the exponent at p ("e+12"), or p if there is none. */
static const char *scan_exponent(const char *p, const char *limit, long *exponent)
{
    const char *q = p;
    if (q == limit || (*q | 0x20) != 'e')
        return p;
    bool negative = ++q < limit && *q == '-';
    if (q < limit && (*q == '-' || *q == '+'))
        q++;
    const char *first = q;
    long e = 0;
    for (; q < limit && (unsigned)(*q - '0') <= 9; q++)
        if (e < 1000000)
            e = e * 10 + (*q - '0');
    if (q == first)
        return p;
    *exponent += negative ? -e : e;
    return q;
}

static bool too_many(const char *s, const char *end)
{
    while (s < end && (*s == '0' || *s == '.'))
        s++;
    ptrdiff_t n = end - s;
    return n > 20 || (n > 19 && !memchr(s, '.', (size_t)n));
}

/* Behind the number at s, NULL if there is none. */
static const char *scan(const char *s, const char *limit, struct decimal *d)
{
    const char *p = s;
    unsigned digit;
    uint64_t w = 0;
    d->negative = p < limit && *p == '-';
    if (p < limit && (*p == '-' || *p == '+'))
        p++;
    d->first = p;
    for (; p < limit && (digit = (unsigned)(*p - '0')) <= 9; p++)
        w = w * 10 + digit;
    ptrdiff_t count = p - d->first;
    d->exponent = 0;
    if (p < limit && *p == '.') {
        const char *point = p++;
        for (; p < limit && (digit = (unsigned)(*p - '0')) <= 9; p++)
            w = w * 10 + digit;
        d->exponent = point + 1 - p;
        count -= d->exponent;
    }
    if (!count)
        return NULL;
    d->many = count > 19 && too_many(d->first, p);
    d->w = w;
    d->last = p;
    return scan_exponent(p, limit, &d->exponent);
}

static double power_of_two(int e)
{
    uint64_t bits = (uint64_t)(e + 1023) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* p * 2^e, rounded half to even; far from the ends of a double's range. */
static double round_wide(wide p, int e)
{
    uint64_t high = (uint64_t)(p >> 64), low = (uint64_t)p;
    int shift = (high ? 128 - __builtin_clzll(high) : 64 - __builtin_clzll(low)) - 53;
    if (shift <= 0)
        return (double)low * power_of_two(e);
    uint64_t m = (uint64_t)(p >> shift);
    wide rest = p & (((wide)1 << shift) - 1), half = (wide)1 << (shift - 1);
    m += rest > half || (rest == half && (m & 1));
    return (double)m * power_of_two(e + shift);
}

static const uint64_t five[FAR + 1] = {
    1u, 5u, 25u, 125u, 625u, 3125u, 15625u, 78125u, 390625u, 1953125u, 9765625u, 48828125u,
    244140625u, 1220703125u, 6103515625u, 30517578125u, 152587890625u, 762939453125u,
    3814697265625u, 19073486328125u, 95367431640625u, 476837158203125u, 2384185791015625u,
    11920928955078125u, 59604644775390625u, 298023223876953125u, 1490116119384765625u,
    7450580596923828125u
};

/* w / 5^k / 2^k: both sides shifted up to 64 bits, the remainder kept as a
 * sticky bit far below the 53 that count. */
static double quotient(uint64_t w, int k)
{
    int up = __builtin_clzll(w), down = __builtin_clzll(five[k]);
    uint64_t d = five[k] << down;
    wide n = (wide)(w << up) << 63;
    uint64_t q = (uint64_t)(n / d);
    q |= n != (wide)q * d;
    return round_wide(q, down - up - 63 - k);
}

/* |e| <= FAR. Below 2^53 and 10^22 both sides are exact doubles, and one
 * operation rounds once. */
static double near(uint64_t w, int e)
{
    static const double ten[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                  1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                  1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
    if (FLT_EVAL_METHOD == 0 && w <= (uint64_t)1 << 53 && e >= -22 && e <= 22)
        return e < 0 ? (double)w / ten[-e] : (double)w * ten[e];
    if (!w)
        return 0;
    return e < 0 ? quotient(w, -e) : round_wide((wide)w * five[e], e);
}

/* The number as "digits e exponent" without point or leading zeros, cut to
 * KEPT digits: what is cut only breaks ties, so one digit 1 stands for it. */
static void respell(const struct decimal *d, char *out)
{
    size_t n = 0;
    long exponent = d->exponent;
    bool cut = false;
    for (const char *p = d->first; p < d->last; p++) {
        if (*p == '.' || (!n && *p == '0'))
            continue;
        if (n < KEPT) {
            out[n++] = *p;
        } else {
            cut |= *p != '0';
            exponent++;
        }
    }
    if (!n)
        out[n++] = '0';
    if (cut) {
        out[n++] = '1';
        exponent--;
    }
    snprintf(out + n, 24, "e%ld", exponent);
}

__attribute__((noinline))
static long double far(const struct decimal *d, int size)
{
    char text[KEPT + 32];
    int number = errno;         /* strtod's ERANGE is nobody's business */
    respell(d, text);
    long double x = size == 4   ? strtof(text, NULL)
                    : size == 8 ? strtod(text, NULL)
                                : strtold(text, NULL);
    errno = number;
    return x;
}

/* Behind "nan", "inf" or "infinity" in any case at s, NULL if it is none. */
static const char *word(const char *s, const char *limit, double *out)
{
    static const struct { const char *name; double value; } words[] = {
        { "infinity", INFINITY }, { "inf", INFINITY }, { "nan", NAN }
    };
    bool negative = s < limit && *s == '-';
    if (s < limit && (*s == '-' || *s == '+'))
        s++;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t n = strlen(words[i].name);
        if ((size_t)(limit - s) >= n && !strncasecmp(s, words[i].name, n)) {
            *out = negative ? -words[i].value : words[i].value;
            return s + n;
        }
    }
    return NULL;
}

static double to_double(const struct decimal *d)
{
    double x = !d->many && d->exponent >= -FAR && d->exponent <= FAR ? near(d->w, (int)d->exponent)
                                                                     : (double)far(d, 8);
    return d->negative ? -x : x;
}

double leat__parse_double(const char *s, const char *limit, const char **end)
{
    struct decimal d;
    double x = 0;
    if ((*end = scan(s, limit, &d)))
        return to_double(&d);
    *end = word(s, limit, &x);
    return x;
}

/* A double is on the way to a float unless it stands exactly between two
 * floats (the 29 bits it has more are 1000...), where it may itself be rounded,
 * or so near zero that floats have fewer bits. */
static float to_float(const struct decimal *d)
{
    double x = to_double(d);
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    if ((bits & 0x1fffffff) != 0x10000000 && (fabs(x) >= 2 * (double)FLT_MIN || x == 0))
        return (float)x;
    float f = (float)far(d, 4);
    return d->negative ? -f : f;
}

/* The whole of it is nan or inf. */
static enum leat__fault read_word(const char *s, const char *end, double *out)
{
    return word(s, end, out) == end ? LEAT__NO_FAULT : LEAT__NO_NUMBER;
}

enum leat__fault leat__read_double(const char *s, const char *end, double *out)
{
    struct decimal d;
    const char *last = scan(s, end, &d);
    if (!last)
        return read_word(s, end, out);
    if (last != end)
        return LEAT__NO_NUMBER;
    *out = to_double(&d);
    return isinf(*out) ? LEAT__TOO_LARGE : LEAT__NO_FAULT;
}

enum leat__fault leat__read_float(const char *s, const char *end, float *out)
{
    struct decimal d;
    double x = 0;
    const char *last = scan(s, end, &d);
    if (!last) {
        enum leat__fault fault = read_word(s, end, &x);
        *out = (float)x;
        return fault;
    }
    if (last != end)
        return LEAT__NO_NUMBER;
    *out = to_float(&d);
    return isinf(*out) ? LEAT__TOO_LARGE : LEAT__NO_FAULT;
}

enum leat__fault leat__read_long_double(const char *s, const char *end, long double *out)
{
    struct decimal d;
    double x = 0;
    const char *last = scan(s, end, &d);
    if (!last) {
        enum leat__fault fault = read_word(s, end, &x);
        *out = x;
        return fault;
    }
    if (last != end)
        return LEAT__NO_NUMBER;
    long double all = far(&d, 16);
    *out = d.negative ? -all : all;
    return isinf(all) ? LEAT__TOO_LARGE : LEAT__NO_FAULT;
}

enum leat__fault leat__read_integer(const char *s, const char *end, struct leat__integer *out)
{
    bool negative = s < end && *s == '-', over = false;
    if (s < end && (*s == '-' || *s == '+'))
        s++;
    const char *first = s;
    uint64_t n = 0;
    for (unsigned digit; s < end && (digit = (unsigned)(*s - '0')) <= 9; s++) {
        if (end - first > 19)
            over |= __builtin_mul_overflow(n, 10u, &n) || __builtin_add_overflow(n, digit, &n);
        else
            n = n * 10 + digit;
    }
    if (s != end || s == first)
        return LEAT__NO_NUMBER;
    *out = (struct leat__integer){ n, negative && n };
    return over ? LEAT__TOO_LARGE : LEAT__NO_FAULT;
}
