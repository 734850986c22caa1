/* A flow and a stream whose functions meet their test: they say that they are inside,
 * and go on when a byte comes. */
#include <leat/flow.h>
#include <leat/node.h>
#include <leat/stream.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static int meet(int inside, int go)
{
    char c = 0;
    return write(inside, &c, 1) == 1 && read(go, &c, 1) == 1 ? c : -1;
}

/* --- a flow: car and pay are tried again as a whole; a byte 'x' makes pay fail --- */

int hotel(int inside, int go) { return meet(inside, go); }
int car(int hotel, int inside, int go) { return hotel < 0 ? hotel : meet(inside, go); }
int car__revert(int inside, int go) { return meet(inside, go) < 0; }
int pay(int car, int inside, int go)
{
    int c = car < 0 ? car : meet(inside, go);
    if (c == 'x')
        leat_fail("no money");
    return c;
}
int thanks(int pay) { return pay; }

leat_flow *trip(int tries)
{
    return leat_linear("trip", leat_atom("hotel"),
        leat_retry(tries, leat_linear("book", leat_atom("car"), leat_atom("pay"))), leat_atom("thanks"));
}

/* --- a stream: the sink meets its test at the first packet --- */

struct cursor { int64_t next; };

int numbers(struct cursor *cursor, int64_t until, int64_t *out)
{
    *out = cursor->next;
    return cursor->next++ < until;
}

int64_t doubled(int64_t number) { return 2 * number; }

struct sum { int64_t packets, all; };

void keep(struct sum *sum, int64_t number, int inside, int go)
{
    if (!sum->packets++ && inside >= 0)
        meet(inside, go);
    sum->all += number;
}

leat_stream *slow(void)
{
    return leat_pipeline(leat_source("numbers"), leat_map("doubled"), leat_queue(4, leat_sink("keep")));
}

leat_stream *wide(void)
{
    return leat_pipeline(leat_source("numbers"), leat_parallel(2, leat_queue(16, leat_map("doubled"))),
                         leat_queue(16, leat_sink("keep")));
}
