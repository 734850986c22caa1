/* number: numbers as text, both ways, whatever the locale.
 *
 * The readers take the whole of [s, end): what stands behind a number makes it
 * none. `nan`, `inf` and `infinity` are read in any case, with a sign. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum leat__fault {
    LEAT__NO_FAULT,
    LEAT__NO_NUMBER,        /* the text is not a number of this kind      */
    LEAT__TOO_LARGE         /* it is, and no value of the kind is near it */
};

/* An integer of any C type. Zero is never negative. */
struct leat__integer { uint64_t magnitude; bool negative; };

enum { LEAT__NUMBER_ROOM = 32 };    /* bytes that any number printed here fits into */

enum leat__fault leat__read_integer(const char *s, const char *end, struct leat__integer *out);
/* Correctly rounded. */
enum leat__fault leat__read_double(const char *s, const char *end, double *out);
enum leat__fault leat__read_float(const char *s, const char *end, float *out);
enum leat__fault leat__read_long_double(const char *s, const char *end, long double *out);

/* Each returns the length; no NUL is written. leat__print_double and
 * leat__print_float stand in io.h. */
size_t leat__print_integer(char *out, struct leat__integer x);
size_t leat__print_long_double(char *out, long double x);
/* For people: at most `digits` (1 to 17) significant digits. */
size_t leat__print_rounded(char *out, double x, int digits);
