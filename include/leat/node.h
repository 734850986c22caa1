/* leat/node.h: for code that runs as a node. Header only: modules link and
 * unit-test without libleat.
 *
 *     leat_fail("negative count at row %d", n);        the node fails; still return
 *     LEAT_NODE(mean, calls(column_mean), bind(xs = temps));
 *     LEAT_TYPE(sqlite3, free(sqlite3_close), shared);
 *     LEAT_FUNCTION(double, rich, (double, spend), (double, limit));
 *
 * A module with debug info needs none of this: its functions are nodes as they
 * stand. LEAT_FUNCTION is for the rest (no -g, static functions, a host). */
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C++" {      /* also right when this header stands inside extern "C" */
#include <exception>
#include <cxxabi.h>
}
extern "C" {
#endif

/* The path of a file whose content counts, not its name. Given from outside, it
 * must be that of a file that can be read. */
typedef const char *leat_path;

/* One per running task, dead when the node returns. A node gets it through a
 * parameter of type `leat_context *`, found by its type; a test passes NULL.
 * fail, log, progress and cancelled may be called from any thread. */
typedef struct leat_context leat_context;

/* What a task knows of itself. Ours: it grows at its end. */
typedef struct leat_task_info {
    const char *node;               /* its name in the graph                  */
    const char *purpose;            /* "run"; "revert": the node is then "pay__revert" */
    uint64_t run;                   /* number of the run in this process      */
    int64_t index, total, depth;    /* -1, -1, 0: no node has items yet       */
    int32_t attempt;                /* from 1                                 */
} leat_task_info;

/* The engine's side: append only, look at size; no va_list, no FILE. Calls
 * through it have their name in brackets: cmocka and tgmath.h have macros. */
typedef struct leat_node_api {
    uint32_t size, abi;
    /* ctx NULL: this thread's task, else every running task of the module.
     * Returns how many tasks will fail; 0: none runs. */
    int (*fail)(leat_context *ctx, const char *file, int line, const char *text);
    void (*log)(leat_context *ctx, int level, const char *text);
    void (*progress)(leat_context *ctx, double done, double total);
    int (*cancelled)(const leat_context *ctx);
    const leat_task_info *(*info)(const leat_context *ctx);
    int (*each)(leat_context *ctx, size_t n, size_t grain, void (*fn)(void *user, size_t lo, size_t hi), void *user);
    const char *(*key)(const leat_context *ctx);
    void (*block)(leat_context *ctx, int on);
} leat_node_api;

/* A private part follows; a test may build one of its own. */
struct leat_context { const leat_node_api *api; };

/* One per shared object, bound by the loader before any call. Hidden, or under
 * -rdynamic a module would bind the host's; weak, so that every file may have it. */
__attribute__((weak, visibility("hidden"))) const leat_node_api *leat_node_api_;

/* What LEAT_FUNCTION records. Frozen: a new shape is a new kind. Section
 * leat_nodes holds pointers to entries, because compilers pad entries there. */
typedef struct leat_entry {
    uint32_t size;
    uint16_t abi, kind;             /* kind 0: the slot, 1: a function        */
    const char *prototype, *file;
    intptr_t line;
    void (*call)(void *const *args, void *result);
    const uint32_t *sizes;          /* of the result (0: void) and each parameter */
    const leat_node_api **slot;
} leat_entry;

#define LEAT_KEEP_(where) __attribute__((used, retain, section(where)))
static const leat_entry leat_slot_ = { sizeof(leat_entry), 1, 0, NULL, NULL, 0, NULL, NULL, &leat_node_api_ };
static const leat_entry *const leat_slot_at_ LEAT_KEEP_("leat_nodes") = &leat_slot_;

__attribute__((unused, format(printf, 4, 5)))
static void leat_fail_(leat_context *ctx, const char *file, int line, const char *format, ...)
{
    char text[512];
    const leat_node_api *api = ctx ? ctx->api : leat_node_api_;
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (!api || !(api->fail)(ctx, file, line, text))
        fprintf(stderr, "%s:%d: %s\n", file, line, text);
}

/* The running task fails when its node returns: the result is dropped, nothing
 * is handed over. printf-like; what is longer than 511 bytes is cut. From a thread that
 * runs no task it fails every running task of this module; leat_context_fail names the
 * task. With no engine, as in a unit test, the text goes to stderr. In a destructor it fails the
 * run, in the name of the node whose value it destroys; hooks hear of it (log)
 * when the run is already being freed. */
#define leat_fail(...)              leat_fail_(NULL, __FILE__, __LINE__, __VA_ARGS__)
#define leat_context_fail(ctx, ...) leat_fail_((ctx), __FILE__, __LINE__, __VA_ARGS__)

/* A loop over 0 .. n - 1 on every worker that is free: fn(user, lo, hi) for pieces
 * of `grain` items (0 is 1) or more that together are all of them, in any order, at the
 * same time; back when all are done. `grain` items should be some 10 us of work; where
 * it is less, a little is tried first, and what would take under 50 us is not shared.
 * In fn, leat_fail fails the node, and no further piece starts, as none does when the
 * run is cancelled or late. 0, or -1: it failed. With one worker, inline too, the
 * pieces are called in turn; with ctx NULL, as in a unit test: one call, fn(user, 0, n). */
static inline int leat_each(leat_context *ctx, size_t n, size_t grain, void (*fn)(void *user, size_t lo, size_t hi),
                            void *user)
{
    if (ctx && ctx->api->size > offsetof(leat_node_api, each))
        return (ctx->api->each)(ctx, n, grain, fn, user);
    if (n)
        fn(user, 0, n);
    return 0;
}

/* The node waits from here on, for a socket, a lock or a clock, until it says that it
 * does no longer: another node may run in its place meanwhile, on one of at most 256
 * more threads. Only by the thread that the node was called on; pairs nest; what is
 * still said when the node returns ends with it. Nothing inline, and with ctx NULL.
 * A node that does nothing else is noted `blocking`. */
static inline void leat_context_block(leat_context *ctx)
{
    if (ctx && ctx->api->size > offsetof(leat_node_api, block))
        (ctx->api->block)(ctx, 1);
}
static inline void leat_context_unblock(leat_context *ctx)
{
    if (ctx && ctx->api->size > offsetof(leat_node_api, block))
        (ctx->api->block)(ctx, 0);
}

/* 1: somebody wants this task to stop, or its time is up; return soon. */
static inline int leat_context_cancelled(const leat_context *ctx)
{
    return ctx ? (ctx->api->cancelled)(ctx) : 0;
}
/* A line for the log. level: 0 error, 1 warning, 2 note, 3 detail. */
static inline void leat_context_log(leat_context *ctx, int level, const char *text)
{
    if (ctx)
        (ctx->api->log)(ctx, level, text);
}
/* How far the task is; total < 0: unknown. */
static inline void leat_context_progress(leat_context *ctx, double done, double total)
{
    if (ctx)
        (ctx->api->progress)(ctx, done, total);
}
/* Borrowed until the node returns; NULL without an engine. */
static inline const leat_task_info *leat_context_info(const leat_context *ctx)
{
    return ctx ? (ctx->api->info)(ctx) : NULL;
}

/* What this call is to effect, as 32 hexadecimal digits: hand it to whoever should not
 * do it twice. It is the same whenever the call is made again, by a retry or by another
 * process that resumed the run, another for every node and run, and for x__revert. An
 * atom that was reverted and is tried once more has a new one: that is another effect.
 * Borrowed until the node returns; "" without an engine. */
static inline const char *leat_context_key(const leat_context *ctx)
{
    return ctx && ctx->api->size > offsetof(leat_node_api, key) ? (ctx->api->key)(ctx) : "";
}

/* A note: what the engine should know of a node or type that C cannot say; of a
 * sub-graph too, but not yet: LEAT_GRAPH is refused. Text in section leat_notes:
 * kind, file, line and clauses, each ended by \037. Any number per file, shared
 * headers included. */
#define LEAT_NODE(...)  LEAT_NOTE_("node", __COUNTER__, #__VA_ARGS__)
#define LEAT_TYPE(...)  LEAT_NOTE_("type", __COUNTER__, #__VA_ARGS__)
#define LEAT_GRAPH(...) LEAT_NOTE_("graph", __COUNTER__, #__VA_ARGS__)
#define LEAT_NOTE_(kind, n, text)  LEAT_NOTE_2_(kind, n, text)
#define LEAT_NOTE_2_(kind, n, text)                                           \
    static const char leat_note_##n##_[] LEAT_KEEP_("leat_notes") __attribute__((aligned(1))) = \
        kind "\037" __FILE__ "\037" LEAT_TEXT_(__LINE__) "\037" text
#define LEAT_TEXT_(x)   LEAT_TEXT_2_(x)
#define LEAT_TEXT_2_(x) #x

/* LEAT_FUNCTION(result type, name, (type, parameter), ...): a function of this
 * file, static ones too, as a node without debug info. Up to 16 parameters;
 * `void` results and no parameters included. A type that is not the
 * function's own is a warning of the compiler, an error in C++. Types are one declarator long: `const char *`, not arrays. */
#define LEAT_FUNCTION(R, ...)                                                 \
    LEAT_CAT_(LEAT_FUNCTION_, LEAT_SECOND_(LEAT_VOID_##R (), 0, 0))           \
    (R, LEAT_HEAD_(__VA_ARGS__, 0), LEAT_COUNT_(__VA_ARGS__), __VA_ARGS__)

/* Pieces of LEAT_FUNCTION: 1 takes results that are void, 0 all others. */
#define LEAT_VOID_void() 0, 1
#define LEAT_SECOND_(...) LEAT_SECOND_2_(__VA_ARGS__)
#define LEAT_SECOND_2_(a, b, ...) b
#define LEAT_HEAD_(a, ...) a
#define LEAT_CAT_(a, b)   LEAT_CAT_2_(a, b)
#define LEAT_CAT_2_(a, b) a##b
#define LEAT_COUNT_(...)                                                      \
    LEAT_COUNT_2_(__VA_ARGS__, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define LEAT_COUNT_2_(f, a, b, c, d, e, g, h, i, j, k, l, m, n, o, p, q, x, ...) x

/* The rest of it: for a result, and for none. */
#define LEAT_FUNCTION_0(R, f, n, ...)                                         \
    LEAT_ENTRY_(f, R (*const f_)(LEAT_TYPES_(n, __VA_ARGS__)) = f; \
                *(R *)result_ = LEAT_CALL_(f_, n, __VA_ARGS__), LEAT_PROTO_(R, f, n, __VA_ARGS__), \
                sizeof(R) LEAT_SIZES_(n, __VA_ARGS__))
#define LEAT_FUNCTION_1(R, f, n, ...)                                         \
    LEAT_ENTRY_(f, R (*const f_)(LEAT_TYPES_(n, __VA_ARGS__)) = f; \
                LEAT_CALL_(f_, n, __VA_ARGS__), LEAT_PROTO_(R, f, n, __VA_ARGS__), \
                0 LEAT_SIZES_(n, __VA_ARGS__))
#define LEAT_ENTRY_(f, statement, proto, ...)                                 \
    static void leat_call_##f##_(void *const *args_, void *result_)           \
    {                                                                         \
        (void)args_, (void)result_;                                           \
        LEAT_GUARD_(statement)                                                \
    }                                                                         \
    static const uint32_t leat_sizes_##f##_[] = { __VA_ARGS__ };              \
    static const leat_entry leat_entry_##f##_ = { sizeof(leat_entry), 1, 1, proto, __FILE__, \
        __LINE__, leat_call_##f##_, leat_sizes_##f##_, NULL };                \
    static const leat_entry *const leat_entry_##f##_at_ LEAT_KEEP_("leat_nodes") = &leat_entry_##f##_

#define LEAT_CALL_(g, n, ...)     g(LEAT_CAT_(LEAT_MAP_, n)(LEAT_ARG_, __VA_ARGS__))
#define LEAT_TYPES_(n, ...)       LEAT_CAT_(LEAT_NONE_, n) LEAT_CAT_(LEAT_MAP_, n)(LEAT_TYPE_IN_, __VA_ARGS__)
#define LEAT_SIZES_(n, ...)       LEAT_CAT_(LEAT_EACH_, n)(LEAT_SIZE_, __VA_ARGS__)
#define LEAT_PROTO_(R, f, n, ...) #R " " #f "(" LEAT_CAT_(LEAT_JOIN_, n)(__VA_ARGS__) ")"
#define LEAT_ARG_(i, p)  *(LEAT_TYPE_OF_ p *)args_[i]
#define LEAT_SIZE_(i, p) sizeof(LEAT_TYPE_OF_ p)
#define LEAT_DECL_(p)    LEAT_DECL_2_ p
#define LEAT_DECL_2_(T, x) #T " " #x
#define LEAT_TYPE_OF_(T, x) T
#define LEAT_TYPE_IN_(i, p) LEAT_TYPE_OF_ p

#ifdef __cplusplus
}
/* C++ exceptions of a node become its failure. */
#define LEAT_GUARD_(s)                                                        \
    try { s; }                                                                \
    catch (abi::__forced_unwind &) { throw; }                                 \
    catch (const std::exception &e_) { leat_fail("%s", e_.what()); }          \
    catch (...) { leat_fail("C++ exception"); }
#else
#define LEAT_GUARD_(s) s;
#endif

/* What stands where there are no parameters. */
#define LEAT_NONE_0 void
#define LEAT_NONE_1
#define LEAT_NONE_2
#define LEAT_NONE_3
#define LEAT_NONE_4
#define LEAT_NONE_5
#define LEAT_NONE_6
#define LEAT_NONE_7
#define LEAT_NONE_8
#define LEAT_NONE_9
#define LEAT_NONE_10
#define LEAT_NONE_11
#define LEAT_NONE_12
#define LEAT_NONE_13
#define LEAT_NONE_14
#define LEAT_NONE_15
#define LEAT_NONE_16
/* The lists of 0 to 16 parameters. f is the function's name, passed over. */
#define LEAT_MAP_0(m, f) 
#define LEAT_MAP_1(m, f, p0) m(0, p0)
#define LEAT_MAP_2(m, f, p0, p1) m(0, p0), m(1, p1)
#define LEAT_MAP_3(m, f, p0, p1, p2) m(0, p0), m(1, p1), m(2, p2)
#define LEAT_MAP_4(m, f, p0, p1, p2, p3) m(0, p0), m(1, p1), m(2, p2), m(3, p3)
#define LEAT_MAP_5(m, f, p0, p1, p2, p3, p4) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4)
#define LEAT_MAP_6(m, f, p0, p1, p2, p3, p4, p5) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5)
#define LEAT_MAP_7(m, f, p0, p1, p2, p3, p4, p5, p6) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6)
#define LEAT_MAP_8(m, f, p0, p1, p2, p3, p4, p5, p6, p7) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7)
#define LEAT_MAP_9(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8)
#define LEAT_MAP_10(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9)
#define LEAT_MAP_11(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10)
#define LEAT_MAP_12(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10), m(11, p11)
#define LEAT_MAP_13(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10), m(11, p11), m(12, p12)
#define LEAT_MAP_14(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10), m(11, p11), m(12, p12), m(13, p13)
#define LEAT_MAP_15(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10), m(11, p11), m(12, p12), m(13, p13), m(14, p14)
#define LEAT_MAP_16(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15) m(0, p0), m(1, p1), m(2, p2), m(3, p3), m(4, p4), m(5, p5), m(6, p6), m(7, p7), m(8, p8), m(9, p9), m(10, p10), m(11, p11), m(12, p12), m(13, p13), m(14, p14), m(15, p15)
#define LEAT_EACH_0(m, f) 
#define LEAT_EACH_1(m, f, p0) , m(0, p0)
#define LEAT_EACH_2(m, f, p0, p1) , m(0, p0) , m(1, p1)
#define LEAT_EACH_3(m, f, p0, p1, p2) , m(0, p0) , m(1, p1) , m(2, p2)
#define LEAT_EACH_4(m, f, p0, p1, p2, p3) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3)
#define LEAT_EACH_5(m, f, p0, p1, p2, p3, p4) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4)
#define LEAT_EACH_6(m, f, p0, p1, p2, p3, p4, p5) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5)
#define LEAT_EACH_7(m, f, p0, p1, p2, p3, p4, p5, p6) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6)
#define LEAT_EACH_8(m, f, p0, p1, p2, p3, p4, p5, p6, p7) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7)
#define LEAT_EACH_9(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8)
#define LEAT_EACH_10(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9)
#define LEAT_EACH_11(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10)
#define LEAT_EACH_12(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10) , m(11, p11)
#define LEAT_EACH_13(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10) , m(11, p11) , m(12, p12)
#define LEAT_EACH_14(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10) , m(11, p11) , m(12, p12) , m(13, p13)
#define LEAT_EACH_15(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10) , m(11, p11) , m(12, p12) , m(13, p13) , m(14, p14)
#define LEAT_EACH_16(m, f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15) , m(0, p0) , m(1, p1) , m(2, p2) , m(3, p3) , m(4, p4) , m(5, p5) , m(6, p6) , m(7, p7) , m(8, p8) , m(9, p9) , m(10, p10) , m(11, p11) , m(12, p12) , m(13, p13) , m(14, p14) , m(15, p15)
#define LEAT_JOIN_0(f) "void"
#define LEAT_JOIN_1(f, p0) LEAT_DECL_(p0)
#define LEAT_JOIN_2(f, p0, p1) LEAT_DECL_(p0) ", " LEAT_DECL_(p1)
#define LEAT_JOIN_3(f, p0, p1, p2) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2)
#define LEAT_JOIN_4(f, p0, p1, p2, p3) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3)
#define LEAT_JOIN_5(f, p0, p1, p2, p3, p4) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4)
#define LEAT_JOIN_6(f, p0, p1, p2, p3, p4, p5) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5)
#define LEAT_JOIN_7(f, p0, p1, p2, p3, p4, p5, p6) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6)
#define LEAT_JOIN_8(f, p0, p1, p2, p3, p4, p5, p6, p7) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7)
#define LEAT_JOIN_9(f, p0, p1, p2, p3, p4, p5, p6, p7, p8) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8)
#define LEAT_JOIN_10(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9)
#define LEAT_JOIN_11(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10)
#define LEAT_JOIN_12(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10) ", " LEAT_DECL_(p11)
#define LEAT_JOIN_13(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10) ", " LEAT_DECL_(p11) ", " LEAT_DECL_(p12)
#define LEAT_JOIN_14(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10) ", " LEAT_DECL_(p11) ", " LEAT_DECL_(p12) ", " LEAT_DECL_(p13)
#define LEAT_JOIN_15(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10) ", " LEAT_DECL_(p11) ", " LEAT_DECL_(p12) ", " LEAT_DECL_(p13) ", " LEAT_DECL_(p14)
#define LEAT_JOIN_16(f, p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15) LEAT_DECL_(p0) ", " LEAT_DECL_(p1) ", " LEAT_DECL_(p2) ", " LEAT_DECL_(p3) ", " LEAT_DECL_(p4) ", " LEAT_DECL_(p5) ", " LEAT_DECL_(p6) ", " LEAT_DECL_(p7) ", " LEAT_DECL_(p8) ", " LEAT_DECL_(p9) ", " LEAT_DECL_(p10) ", " LEAT_DECL_(p11) ", " LEAT_DECL_(p12) ", " LEAT_DECL_(p13) ", " LEAT_DECL_(p14) ", " LEAT_DECL_(p15)
