/* A flow of atoms at the same time, each of which can be undone, and of some that
 * are tried again; a stream from one source over many counters. */
#include "diary.h"
#include <leat/flow.h>
#include <leat/node.h>
#include <leat/stream.h>
#include <stdbool.h>
#include <stdint.h>

#define ATOM(name)                                                            \
    int name(int day) { wrote("+" #name); return day; }                       \
    int name##__revert(int name, const leat_failure *why)                     \
    {                                                                         \
        wrote(why ? "-" #name : "?");                                         \
        return name < 0;                                                      \
    }
ATOM(north) ATOM(south) ATOM(east) ATOM(west)

int paid(int north, int west, int fails, leat_context *c)
{
    wrote("+paid");
    if (leat_context_info(c)->attempt <= fails)
        leat_fail("no money");
    return north + west;
}
int paid__revert(void) { wrote("-paid"); return 0; }

LEAT_NODE(patient, timeout(1ms));
int patient(int paid) { wrote("+patient"); return paid + 1; }
int patient__revert(void) { wrote("-patient"); return 0; }

leat_flow *tour(void)
{
    return leat_linear("tour", leat_unordered("ways", leat_atom("north"), leat_linear("far", leat_atom("south"), leat_atom("east")),
                                              leat_atom("west")),
                       leat_retry(3, leat_atom("paid")));
}
leat_flow *hurried(void) { return leat_linear("hurried", leat_atom("north"), leat_atom("west"), leat_atom("paid"), leat_atom("patient")); }

struct cursor { int64_t next; };
struct tally { int64_t count, sum; };
struct total { int64_t count, sum, order; };

bool numbers(struct cursor *cursor, int64_t until, int64_t *out)
{
    *out = cursor->next++;
    return *out < until;
}
int64_t group(int64_t number) { return number % 7; }
int64_t counted(struct tally *tally, int64_t number)
{
    tally->count++;
    tally->sum += number;
    return number;
}
void kept(struct total *total, int64_t number)
{
    total->count++;
    total->sum += number;
    total->order = total->order * 31 + number;
}

leat_stream *counts(void)
{
    return leat_pipeline(leat_source("numbers"), leat_key_by("group"), leat_parallel(3, leat_map("counted")),
                         leat_queue(8, leat_sink("kept")));
}
