/* Functions made by hand, for tests of graph/ and run/: no compiler, no module. */
#pragma once
#include "graph/graph.h"
#include <string.h>

static const struct leat__type t_u64 = { .kind = LEAT__UINT, .size = 8, .align = 8, .hash = 11 };
static const struct leat__type t_double = { .kind = LEAT__FLOAT, .size = 8, .align = 8, .hash = 12 };
static const struct leat__type t_float = { .kind = LEAT__FLOAT, .size = 4, .align = 4, .hash = 13 };
static const struct leat__type t_int = { .kind = LEAT__INT, .size = 4, .align = 4, .hash = 14 };
static const struct leat__type t_char = { .kind = LEAT__CHAR, .size = 1, .align = 1, .hash = 15 };
static const struct leat__type t_text = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                          .of = &t_char, .hash = 16 };
static const struct leat__type t_mutable_text = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_char,
                                                  .hash = 17 };
static const struct leat__type t_u64_out = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_u64, .hash = 18 };
static const struct leat__type t_image = { .kind = LEAT__STRUCT, .flags = LEAT__INCOMPLETE, .name = "image",
                                           .hash = 19 };
static const struct leat__type t_image_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_image, .hash = 20 };
static const struct leat__type t_image_cp = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8,
                                              .of = &t_image, .hash = 21 };

/* FUNCTION(line, result, "name", { "param", &type }, ...) */
#define PARAMS(...) (const struct leat__param[]){ __VA_ARGS__ }
#define FUNCTION(at, type, called, ...)                                                                            \
    (struct leat__function){ .name = (called), .head = &(struct leat__head){ .file = "m.c", .line = (at),         \
        .result = (type), .params = PARAMS(__VA_ARGS__),                                                          \
        .count = sizeof(PARAMS(__VA_ARGS__)) / sizeof(struct leat__param) } }
#define FUNCTION_0(at, type, called)                                                                \
    (struct leat__function){ .name = (called), .head = &(struct leat__head){ .file = "m.c", .line = (at), .result = (type) } }

static inline int build_with(struct leat__graph *g, struct leat__function *f, uint32_t n,
                             const struct leat__note *notes, uint32_t note_count)
{
    struct leat__functions module = { f, n };
    struct leat__graph_spec spec = { &module, 1, notes, note_count, NULL, 0 };
    return leat__graph_build(g, &spec);
}
