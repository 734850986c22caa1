/* Tests of channels: everything arrives once and in order, and no more waits than
 * there is room for. */
#include "stream/channel.h"
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#if defined __SANITIZE_THREAD__
enum { PACKETS = 1000000 };
#else
enum { PACKETS = 10000000 };
#endif

struct packet { uint64_t number, twice, last; };

static struct leat__channel *channel(uint32_t size, uint32_t capacity)
{
    struct leat__channel *c = aligned_alloc(64, sizeof *c);
    assert_non_null(c);
    assert_int_equal(leat__channel_init(c, size, capacity), 0);
    return c;
}

static void drop(struct leat__channel *c)
{
    leat__channel_fini(c);
    free(c);
}

/* Batches of uneven size, now copied in, now written to the slots. */
static void *put_all(void *user)
{
    struct leat__channel *c = user;
    uint64_t next = 0, batch = 0;
    while (next < PACKETS) {
        uint32_t credit = leat__channel_credit(c, 8), run, n = (uint32_t)(batch++ % 40) + 1;
        struct packet *slot = leat__channel_slot(c, &run);
        bool direct = batch % 2;
        n = n < credit ? n : credit;
        n = direct && n > run ? run : n;
        n = n < PACKETS - next ? n : (uint32_t)(PACKETS - next);
        if (!n)
            sched_yield();
        for (uint32_t i = 0; i < n; i++, next++) {
            struct packet p = { next, 2 * next, ~next };
            if (direct)
                slot[i] = p;
            else
                leat__channel_put(c, &p);
        }
        c->put += direct ? n : 0;
        leat__channel_flush(c);
    }
    leat__channel_end(c);
    return NULL;
}

static void ten_million_packets_arrive_once_and_in_order(void **state)
{
    (void)state;
    struct leat__channel *c = channel(sizeof(struct packet), 1000);
    pthread_t thread;
    uint64_t next = 0, wrong = 0, batch = 0;
    assert_int_equal(c->capacity, 1024);
    assert_int_equal(pthread_create(&thread, NULL, put_all, c), 0);
    for (;;) {
        char *at;
        uint32_t run, left = leat__channel_look(c, 16, &at, &run), n = (uint32_t)(batch++ % 50) + 1;
        if (!left && leat__channel_is_over(c))
            break;
        if (!left)
            sched_yield();
        n = n < run ? n : run;
        for (uint32_t i = 0; i < n; i++, next++) {
            const struct packet *p = (const struct packet *)(void *)at + i;
            wrong += p->number != next || p->twice != 2 * next || p->last != ~next;
        }
        leat__channel_take(c, n);
    }
    pthread_join(thread, NULL);
    assert_int_equal(wrong, 0);
    assert_int_equal(next, PACKETS);
    assert_int_equal(c->put, PACKETS);
    assert_true(c->deepest <= c->capacity && c->deepest > 0);
    drop(c);
}

static void a_full_channel_gives_no_credit_until_something_is_taken(void **state)
{
    (void)state;
    struct leat__channel *c = channel(16, 3);
    uint32_t run;
    char *at;
    for (uint64_t i = 0; i < 4; i++)
        leat__channel_put(c, &(uint64_t[2]){ i });
    assert_int_equal(leat__channel_credit(c, 1), 0);
    assert_int_equal(leat__channel_look(c, 1, &at, &run), 0);       /* not flushed: not there */
    leat__channel_flush(c);
    assert_int_equal(leat__channel_look(c, 1, &at, &run), 4);
    assert_int_equal(run, 4);
    leat__channel_take(c, 3);
    assert_int_equal(leat__channel_credit(c, 1), 3);
    leat__channel_look(c, 1, &at, &run);
    assert_int_equal(*(int64_t *)(void *)at, 3);
    drop(c);
}

static void the_end_stands_behind_the_last_packet(void **state)
{
    (void)state;
    struct leat__channel *c = channel(16, 4);
    uint32_t run;
    char *at;
    leat__channel_look(c, 1, &at, &run);
    assert_false(leat__channel_is_over(c));
    leat__channel_put(c, &(uint64_t[2]){ 7 });
    leat__channel_end(c);
    assert_int_equal(leat__channel_look(c, 1, &at, &run), 1);
    assert_false(leat__channel_is_over(c));
    leat__channel_take(c, 1);
    assert_true(leat__channel_is_over(c));
    drop(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_million_packets_arrive_once_and_in_order),
        cmocka_unit_test(a_full_channel_gives_no_credit_until_something_is_taken),
        cmocka_unit_test(the_end_stands_behind_the_last_packet),
    };
    return cmocka_run_group_tests_name("channel", tests, NULL, NULL);
}
