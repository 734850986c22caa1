/* packets: of several types, all called so by whoever reads them. */
#include <leat/stream.h>
#include <stdbool.h>

struct cursor { int next; };
struct reading { int id; double value; };
struct tally { int count; double sum; };

bool readings(struct cursor *cursor, int until, struct reading *out)
{
    *out = (struct reading){ cursor->next, cursor->next * 1.5 };
    return cursor->next++ < until;
}
double value_of(const struct reading *packet) { return packet->value; }
double scaled(double packet, double by) { return packet * by; }
void keep(double packet, struct tally *tally)
{
    tally->count++;
    tally->sum += packet;
}
int by_name(const char *by) { return by[0]; }
bool ended(double until, int *out) { *out = 0; return until < 0; }
void drop(int packet) { (void)packet; }

leat_stream *sums(void) { return leat_pipeline(leat_source("readings"), leat_map("value_of"), leat_sink("keep")); }
leat_stream *scales(void)
{
    return leat_pipeline(leat_source("readings"), leat_map("value_of"), leat_map("scaled"), leat_sink("keep"));
}
leat_stream *wrong(void) { return leat_pipeline(leat_source("readings"), leat_sink("keep")); }
leat_stream *early(void) { return leat_pipeline(leat_source("ended"), leat_sink("drop")); }
leat_stream *queues(void)
{
    return leat_pipeline(leat_source("readings"), leat_queue(-5, leat_map("value_of")),
                         leat_queue(-1, leat_parallel(-3, leat_sink("keep"))));
}
