/* source: one file of C or C++ to one object, through the build cache. */
#pragma once
#include "module/build.h"
#include "module/directive.h"
#include "module/child.h"
#include "module/trail.h"
#include <sys/stat.h>
#include <time.h>

/* A source on its way. Zeros but for `given`; prepare, then start and finish
 * if it is not `made`. */
struct leat__compiled {
    const struct leat__source *given;
    const char *operand;                /* its path, as the compiler is told          */
    struct leat__directive directive;
    struct leat__trail trail;           /* ends at the object's digest                */
    bool ready;                         /* prepared: nothing is wrong so far          */
    bool made;                          /* its object is in the cache                 */
    char *object;                       /* its path there                             */
    /* while it is compiled */
    char *folder;
    const char *result;                 /* the object in folder                       */
    struct leat__child child;
    struct stat before;
    struct timespec began;
};

/* Which language, by its name's end. */
bool leat__source_is_cxx(const char *path);
/* Reads and looks into the cache. A problem was reported: LEAT_EBUILD. */
int leat__compiled_prepare(struct leat__build *b, struct leat__compiled *u, leat_error *err);
/* Runs the compiler. */
int leat__compiled_start(struct leat__build *b, struct leat__compiled *u, leat_error *err);
/* Waits and publishes. LEAT_EBUSY: a file changed meanwhile; prepare again. */
int leat__compiled_finish(struct leat__build *b, struct leat__compiled *u, leat_error *err);
/* Ready for another prepare. */
void leat__compiled_fini(struct leat__compiled *u);
