/* both: functions for a graph, some of which are operators of a stream, too. */
#include <leat/stream.h>

struct cursor { int next; };
struct tally { int count, sum; };

int twice(int number) { return 2 * number; }
int answer(int until) { return until + 1; }

int count_up(struct cursor *cursor, int until, int *out)
{
    *out = cursor->next++;
    return *out < until;
}

void keep(struct tally *tally, int twice)
{
    tally->count++;
    tally->sum += twice;
}

leat_stream *sums(void)
{
    return leat_pipeline(leat_source("count_up"), leat_map("twice"), leat_sink("keep"));
}
