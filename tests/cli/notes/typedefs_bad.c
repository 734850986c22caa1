/* Typedefs that are noted beside their tag. */
#include <leat/node.h>
typedef struct pail_s { int *drops; int count; } pail;
LEAT_TYPE(struct pail_s, array(drops, count));
LEAT_TYPE(pail, free(pail_free));
int drops(pail pail) { return pail.count ? pail.drops[0] : 0; }
