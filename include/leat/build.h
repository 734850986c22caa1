/* leat/build.h: for builder functions, `int any_name(leat_builder *b)` of a
 * module. Header only: the module links without libleat.
 *
 *     int configure(leat_builder *b)
 *     {
 *         const char *region = leat_builder_config(b, "region");
 *         if (!region)
 *             return 0;
 *         if (!strcmp(region, "moon"))
 *             return leat_fail("no weather there"), -1;
 *         return leat_builder_note(b, "limit", strcmp(region, "us") ? "calls(metric)" : "calls(imperial)");
 *     }
 *
 * leat_builder_build calls each of them once, before it wires: those of the
 * modules in the order they were added, then those of modules that these added,
 * and so on (16 times at most). Non-zero, or leat_fail, is a problem of the build.
 * What is added counts for this build alone; the next one calls again. A build
 * with leat_builder_set_inspect calls none; leat_builder_deferred names them.
 *
 * The calls below are those of leat/builder.h, which says what they do, with
 * these differences: notes and what is added speak of the namespace that the
 * module is in; added sources make a module of their own; leat_builder_build is
 * refused. In code that links libleat leat/builder.h serves as well. */
#pragma once
#include <leat/node.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct leat_builder leat_builder;

/* The engine's side, at the beginning of a builder: append only, look at size. */
typedef struct leat_builder_api {
    uint32_t size, abi;
    const char *(*config)(leat_builder *b, const char *key);
    int (*set_config)(leat_builder *b, const char *key, const char *text);
    int (*note)(leat_builder *b, const char *node, const char *note);
    int (*set_namespace)(leat_builder *b, const char *space);
    int (*add_module)(leat_builder *b, const char *path);
    int (*add_source)(leat_builder *b, const char *path, const char *const *cflags);
    int (*add_function)(leat_builder *b, const char *prototype,
                        void (*call)(void *user, void *const *args, void *result), void *user);
    int (*set_destroy)(leat_builder *b, const char *type, void (*destroy)(void *));
} leat_builder_api;

/* What a builder begins with; a test may build one of its own. */
typedef struct leat_builder_head { const leat_builder_api *api; } leat_builder_head;

#ifndef LEAT_BUILDER_DECLARED_
#define LEAT_BUILDER_INLINE_
static inline const leat_builder_api *leat_builder_api_(const leat_builder *b)
{
    return b ? ((const leat_builder_head *)(const void *)b)->api : NULL;
}
/* A value of config, NULL: not given. Asking makes the key known: giving it is
 * no error. Lives until the next leat_builder_set_config of that key. */
static inline const char *leat_build_config_(leat_builder *b, const char *key)
{
    return b ? (leat_builder_api_(b)->config)(b, key) : NULL;
}
static inline int leat_build_set_config_(leat_builder *b, const char *key, const char *text)
{
    return b ? (leat_builder_api_(b)->set_config)(b, key, text) : -1;
}
static inline int leat_build_note_(leat_builder *b, const char *node, const char *note)
{
    return b ? (leat_builder_api_(b)->note)(b, node, note) : -1;
}
static inline int leat_build_set_namespace_(leat_builder *b, const char *space)
{
    return b ? (leat_builder_api_(b)->set_namespace)(b, space) : -1;
}
static inline int leat_build_add_module_(leat_builder *b, const char *path)
{
    return b ? (leat_builder_api_(b)->add_module)(b, path) : -1;
}
static inline int leat_build_add_source_(leat_builder *b, const char *path, const char *const *cflags)
{
    return b ? (leat_builder_api_(b)->add_source)(b, path, cflags) : -1;
}
static inline int leat_build_add_function_(leat_builder *b, const char *prototype,
                                           void (*call)(void *user, void *const *args, void *result),
                                           void *user)
{
    return b ? (leat_builder_api_(b)->add_function)(b, prototype, call, user) : -1;
}
static inline int leat_build_set_destroy_(leat_builder *b, const char *type, void (*destroy)(void *))
{
    return b ? (leat_builder_api_(b)->set_destroy)(b, type, destroy) : -1;
}
/* One vocabulary on both sides. A builder that is NULL: -1, LEAT_ENOMEM. */
#define leat_builder_config        leat_build_config_
#define leat_builder_set_config    leat_build_set_config_
#define leat_builder_note          leat_build_note_
#define leat_builder_set_namespace leat_build_set_namespace_
#define leat_builder_add_module    leat_build_add_module_
#define leat_builder_add_source    leat_build_add_source_
#define leat_builder_add_function  leat_build_add_function_
#define leat_builder_set_destroy   leat_build_set_destroy_
#endif

#ifdef __cplusplus
}
#endif
