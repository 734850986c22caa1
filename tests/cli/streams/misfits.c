#include <leat/stream.h>

struct cursor { int next; };
struct pair { int a, b; };

int numbers(struct cursor *cursor, int *out) { return (*out = cursor->next++) < 3; }
int add(const struct pair *packet, double by) { return packet->a + (int)by; }
void label(int packet, const char *by) { (void)packet, (void)by; }

leat_stream *labels(void) { return leat_pipeline(leat_source("numbers"), leat_sink("label")); }
