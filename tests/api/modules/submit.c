/* A flow and a stream that wait for their test at a door: the address of a number. */
#include <leat/flow.h>
#include <leat/node.h>
#include <leat/stream.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

struct door { _Atomic int inside, open; };

/* Not for ever: a test whose submit does not come back is to fail, not to hang. */
static int pass(int64_t door)
{
    struct door *d = (struct door *)(intptr_t)door;
    time_t until = time(NULL) + 60;
    d->inside = 1;
    while (!d->open) {
        if (time(NULL) > until) {
            leat_fail("nobody opened the door");
            return 0;
        }
        sched_yield();
    }
    return 1;
}

int first(int64_t door) { return pass(door); }
void first__revert(int64_t door) { ((struct door *)(intptr_t)door)->inside = 2; }
int second(int first, int fails)
{
    if (fails)
        leat_fail("it fails");
    return first + 1;
}
leat_flow *trip(void) { return leat_linear("trip", leat_atom("first"), leat_atom("second")); }

struct cursor { int64_t next; };
int numbers(struct cursor *cursor, int64_t door, int64_t *out)
{
    if (cursor->next == 5000)
        return 0;
    if (cursor->next == 5 && !pass(door))
        return 0;
    *out = cursor->next++;
    return 1;
}
struct tally { int64_t sum; };
void add(int64_t number, struct tally *total) { total->sum += number; }
leat_stream *counted(void) { return leat_pipeline(leat_source("numbers"), leat_sink("add")); }
leat_stream *none(void) { return NULL; }
