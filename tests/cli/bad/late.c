/* `late` reads the buffer, and needs what `writer` gave: it comes after it. */
#include <stdlib.h>
struct buffer { int n; };
struct buffer *buffer(int n) { struct buffer *b = malloc(sizeof *b); b->n = n; return b; }
void buffer_free(struct buffer *b) { free(b); }
int writer(struct buffer *buffer) { return ++buffer->n; }
int late(const struct buffer *buffer, int writer) { return buffer->n + writer; }
