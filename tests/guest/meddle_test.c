/* Eight threads run one driver while four others cancel, await and free their
 * runs at any moment. What counts is what sanitizers see, that every value is
 * destroyed once, and that every answer that was given is right. Nothing sleeps:
 * a run is there to be meddled with from its first node on. */
#include <leat/leat.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { HOSTS = 8, MEDDLERS = 4, ROUNDS = 400 };

/* A run in a slot belongs to nobody: whoever takes it out frees it. */
static _Atomic(leat_run *) slot[HOSTS];
static _Atomic int alive, running, meddled, ended_well, ended_otherwise, wrong;
static _Thread_local leat_run *own;
static _Thread_local int host;

/* xorshift: the same moments are not wanted, only many. */
static unsigned dice(unsigned *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    return *seed ^= *seed << 5;
}

/* --- nodes --- */

struct box { int n; };

static void box_done(void *b)
{
    alive--;
    free(b);
}

static void make(void *user, void *const *args, void *result)
{
    (void)user;
    struct box *b = malloc(sizeof *b);
    b->n = *(int *)args[0];
    alive++;
    *(struct box **)result = b;
    atomic_store(&slot[host], own);
}

static void work(void *user, void *const *args, void *result)
{
    unsigned seed = (unsigned)*(int *)args[1] * 2654435761u + 1;
    (void)user;
    for (unsigned i = dice(&seed) % 8; i; i--)
        sched_yield();
    if (dice(&seed) % 16 == 0)
        leat_fail("the dice fell so");
    *(int *)result = (*(struct box **)args[0])->n * 2;
}

static void finish(void *user, void *const *args, void *result)
{
    (void)user;
    *(int *)result = *(int *)args[0] + (*(struct box **)args[1])->n;
}

static leat_driver *build(void)
{
    leat_driver *d = NULL;
    leat_error err = { 0 };
    leat_builder *b = leat_builder_new();
    leat_builder_add_function(b, "struct box *box(int x)", make, NULL);
    leat_builder_add_function(b, "int work(const struct box *box, int x)", work, NULL);
    leat_builder_add_function(b, "int last(int work, const struct box *box)", finish, NULL);
    leat_builder_set_destroy(b, "struct box *", box_done);
    if (leat_builder_build(b, &d, &err))
        fail_msg("%s", err.message);
    leat_builder_free(b);
    return d;
}

/* --- who runs --- */

static void done(leat_run *r, int code, void *user)
{
    int value = 0;
    if (code == 0 && (leat_run_get(r, "last", leat_into(&value), NULL) || value != *(int *)user * 3))
        wrong++;
    *(int *)user = -1;
}

/* One run, by execute or by submit. It may be freed before that returns. */
static void run_once(leat_driver *d, int x, bool submitted)
{
    int value = 0, given = x, code = 0;
    own = leat_run_new(d);
    leat_run_input(own, "x", x);
    leat_run_ask(own, "last", submitted ? (leat_place){ 0 } : leat_into(&value));
    if (submitted)
        code = leat_run_submit(own, done, &given, NULL);
    else
        code = leat_run_execute(own, NULL);
    if (submitted ? code || given != -1 : !code && value != 3 * x)
        wrong++;
    *(code ? &ended_otherwise : &ended_well) += 1;
    leat_run_free(atomic_exchange(&slot[host], NULL));
}

struct seat { leat_driver *driver; int number; };

static void *run_many(void *user)
{
    struct seat *s = user;
    host = s->number;
    for (int i = 0; i < ROUNDS; i++)
        run_once(s->driver, s->number * ROUNDS + i, i % 2);
    running--;
    return NULL;
}

/* --- who meddles --- */

static void *meddle(void *user)
{
    unsigned seed = (unsigned)(uintptr_t)user * 7919 + 1;
    while (running) {
        leat_run *r = atomic_exchange(&slot[dice(&seed) % HOSTS], NULL);
        if (!r) {
            sched_yield();
            continue;
        }
        meddled++;
        if (dice(&seed) % 2)
            leat_run_cancel(r);
        if (dice(&seed) % 3 == 0)
            leat_run_wait(r, dice(&seed) % 2 ? -1 : 0, NULL);
        leat_run_free(r);
    }
    return NULL;
}

static void runs_may_be_cancelled_and_freed_at_any_moment(void **state)
{
    (void)state;
    pthread_t hosts[HOSTS], meddlers[MEDDLERS];
    struct seat seats[HOSTS];
    leat_driver *d = build();
    running = HOSTS;
    for (int i = 0; i < HOSTS; i++) {
        seats[i] = (struct seat){ d, i };
        pthread_create(&hosts[i], NULL, run_many, &seats[i]);
    }
    for (int i = 0; i < MEDDLERS; i++)
        pthread_create(&meddlers[i], NULL, meddle, (void *)(uintptr_t)(i + 1));
    for (int i = 0; i < HOSTS; i++)
        pthread_join(hosts[i], NULL);
    for (int i = 0; i < MEDDLERS; i++)
        pthread_join(meddlers[i], NULL);
    leat_driver_free(d);
    print_message("# %d runs ended well, %d otherwise; %d were meddled with\n", ended_well, ended_otherwise, meddled);
    assert_int_equal(wrong, 0);
    assert_int_equal(alive, 0);
    assert_int_equal(ended_well + ended_otherwise, HOSTS * ROUNDS);
    assert_true(meddled > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(runs_may_be_cancelled_and_freed_at_any_moment) };
    return cmocka_run_group_tests_name("meddle", tests, NULL, NULL);
}
