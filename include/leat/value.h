/* leat/value.h: how a host program hands values in and takes them out.
 *
 *     leat_run_input(run, "normal", 11.5);                 a number or text
 *     leat_run_set(run, "day", LEAT_STRUCT(struct day, &d));   a struct
 *     leat_run_set(run, "temps", leat_array(temps, n));        an array
 *     leat_run_output(run, "anomaly", &anomaly);           a place for a result
 *     leat_run_ask(run, "table", LEAT_INTO(struct table *, &t));
 *
 * A leat_value is copied during the call it is passed to (text and arrays
 * whole, structs as deep as their layout tells), unless `release` is set: then
 * the memory is lent, and release(user) is called once, from any thread, when
 * the last reader is done, also when the call fails. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum {
    LEAT_KIND_ANY,      /* only as a place: whatever the output is           */
    LEAT_KIND_BOOL, LEAT_KIND_INT, LEAT_KIND_UINT, LEAT_KIND_FLOAT,
    LEAT_KIND_STRING,   /* as.p: a NUL-terminated text                       */
    LEAT_KIND_STRUCT,   /* as.p: `size` bytes; type: its name or NULL        */
    LEAT_KIND_ARRAY     /* as.p: `count` elements of `size` bytes, of kind `element` */
};

/* Frozen. Make one with leat_of, LEAT_STRUCT or leat_array. */
typedef struct leat_value {
    uint32_t kind, element;
    union { int64_t i; uint64_t u; double d; const void *p; } as;
    size_t size, count;
    const char *type;
    void (*release)(void *user);
    void *user;
} leat_value;

/* Frozen. Where an output goes. Make one with leat_into or LEAT_INTO. By kind, a number
 * is converted to the place's type: to floating point it may be rounded; where it would
 * not be the same, 2.5 to an int or 300 to a char, it is LEAT_ETYPE, which
 * leat_run_execute and leat_run_get answer. */
typedef struct leat_place {
    void *to;
    const char *type;   /* as C writes it, or NULL: then kind and size count */
    size_t size;
    uint32_t kind;
} leat_place;

/* Frozen. A member of a struct that takes an output; LEAT_FIELDS makes several. */
typedef struct leat_field {
    const char *name;   /* the output, as a parameter would read it: "table__rain" */
    leat_place place;
} leat_field;

/* What LEAT_STRUCT and leat_array make; for bindings. */
static inline leat_value leat_of_memory(uint32_t kind, const char *type, const void *p,
                                        size_t size, size_t count, uint32_t element)
{
    leat_value v = { kind, element, { 0 }, size, count, type, NULL, NULL };
    v.as.p = p;
    return v;
}

#define LEAT_OF_(name, T, K, member)                                          \
    static inline leat_value leat_of_##name(T x)                              \
    {                                                                         \
        leat_value v = { LEAT_KIND_##K, 0, { 0 }, 0, 1, NULL, NULL, NULL };   \
        v.as.member = x;                                                      \
        return v;                                                             \
    }
LEAT_OF_(bool, bool, BOOL, i)
LEAT_OF_(int, int64_t, INT, i)
LEAT_OF_(uint, uint64_t, UINT, u)
LEAT_OF_(double, double, FLOAT, d)
LEAT_OF_(string, const char *, STRING, p)
#undef LEAT_OF_

/* A leat_value as it is, so that leat_of takes one too. */
static inline leat_value leat_of_same_(leat_value x) { return x; }

static inline leat_place leat_into_(void *to, size_t size, uint32_t kind, const char *type)
{
    leat_place p = { to, type, size, kind };
    return p;
}

/* A struct at p; its tag and size are checked against the graph. */
#define LEAT_STRUCT(T, p) leat_of_memory(LEAT_KIND_STRUCT, #T, (p), sizeof(T), 1, 0)
/* A place of type T at p: struct table *t; LEAT_INTO(struct table *, &t). */
#ifdef __cplusplus
#define LEAT_INTO(T, p)   leat_into_((p), sizeof(T), LEAT_KIND_ANY, #T)
#else
#define LEAT_INTO(T, p)   leat_into_((p), sizeof(T), LEAT_KIND_(*(__typeof__(T) *)(p)), #T)
#define LEAT_PICK_(x, b, i, u, f, s)                                          \
    _Generic((x), bool: b, char: i, signed char: i, short: i, int: i, long: i, \
             long long: i, unsigned char: u, unsigned short: u, unsigned: u,  \
             unsigned long: u, unsigned long long: u, float: f, double: f,    \
             char *: s, const char *: s
#define LEAT_KIND_(x)                                                         \
    LEAT_PICK_(x, LEAT_KIND_BOOL, LEAT_KIND_INT, LEAT_KIND_UINT,              \
               LEAT_KIND_FLOAT, LEAT_KIND_STRING), default: LEAT_KIND_ANY)
/* A number, truth value or text; other pointers do not compile. */
#define leat_of(x)                                                            \
    LEAT_PICK_(x, leat_of_bool, leat_of_int, leat_of_uint, leat_of_double,    \
               leat_of_string), leat_value: leat_of_same_)(x)
