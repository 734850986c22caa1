/* type: what tests hold it to. */
#include "value/fixture_test.h"

static void assert_prints(struct bench *b, const struct leat__type *t, const char *want)
{
    leat__text_clear(&b->out);
    leat__type_print(&b->out, t);
    assert_string_equal(words(b), want);
}

static void assert_declares(struct bench *b, const struct leat__type *t, const char *name,
                            const char *want)
{
    leat__text_clear(&b->out);
    leat__type_declare(&b->out, t, name);
    assert_string_equal(words(b), want);
}

static void assert_shape(struct bench *b, const struct leat__type *t, const char *want)
{
    leat__text_clear(&b->out);
    leat__type_shape(&b->out, t);
    assert_string_equal(words(b), want);
}

static void a_type_reads_as_c_writes_it(void **state)
{
    static const struct leat__type double_p_p = { .kind = LEAT__POINTER,
                                                  .size = 8,
                                                  .of = &t_const_double_p };
    static const struct leat__type array_p = { .kind = LEAT__POINTER, .size = 8, .of = &t_int3 };
    static const struct leat__type function = { .kind = LEAT__FUNCTION };
    static const struct leat__type function_p = { .kind = LEAT__POINTER,
                                                  .size = 8,
                                                  .of = &function };
    static const struct leat__type table = {
        .kind = LEAT__ARRAY, .count = 2, .of = &t_int3, .size = 24
    };
    assert_prints(*state, &t_double, "double");
    assert_prints(*state, &t_long_double, "long double");
    assert_prints(*state, &t_uint16, "unsigned short");
    assert_prints(*state, &t_const_day_p, "const struct day *");
    assert_prints(*state, &t_sky, "enum sky");
    assert_prints(*state, &t_union, "union number");
    assert_declares(*state, &t_const_day_p, "day", "const struct day *day");
    assert_declares(*state, &t_char11, "date", "char date[11]");
    assert_declares(*state, &table, "m", "int m[2][3]");
    assert_declares(*state, &array_p, "p", "int (*p)[3]");
    assert_declares(*state, &double_p_p, "rows", "const double **rows");
    assert_declares(*state, &function_p, "call", "void (*call)(...)");
}

static void a_typedefed_struct_reads_without_its_keyword(void **state)
{
    struct leat__type t = t_point;
    t.typedefed = 1;
    assert_prints(*state, &t, "point");
}

static void a_shape_tells_people_what_is_inside(void **state)
{
    assert_shape(*state, &t_double, "");
    assert_shape(*state, &t_text, "");
    assert_shape(*state, &t_days, "array of {date, temp_max, temp_min}");
    assert_shape(*state, &t_point, "{x, y}");
    assert_shape(*state, &t_const_day_p, "{date, temp_max, temp_min}");
    assert_shape(*state, &t_sky, "one of {rain, snow, sun}");
    assert_shape(*state, &t_texts, "array of text");
    assert_shape(*state, &t_doubles, "array of double");
    assert_shape(*state, &t_image_p, "");
}

/* The same struct as another translation unit describes it. */
STRUCT(other_day, "day", struct day, MEMBER(struct day, date, t_char11),
       MEMBER(struct day, temp_max, t_double), MEMBER(struct day, temp_min, t_double));
POINTER(other_const_day_p, other_day, LEAT__TO_CONST);
SLICE(other_days, "table", other_const_day_p);
STRUCT(renamed_day, "day", struct day, MEMBER(struct day, date, t_char11),
       MEMBER(struct day, temp_max, t_double),
       { "temp_low", &t_double, offsetof(struct day, temp_min), 0, 0 });
STRUCT(float_point, "point", struct point, MEMBER(struct point, x, t_float),
       MEMBER(struct point, y, t_double));

static void structs_are_equal_by_tag_and_layout(void **state)
{
    (void)state;
    assert_true(leat__type_equal(&t_day, &other_day));
    assert_false(leat__type_equal(&t_day, &renamed_day));
    assert_false(leat__type_equal(&t_point, &float_point));
    struct leat__type other_tag = other_day;
    other_tag.name = "night";
    assert_false(leat__type_equal(&t_day, &other_tag));
}

static void two_structs_without_a_name_are_equal_by_layout(void **state)
{
    (void)state;
    struct leat__type a = t_anonymous, b = t_anonymous;
    a.name = NULL;
    b.name = "";
    assert_true(leat__type_equal(&a, &b));
    a.flags = b.flags = LEAT__INCOMPLETE;
    assert_false(leat__type_equal(&a, &b));
}

static void slices_are_equal_by_their_element(void **state)
{
    (void)state;
    assert_true(leat__type_equal(&t_days, &other_days));
    assert_false(leat__type_equal(&t_days, &t_doubles));
    assert_false(leat__type_equal(&t_own_doubles, &t_vector));      /* a cap is memory of its own */
}

