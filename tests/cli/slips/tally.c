/* A stream whose notes come from the command line. */
#include <leat/stream.h>
struct cursor { int next; };
struct tally { int count; };
int next(struct cursor *cursor, int *out) { return (*out = cursor->next++) < 3; }
void add(int packet, struct tally *tally) { tally->count += packet; }
int other(int x) { return x; }
leat_stream *tallies(void) { return leat_pipeline(leat_source("next"), leat_sink("add")); }
long counted(int packet) { return packet; }
leat_stream *endless(void) { return leat_pipeline(leat_source("next"), leat_map("counted")); }
leat_stream *headless(void) { return leat_pipeline(leat_map("counted"), leat_filter("counted"), leat_sink("add")); }
