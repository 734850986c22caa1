/* Both write the same buffer. */
#include <stdlib.h>
struct buffer { int n; };
struct buffer *buffer(int n) { struct buffer *b = malloc(sizeof *b); b->n = n; return b; }
void buffer_free(struct buffer *b) { free(b); }
int first(struct buffer *buffer) { return ++buffer->n; }
int second(struct buffer *buffer) { return ++buffer->n; }
int sum(int first, int second) { return first + second; }