/* The place p points to. */
#define leat_into(p) leat_into_((void *)(p), sizeof *(p), LEAT_KIND_(*(p)), NULL)
/* n elements at p. */
#define leat_array(p, n)                                                      \
    leat_of_memory(LEAT_KIND_ARRAY, NULL, (p), sizeof *(p), (n), LEAT_KIND_(*(p)))
#endif

/* Members of the struct p points to, at most 16, as a list of leat_field. */
#define LEAT_FIELDS(p, ...)                                                   \
    LEAT_FIELDS_PICK_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0)(p, __VA_ARGS__)
#define LEAT_FIELDS_PICK_(a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, q, x, ...) LEAT_FIELDS_##x##_
#define LEAT_FIELD_(p, a) { #a, leat_into(&(p)->a) }
#define LEAT_FIELDS_1_(p, a) LEAT_FIELD_(p, a)
#define LEAT_FIELDS_2_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_1_(p, __VA_ARGS__)
#define LEAT_FIELDS_3_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_2_(p, __VA_ARGS__)
#define LEAT_FIELDS_4_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_3_(p, __VA_ARGS__)
#define LEAT_FIELDS_5_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_4_(p, __VA_ARGS__)
#define LEAT_FIELDS_6_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_5_(p, __VA_ARGS__)
#define LEAT_FIELDS_7_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_6_(p, __VA_ARGS__)
#define LEAT_FIELDS_8_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_7_(p, __VA_ARGS__)
#define LEAT_FIELDS_9_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_8_(p, __VA_ARGS__)
#define LEAT_FIELDS_10_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_9_(p, __VA_ARGS__)
#define LEAT_FIELDS_11_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_10_(p, __VA_ARGS__)
#define LEAT_FIELDS_12_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_11_(p, __VA_ARGS__)
#define LEAT_FIELDS_13_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_12_(p, __VA_ARGS__)
#define LEAT_FIELDS_14_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_13_(p, __VA_ARGS__)
#define LEAT_FIELDS_15_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_14_(p, __VA_ARGS__)
#define LEAT_FIELDS_16_(p, a, ...) LEAT_FIELD_(p, a), LEAT_FIELDS_15_(p, __VA_ARGS__)

#ifdef __cplusplus
}
extern "C++" {
/* leat_of, leat_into and leat_array as overloads. */
inline leat_value leat_of(bool x) { return leat_of_bool(x); }
inline leat_value leat_of(const char *x) { return leat_of_string(x); }
inline leat_value leat_of(char *x) { return leat_of_string(x); }
inline leat_value leat_of(leat_value x) { return x; }
template<class T> leat_value leat_of(T *) = delete;   /* or every pointer becomes a bool */
template<class T> leat_place leat_into(T *p)
{
    return leat_into_(p, sizeof *p, LEAT_KIND_ANY, nullptr);
}
#define LEAT_OVERLOAD_(T, of, K)                                              \
    inline leat_value leat_of(T x) { return leat_of_##of(x); }                \
    inline leat_place leat_into(T *p)                                         \
    {                                                                         \
        return leat_into_(p, sizeof *p, LEAT_KIND_##K, nullptr);              \
    }                                                                         \
    inline leat_value leat_array(const T *p, size_t n)                        \
    {                                                                         \
        return leat_of_memory(LEAT_KIND_ARRAY, nullptr, p, sizeof *p, n, LEAT_KIND_##K); \
    }
LEAT_OVERLOAD_(int, int, INT)
LEAT_OVERLOAD_(long, int, INT)
LEAT_OVERLOAD_(long long, int, INT)
LEAT_OVERLOAD_(unsigned, uint, UINT)
LEAT_OVERLOAD_(unsigned long, uint, UINT)
LEAT_OVERLOAD_(unsigned long long, uint, UINT)
LEAT_OVERLOAD_(float, double, FLOAT)
LEAT_OVERLOAD_(double, double, FLOAT)
#undef LEAT_OVERLOAD_
}
#endif
