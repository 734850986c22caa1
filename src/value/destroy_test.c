/* destroy, copy: what tests hold them to. Leaks and double frees show under
 * AddressSanitizer. */
#include "value/fixture_test.h"
#include "value/codec.h"
#include "value/destroy.h"
#include "value/io.h"

static struct all everything(void)
{
    return (struct all){ .on = true,
                         .letter = 'x',
                         .i = 7,
                         .sky = snow,
                         .code = "abc",
                         .three = { 1, 2, 3 },
                         .name = strdup("owned"),
                         .note = "borrowed" };
}

static void destroying_frees_what_is_owned_and_leaves_what_is_borrowed(void **state)
{
    (void)state;
    struct all x = everything();
    leat__destroy(&t_all, &x);
    assert_null(x.name);
    assert_string_equal(x.note, "borrowed");
}

static void destroying_a_slice_frees_its_items_first(void **state)
{
    (void)state;
    struct any_slice s = { calloc(3, sizeof(char *)), 3 };
    ((char **)s.data)[0] = strdup("a");
    ((char **)s.data)[2] = strdup("c");
    leat__destroy(&t_texts, &s);
    assert_null(s.data);
    assert_int_equal(s.len, 0);
    leat__destroy(&t_texts, &s);        /* nothing is left to free twice */
}

static void destroying_a_view_touches_nothing(void **state)
{
    (void)state;
    double numbers[] = { 1, 2 };
    struct any_slice s = { numbers, 2 };
    leat__destroy(&t_doubles, &s);
    assert_ptr_equal(s.data, numbers);
}

static void a_copy_borrows_nothing(void **state)
{
    (void)state;
    struct all x = everything(), y;
    assert_int_equal(leat__copy(&t_all, &x, &y, NULL), 0);
    assert_ptr_not_equal(y.name, x.name);
    assert_ptr_not_equal(y.note, x.note);
    assert_string_equal(y.note, "borrowed");
    assert_memory_equal(y.three, x.three, sizeof x.three);
    leat__destroy(&t_all, &x);
    assert_string_equal(y.name, "owned");
    leat__destroy_copy(&t_all, &y);
}

static void a_tree_is_copied_and_destroyed_whole(void **state)
{
    struct bench *b = *state;
    const char *json = "{\"name\":\"root\",\"children\":[{\"name\":\"a\",\"children\":[]},"
                       "{\"name\":null,\"children\":[{\"name\":\"b\",\"children\":[]}]}]}";
    struct tree read, copy;
    assert_int_equal(leat__json_read(&t_tree, json, strlen(json), NULL, &b->arena, &read, &b->err),
                     0);
    assert_int_equal(leat__copy(&t_tree, &read, &copy, NULL), 0);
    leat__arena_fini(&b->arena);
    leat__print_json(&b->out, &t_tree, &copy);
    assert_string_equal(words(b), json);
    leat__destroy(&t_tree, &copy);
}

static void a_copy_into_an_arena_needs_no_destroying(void **state)
{
    struct bench *b = *state;
    double numbers[] = { 1, 2, 3 };
    struct vector x = { numbers, 3, 8 }, y;
    assert_int_equal(leat__copy(&t_vector, &x, &y, &b->arena), 0);
    assert_ptr_not_equal(y.data, numbers);
    assert_memory_equal(y.data, numbers, sizeof numbers);
    assert_int_equal(y.cap, 3);         /* a copy has room for what it holds */
}

static void a_copy_to_own_can_be_destroyed_and_keeps_its_views(void **state)
{
    struct bench *b = *state;
    struct all x = everything(), y;
    assert_int_equal(leat__copy_to_own(&t_all, &x, &y, &b->arena), 0);
    leat__destroy(&t_all, &x);
    assert_string_equal(y.name, "owned");
    leat__destroy(&t_all, &y);          /* frees name, and not note, which the arena has */
    assert_string_equal(y.note, "borrowed");
}

static void an_opaque_value_is_not_copied(void **state)
{
    (void)state;
    struct list x = { 1, NULL }, y;
    assert_int_equal(leat__copy(&t_list, &x, &y, NULL), LEAT_ETYPE);
}

static void a_copy_of_a_broken_slice_fails_and_leaves_nothing(void **state)
{
    (void)state;
    struct any_slice broken[] = { { NULL, 3 } }, copy;
    struct any_slice lists = { broken, 1 };
    assert_int_equal(leat__copy(&t_int_lists, &lists, &copy, NULL), LEAT_EINPUT);
    assert_null(copy.data);
    assert_int_equal(copy.len, 0);
}

/* One in the other. */
static struct tree nested(size_t depth)
{
    struct tree t = { strdup("leaf"), { NULL, 0 } };
    while (depth-- > 0) {
        struct tree *inner = malloc(sizeof *inner);
        *inner = t;
        t = (struct tree){ strdup("in"), { inner, 1 } };
    }
    return t;
}

/* As deep as a list is long: no stack holds that. */
static void destroying_any_nesting_needs_no_stack(void **state)
{
    (void)state;
    struct tree t = nested(1000000);
    leat__destroy(&t_tree, &t);
    assert_null(t.children.data);
}

static void copies_and_comparisons_end_where_encodings_do(void **state)
{
    struct bench *b = *state;
    unsigned good = 0;
    for (size_t depth = 60; depth < 68; depth++) {
        struct tree t = nested(depth), other = nested(depth), copy;
        leat__text_clear(&b->out);
        bool encodes = leat__encode(&t_tree, &t, &b->out, &b->err) == 0;
        int code = leat__copy(&t_tree, &t, &copy, NULL);
        assert_int_equal(code, encodes ? 0 : LEAT_EINPUT);
        assert_int_equal(leat__equal(&t_tree, &t, &other), encodes);
        if (!code)
            leat__destroy_copy(&t_tree, &copy);
        leat__destroy(&t_tree, &t);
        leat__destroy(&t_tree, &other);
        good += encodes;
    }
    assert_in_range(good, 1, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(destroying_frees_what_is_owned_and_leaves_what_is_borrowed),
        TEST(destroying_a_slice_frees_its_items_first),
        TEST(destroying_a_view_touches_nothing),
        TEST(a_copy_borrows_nothing),
        TEST(a_tree_is_copied_and_destroyed_whole),
        TEST(a_copy_into_an_arena_needs_no_destroying),
        TEST(a_copy_to_own_can_be_destroyed_and_keeps_its_views),
        TEST(an_opaque_value_is_not_copied),
        TEST(destroying_any_nesting_needs_no_stack),
        TEST(copies_and_comparisons_end_where_encodings_do),
        TEST(a_copy_of_a_broken_slice_fails_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
