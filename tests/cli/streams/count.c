#include <leat/node.h>
#include <leat/stream.h>
#include <stdbool.h>
#include <stdio.h>

struct cursor { int next; };
struct tally { int count, sum; };

bool numbers(struct cursor *cursor, int until, int *out)
{
    *out = cursor->next++;
    return *out < until;
}

int checked(int number, int most)
{
    if (number > most)
        leat_fail("%d is more than %d", number, most);
    return number;
}

void shown(int number) { printf("%d\n", number); }
void summed(struct tally *tally, int number)
{
    tally->count++;
    tally->sum += number;
}

const int most__default = 1000;

leat_stream *sums(int ways)
{
    return leat_pipeline(leat_source("numbers"), leat_parallel(ways, leat_map("checked")), leat_sink("summed"));
}
leat_stream *shows(void) { return leat_pipeline(leat_source("numbers"), leat_sink("shown")); }
