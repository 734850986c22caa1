/* Streams with mistakes. */
#include <leat/stream.h>
int next(int until, int *out) { *out = until; return 0; }
void keep(int x, long *sum) { *sum += x; }
leat_stream *good(void) { return leat_pipeline(leat_source("next"), leat_sink("keep")); }
