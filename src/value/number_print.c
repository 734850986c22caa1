/* number printing: the shortest digits that read back, then laid out.
 *
 * Most numbers people write have few decimals: x * 10^k is then a whole number
 * below 10^15, and such digits are the only ones that short. The others try 15
 * to 17 digits (fewer where floats lose bits near zero) until one reads back.
 * Only digits are taken from snprintf, so its decimal point does not matter. */
#include "value/number.h"
#include "value/io.h"
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* d.ddd * 10^exponent, no trailing zeros but in "0". */
struct digits { char digit[24]; int count, exponent; bool negative; };

static size_t put_scientific(char *out, const struct digits *d)
{
    size_t n = 0;
    out[n++] = d->digit[0];
    if (d->count > 1) {
        out[n++] = '.';
        memcpy(out + n, d->digit + 1, (size_t)d->count - 1);
        n += (size_t)d->count - 1;
    }
    out[n++] = 'e';
    out[n++] = d->exponent < 0 ? '-' : '+';
    return n + leat__print_integer(out + n,
                                   (struct leat__integer){ (uint64_t)abs(d->exponent), false });
}

/* 0.0001 to below 10^17 as people write them, the rest as 1e+17. */
static size_t lay_out(char *out, const struct digits *d)
{
    size_t n = 0;
    if (d->negative)
        out[n++] = '-';
    if (d->exponent < -4 || d->exponent > 16)
        return n + put_scientific(out + n, d);
    int whole = d->exponent + 1;        /* digits before the point */
    if (whole <= 0) {
        memcpy(out + n, "0.0000", (size_t)(2 - whole));
        n += (size_t)(2 - whole);
    }
    for (int i = 0; i < d->count || i < whole; i++) {
        if (i && i == whole)
            out[n++] = '.';
        out[n++] = i < d->count ? d->digit[i] : '0';
    }
    return n;
}

/* From snprintf's d<point>ddde+dd. */
static void take_digits(struct digits *d, const char *text)
{
    d->count = 0;
    d->negative = *text == '-';
    for (; *text && *text != 'e'; text++)
        if ((unsigned)(*text - '0') <= 9 && d->count < (int)sizeof d->digit)
            d->digit[d->count++] = *text;
    while (d->count > 1 && d->digit[d->count - 1] == '0')
        d->count--;
    d->exponent = *text ? atoi(text + 1) : 0;
}

static size_t spell(char *out, long double x, int precision)
{
    char text[64];
    struct digits d;
    snprintf(text, sizeof text, "%.*Le", precision - 1, x);
    take_digits(&d, text);
    return lay_out(out, &d);
}

static size_t spell_double(char *out, double x, int precision)
{
    char text[64];
    struct digits d;
    snprintf(text, sizeof text, "%.*e", precision - 1, x);
    take_digits(&d, text);
    return lay_out(out, &d);
}

/* nan, inf, -inf; 0: x is none of them. */
static size_t put_special(char *out, bool is_nan, bool is_inf, bool negative)
{
    if (!is_nan && !is_inf)
        return 0;
    size_t minus = is_inf && negative;
    memcpy(out, "-", minus);
    memcpy(out + minus, is_nan ? "nan" : "inf", 3);
    return minus + 3;
}

/* x as whole / 10^decimals, if whole has at most `most` digits; 0: it is not. */
static size_t put_short(char *out, double x, double most)
{
    static const double ten[] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };
    double size = fabs(x);
    for (size_t k = 0; k < sizeof ten / sizeof *ten; k++) {
        double scaled = size * ten[k];
        if (!(scaled < most))
            return 0;
        double whole = (double)(uint64_t)(scaled + 0.5);
        if (whole / ten[k] != size)
            continue;
        char text[LEAT__NUMBER_ROOM];
        struct digits d = { .negative = signbit(x) };
        size_t n = leat__print_integer(text, (struct leat__integer){ (uint64_t)whole, false });
        d.exponent = (int)n - 1 - (int)k;
        while (n > 1 && text[n - 1] == '0')
            n--;
        memcpy(d.digit, text, n);
        d.count = (int)n;
        if (whole == 0)
            d.exponent = 0;
        return lay_out(out, &d);
    }
    return 0;
}

size_t leat__print_double(char *out, double x)
{
    size_t n = put_special(out, isnan(x), isinf(x), signbit(x));
    if (!n)
        n = put_short(out, x, 1e15);
    double back = 0;
    for (int precision = fabs(x) < DBL_MIN ? 1 : 15; !n && precision <= 17; precision++) {
        n = spell_double(out, x, precision);
        if (precision < 17 && (leat__read_double(out, out + n, &back) || back != x))
            n = 0;
    }
    return n;
}

size_t leat__print_float(char *out, float x)
{
    size_t n = put_special(out, isnan(x), isinf(x), signbit(x));
    float back = 0;
    for (int precision = fabsf(x) < FLT_MIN ? 1 : 6; !n && precision <= 9; precision++) {
        n = spell_double(out, (double)x, precision);
        if (precision < 9 && (leat__read_float(out, out + n, &back) || back != x))
            n = 0;
    }
    return n;
}

size_t leat__print_long_double(char *out, long double x)
{
    size_t n = put_special(out, isnan(x), isinf(x), signbit(x));
    long double back = 0;
    for (int precision = fabsl(x) < LDBL_MIN ? 1 : LDBL_DIG; !n && precision <= LDBL_DECIMAL_DIG;
         precision++) {
        n = spell(out, x, precision);
        if (precision < LDBL_DECIMAL_DIG &&
            (leat__read_long_double(out, out + n, &back) || back != x))
            n = 0;
    }
    return n;
}

size_t leat__print_rounded(char *out, double x, int digits)
{
    size_t n = put_special(out, isnan(x), isinf(x), signbit(x));
    return n ? n : spell_double(out, x, digits);
}

size_t leat__print_integer(char *out, struct leat__integer x)
{
    char text[24];
    size_t n = sizeof text, minus = x.negative;
    do
        text[--n] = (char)('0' + x.magnitude % 10);
    while ((x.magnitude /= 10));
    memcpy(out, "-", minus);
    memcpy(out + minus, text + n, sizeof text - n);
    return minus + sizeof text - n;
}