static void const_is_part_of_what_a_pointer_points_to(void **state)
{
    (void)state;
    assert_false(leat__type_equal(&t_text, &t_const_text));
    assert_false(leat__type_equal(&t_doubles, &t_own_doubles));
    assert_true(leat__is_view(&t_doubles));
    assert_false(leat__is_view(&t_own_doubles));
}

static void char_is_no_number(void **state)
{
    (void)state;
    assert_false(leat__type_equal(&t_char, &t_int8));
    assert_false(leat__type_equal(&t_int8, &t_uint8));
    assert_true(leat__is_text(&t_text));
    assert_false(leat__is_text(&t_uint8_p));
}

static void incomplete_structs_are_equal_by_name(void **state)
{
    (void)state;
    static const struct leat__type same = { .kind = LEAT__STRUCT,
                                            .flags = LEAT__INCOMPLETE,
                                            .name = "image" };
    static const struct leat__type other = { .kind = LEAT__STRUCT,
                                             .flags = LEAT__INCOMPLETE,
                                             .name = "sound" };
    struct leat__type complete = t_point;
    complete.name = "image";
    assert_true(leat__type_equal(&t_image, &same));
    assert_true(leat__type_equal(&t_image, &complete));
    assert_false(leat__type_equal(&t_image, &other));
}

/* struct list again, with `last` as its second member's type. */
struct other_list { struct leat__type list, pointer; struct leat__member members[2]; };

static void make_list(struct other_list *l, const struct leat__type *number)
{
    l->list = t_list;
    l->list.members = l->members;
    l->pointer = (struct leat__type){ .kind = LEAT__POINTER, .size = 8, .of = &l->list };
    l->members[0] = (struct leat__member){ "x", number, 0, 0, 0 };
    l->members[1] = (struct leat__member){ "next", &l->pointer, 8, 0, 0 };
}

static void recursive_structs_compare_to_an_end(void **state)
{
    (void)state;
    struct other_list same, other;
    make_list(&same, &t_int);
    make_list(&other, &t_unsigned);
    assert_true(leat__type_equal(&t_list, &same.list));
    assert_true(leat__type_equal(&same.list, &t_list));
    assert_false(leat__type_equal(&t_list, &other.list));
}

/* Every struct points to every other: 40 structs of 40 pointers. */
enum { MESH = 40 };
struct mesh {
    struct leat__type type[MESH], pointer[MESH];
    struct leat__member members[MESH][MESH];
    char name[MESH][8];
};

static void make_mesh(struct mesh *m)
{
    for (int i = 0; i < MESH; i++) {
        snprintf(m->name[i], sizeof m->name[i], "s%d", i);
        m->type[i] = (struct leat__type){ .kind = LEAT__STRUCT,
                                          .size = 8 * MESH,
                                          .align = 8,
                                          .name = m->name[i],
                                          .count = MESH,
                                          .members = m->members[i] };
        m->pointer[i] =
            (struct leat__type){ .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &m->type[i] };
        for (int k = 0; k < MESH; k++)
            m->members[i][k] =
                (struct leat__member){ m->name[k], &m->pointer[k], (uint32_t)(8 * k), 0, 0 };
    }
}

static void a_web_of_structs_is_compared_once_a_pair(void **state)
{
    (void)state;
    struct mesh *a = calloc(1, sizeof *a), *b = calloc(1, sizeof *b);
    assert_true(a && b);
    make_mesh(a);
    make_mesh(b);
    for (int i = 0; i < MESH; i++)      /* names point into their own mesh */
        for (int k = 0; k < MESH; k++)
            b->members[i][k].name = b->name[k];
    assert_true(leat__type_equal(&a->type[0], &b->type[0]));
    b->members[MESH - 1][MESH - 1].name = "odd";
    assert_false(leat__type_equal(&a->type[0], &b->type[0]));
    free(a);
    free(b);
}

static void equal_types_have_equal_hashes(void **state)
{
    (void)state;
    struct other_list same;
    make_list(&same, &t_int);
    assert_int_equal(leat__type_hash(&t_day), leat__type_hash(&other_day));
    assert_int_equal(leat__type_hash(&t_days), leat__type_hash(&other_days));
    assert_int_equal(leat__type_hash(&t_list), leat__type_hash(&same.list));
    assert_int_not_equal(leat__type_hash(&t_day), leat__type_hash(&renamed_day));
    assert_int_not_equal(leat__type_hash(&t_text), leat__type_hash(&t_const_text));
    assert_int_not_equal(leat__type_hash(&t_int), leat__type_hash(&t_unsigned));
}

