/* trampoline: typed calls, one per distinct signature, generated as C from
 * types alone and compiled into the build cache.
 *
 * The text of a signature names nothing of the user's, so signatures of any
 * two modules that a compiler cannot tell apart have one text, whose digest
 * names the call. */
#pragma once
#include "module/build.h"
#include "module/child.h"

struct leat__call_name { char text[48]; };

/* Names the calls of the record's functions, by signature number: names[i].text
 * is "" where none is needed. A function whose types cannot be written gets
 * `refused`. */
int leat__calls_name(struct leat__module *m, leat_error *err);

/* The compilation of a module's calls. Zeros, then begin; end after every begin. */
struct leat__calls {
    struct leat__digest digest;         /* of the set of calls              */
    uint32_t count;                     /* 0: none needed                   */
    char *folder;                       /* NULL: nothing is being compiled  */
    const char *result;
    struct leat__child child;
};
/* Starts the compiler unless the cache has that set. */
int leat__calls_begin(struct leat__calls *c, struct leat__module *m, struct leat__build *b, leat_error *err);
/* Waits and publishes. *out_path (NULL: not asked) is the file, yours; NULL: none needed. */
int leat__calls_end(struct leat__calls *c, struct leat__module *m, struct leat__build *b, char **out_path,
                    leat_error *err);
/* Takes a file away that does not load. */
void leat__calls_drop(const struct leat__calls *c, struct leat__build *b);
