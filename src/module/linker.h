/* linker: objects to one shared object and its record, through the build cache.
 *
 * While the linker runs, the record of a single object is read already; only
 * the build id and the address of section leat_nodes are put in afterwards. */
#pragma once
#include "module/source.h"

struct leat__linking {
    struct leat__compiled *units;       /* borrowed                                   */
    size_t count;
    struct leat__args args;             /* what is behind the objects                 */
    struct leat__trail trail;           /* its end names image and record             */
    char *folder;                       /* NULL: nothing is linked                    */
    const char *result;                 /* the image in folder                        */
    struct leat__child child;
    char *record;                       /* NULL: not known before the end; yours to take */
    size_t record_size;
};

/* Finds both in the cache, or starts the linker; `record` may be there in both
 * cases. Two definitions of one name are problems with both places. */
int leat__linking_begin(struct leat__build *b, struct leat__linking *l, leat_error *err);
/* Waits, completes the record's header in `bytes` (l->record, wherever it is
 * now; NULL: reads the record into l->record), publishes. *out_image is yours. */
int leat__linking_end(struct leat__build *b, struct leat__linking *l, char *bytes, char **out_image, leat_error *err);
/* After begin, always; waits for a linker that still runs. */
void leat__linking_fini(struct leat__linking *l);
