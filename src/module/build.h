/* build: what the steps of one compilation share. */
#pragma once
#include "base/arena.h"
#include "module/args.h"
#include "module/cache.h"
#include "module/module.h"

struct leat__build {
    struct leat__arena arena;           /* texts of this compilation                  */
    struct leat__cache cache;
    const struct leat__compiler *cc;
    const struct leat__report *report;
    char *compiler, *include;           /* paths, found once                          */
    char *cwd;                          /* relative names depend on it                */
    struct leat__digest tools;          /* the compiler, its environment, our version */
    bool native;                        /* some flag asks for this very CPU           */
    unsigned problems;                  /* reported so far                            */
};

int leat__build_init(struct leat__build *b, const struct leat__compiler *cc,
                     const struct leat__report *report, leat_error *err);
void leat__build_fini(struct leat__build *b);
/* Reports and counts. `message` is formatted. Returns `code`. */
__attribute__((format(printf, 6, 7)))
int leat__build_problem(struct leat__build *b, int code, const char *file, int line, const char *hint,
                        const char *message, ...);
/* What a tool wrote goes to the report, escaped but for lines. */
void leat__build_output(struct leat__build *b, const char *text, size_t len);
/* A path that cannot be read as an option or a response file. */
const char *leat__build_operand(struct leat__build *b, const char *path);
/* -march=native and the like among the flags: the CPU counts. */
bool leat__flags_native(const char *const *flags);