static void only_data_and_len_make_a_slice(void **state)
{
    (void)state;
    STRUCT(renamed, "s", struct any_slice, { "items", &t_double_p, 0, 0, 0 },
           MEMBER(struct any_slice, len, t_size));
    STRUCT(narrow, "s", struct any_slice, MEMBER(struct any_slice, data, t_double_p),
           { "len", &t_unsigned, 8, 0, 0 });
    static const struct leat__type void_p = { .kind = LEAT__POINTER, .size = 8, .of = &t_void };
    STRUCT(anything, "s", struct any_slice, MEMBER(struct any_slice, data, void_p),
           MEMBER(struct any_slice, len, t_size));
    assert_true(leat__is_slice(&t_doubles));
    assert_true(leat__is_slice(&t_vector));
    assert_false(leat__is_slice(&renamed));
    assert_false(leat__is_slice(&narrow));
    assert_false(leat__is_slice(&anything));
    assert_false(leat__is_slice(&t_day));
}

static void values_without_opaque_parts_are_derivable(void **state)
{
    (void)state;
    assert_true(leat__is_derivable(&t_all));
    assert_true(leat__is_derivable(&t_days));
    assert_true(leat__is_derivable(&t_bits));
    assert_true(leat__is_derivable(&t_int_lists));
    assert_true(leat__is_derivable(&t_tree));
    assert_false(leat__is_derivable(&t_list));
    assert_false(leat__is_derivable(&t_boxed));
    assert_false(leat__is_derivable(&t_image_p));
    assert_false(leat__is_derivable(&t_double_p));
}

static void a_struct_inside_itself_by_value_is_refused(void **state)
{
    (void)state;
    struct leat__type t = { .kind = LEAT__STRUCT, .size = 8, .name = "ouroboros", .count = 2 };
    struct leat__member members[] = { { "a", &t, 0, 0, 0 }, { "b", &t, 0, 0, 0 } };
    t.members = members;
    assert_false(leat__is_derivable(&t));
    assert_false(leat__is_trivial(&t));
    assert_non_null(leat__undestroyable(&t));
}

/* 2^60 paths lead through 60 structs of two members each. */
static void a_type_that_unfolds_without_end_costs_little(void **state)
{
    (void)state;
    enum { DEEP = 60 };
    static struct leat__type type[DEEP];
    static struct leat__member members[DEEP][2];
    for (int i = 0; i < DEEP; i++) {
        members[i][0] = (struct leat__member){ "a", i ? &type[i - 1] : &t_int, 0, 0, 0 };
        members[i][1] = (struct leat__member){ "b", i ? &type[i - 1] : &t_int, 0, 0, 0 };
        type[i] = (struct leat__type){
            .kind = LEAT__STRUCT, .count = 2, .members = members[i], .name = "s"
        };
    }
    assert_false(leat__is_derivable(&type[DEEP - 1]));
    assert_false(leat__is_trivial(&type[DEEP - 1]));
    assert_non_null(leat__undestroyable(&type[DEEP - 1]));
}

static void trivial_means_nothing_owned(void **state)
{
    (void)state;
    assert_true(leat__is_trivial(&t_day));
    assert_true(leat__is_trivial(&t_days));
    assert_true(leat__is_trivial(&t_const_text));
    assert_true(leat__is_trivial(&t_union));
    assert_false(leat__is_trivial(&t_text));
    assert_false(leat__is_trivial(&t_own_doubles));
    assert_false(leat__is_trivial(&t_all));
}

static void destruction_is_derived_but_for_other_pointers(void **state)
{
    (void)state;
    STRUCT(holder, "holder", struct list, MEMBER(struct list, x, t_int),
           { "image", &t_image_p, 8, 0, 0 });
    POINTER(t_holder_p, holder, 0);
    SLICE(holders, "holders", t_holder_p);
    assert_null(leat__undestroyable(&t_all));
    assert_null(leat__undestroyable(&t_own_days));
    assert_null(leat__undestroyable(&t_texts));
    assert_null(leat__undestroyable(&t_tree));
    assert_null(leat__undestroyable(&t_boxed));
    assert_string_equal(leat__undestroyable(&t_list)->name, "next");
    assert_string_equal(leat__undestroyable(&holder)->name, "image");
    assert_string_equal(leat__undestroyable(&holders)->name, "image");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_type_reads_as_c_writes_it),
        TEST(a_typedefed_struct_reads_without_its_keyword),
        TEST(a_shape_tells_people_what_is_inside),
        TEST(structs_are_equal_by_tag_and_layout),
        TEST(two_structs_without_a_name_are_equal_by_layout),
        TEST(slices_are_equal_by_their_element),
        TEST(const_is_part_of_what_a_pointer_points_to),
        TEST(char_is_no_number),
        TEST(incomplete_structs_are_equal_by_name),
        TEST(recursive_structs_compare_to_an_end),
        TEST(a_web_of_structs_is_compared_once_a_pair),
        TEST(equal_types_have_equal_hashes),
        TEST(only_data_and_len_make_a_slice),
        TEST(values_without_opaque_parts_are_derivable),
        TEST(a_struct_inside_itself_by_value_is_refused),
        TEST(a_type_that_unfolds_without_end_costs_little),
        TEST(trivial_means_nothing_owned),
        TEST(destruction_is_derived_but_for_other_pointers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
