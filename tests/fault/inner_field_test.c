/* Memory runs out at every allocation in turn, over building a graph with
 * fields, items and namespaces and asking for fields it has no nodes for. */
#include "front/run.h"
#include "graph/fixture_test.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

static long countdown = -1, calls;

static int fails(void)
{
    calls++;
    return countdown > 0 && --countdown == 0;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }

static const struct leat__member pos_members[] = { { "x", &t_double, 0, 0, 0 }, { "y", &t_double, 8, 0, 0 } };
static const struct leat__type t_pos = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "pos", .count = 2,
                                         .members = pos_members, .hash = 31 };
static const struct leat__member spot_members[] = { { "at", &t_pos, 0, 0, 0 }, { "name", &t_text, 16, 0, 0 } };
static const struct leat__type t_spot = { .kind = LEAT__STRUCT, .size = 24, .align = 8, .name = "spot", .count = 2,
                                          .members = spot_members, .hash = 34 };
static const struct leat__type t_double_p = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &t_double, .hash = 36 };
static const struct leat__member slice_members[] = { { "data", &t_double_p, 0, 0, 0 }, { "len", &t_u64, 8, 0, 0 } };
static const struct leat__type t_slice = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .name = "numbers", .count = 2,
                                           .members = slice_members, .hash = 38 };

static int whole(void)
{
    struct leat__function f[] = {
        FUNCTION(1, &t_double, "f", { "spot__at__y", &t_double }, { "b", &t_double }, { "us__spot__name", &t_text }),
        FUNCTION_0(2, &t_spot, "spot"), FUNCTION(3, &t_double, "us.g", { "x", &t_double }, { "spot__at", &t_pos }),
        FUNCTION(4, &t_spot, "us.spot", { "word", &t_mutable_text }), FUNCTION(5, &t_double, "h", { "list", &t_slice }),
        FUNCTION(6, &t_double, "wrong", { "spot__nmae", &t_text }),
    };
    struct leat__note notes[] = { { "node", "m.c", 7, 0, "list, elements(a, b)" }, { "node", "m.c", 8, 0, "spot, fields(at.x = px)" },
                                  { "node", "m.c", 9, 0, "spot, fields(name, nothing)", "us" } };
    struct leat__graph g;
    leat_error err;
    f[2].head->space = f[3].head->space = 3;
    int code = build_with(&g, f, 6, notes, 3);
    if (code < 0)
        return code;
    struct leat__view *view = NULL;
    uint32_t id;
    assert_int_equal(g.problems.count, 2);
    code = leat__view_find(&g, "us.spot.at.x", &id, &view, &err);
    free(view);
    leat__graph_fini(&g);
    return code;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    calls = 0;
    assert_int_equal(whole(), 0);
    long all = calls;
    assert_true(all > 30);
    for (long n = 1; n <= all; n++) {
        countdown = n;
        int code = whole();
        countdown = -1;
        if (code && code != LEAT_ENOMEM)       /* 0: it can be done without, a longer reason say */
            fail_msg("allocation %ld of %ld: code %d", n, all, code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_allocation_may_fail) };
    return cmocka_run_group_tests_name("field", tests, NULL, NULL);
}
