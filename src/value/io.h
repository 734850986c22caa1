/* io: values as text, both ways. The grammar is the VALUE of leat(1).
 *
 * `at` always points to a value of type t in memory: for a `char *` at the
 * pointer, for a struct at the struct. Readers put what they allocate into the
 * arena and nothing of it when they fail. Text out reads back equal. Numbers
 * ignore the locale. Nesting is at most 128 deep. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "value/type.h"
#include <leat/error.h>

/* --- out --- */

enum {
    LEAT__CUT   = 1     /* text: an array over 20 items is cut (count, min, mean, max), struct arrays are tables */
};
/* As `leat run` prints it: numbers bare, text bare unless it holds control
 * characters or begins with a quote, the rest as JSON. */
int leat__print_text(struct leat__text *out, const struct leat__type *t, const void *at, unsigned flags);
/* JSON: integers in full digits, shortest floats that round-trip ("nan" "inf"
 * "-inf" quoted), structs as objects, slices and arrays as arrays, enumerators
 * by name, char[N] and text as strings, other bytes and uint8_t slices as
 * {"base64": "..."}, NULL as null, opaque as {"opaque": "struct image *"}. */
int leat__print_json(struct leat__text *out, const struct leat__type *t, const void *at);
/* A slice or array of structs (a header line), of scalars or text (one column
 * named `column`), else LEAT_ETYPE. */
int leat__csv_write(struct leat__text *out, const struct leat__type *t, const void *at,
                    const char *column, leat_error *err);
/* One JSON value a line, for a slice or array. */
int leat__jsonl_write(struct leat__text *out, const struct leat__type *t, const void *at, leat_error *err);

/* --- in --- */

/* One VALUE: a number, true/false, an enumerator by name, text as it stands,
 * JSON for structs and arrays. Errors say what was expected: "abc is no double". */
int leat__parse_value(const struct leat__type *t, const char *text, struct leat__arena *arena,
                      void *at, leat_error *err);
/* `where` names the source in errors, "x.json:3:14: no member temp, did you mean
 * temp_max?"; NULL: the place is told as "line 3, column 14". Unknown, missing
 * and duplicate members, numbers out of range: errors. */
int leat__json_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                    struct leat__arena *arena, void *at, leat_error *err);
/* JSON lines into a slice. */
int leat__jsonl_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                     struct leat__arena *arena, void *at, leat_error *err);
/* CSV with a header into a slice of structs, columns to members by name; or,
 * with `column`, one column into a slice of scalars or text. An empty field is
 * NaN for floats, empty for text, else an error with line and column; so are a
 * missing column, a row of other length, text too long for a char[N]. */
int leat__csv_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                   const char *column, struct leat__arena *arena, void *at, leat_error *err);
/* true: leat__csv_read can read it (a slice of flat structs, or of scalars or text). */
bool leat__csv_can_read(const struct leat__type *t);

/* --- numbers, the parts --- */

/* Shortest text that reads back as the same double / float; at most 32 bytes. */
size_t leat__print_double(char *out, double x);
size_t leat__print_float(char *out, float x);
/* Correctly rounded. *end is behind the number; NULL if there is none there. */
double leat__parse_double(const char *s, const char *limit, const char **end);
