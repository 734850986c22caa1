/* A parameter with a slip in its name, beside nodes that run. */
#include <leat/node.h>
int biggest(int bids) { return bids; }
int count(int bids) { return bids / 2; }
const char *label(int bigest, int bids) { return bigest > bids ? "more" : "less"; }
