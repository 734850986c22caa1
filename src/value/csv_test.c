/* csv: what tests hold its reader and its writer to. */
#include "value/fixture_test.h"
#include "value/io.h"
#include <math.h>

static int read_len(struct bench *b, const struct leat__type *t, const char *text, size_t n,
                    const char *column, struct any_slice *out)
{
    b->err = (leat_error){ 0 };
    return leat__csv_read(t, text, n, "t.csv", column, &b->arena, out, &b->err);
}

static int read(struct bench *b, const struct leat__type *t, const char *text,
                struct any_slice *out)
{
    return read_len(b, t, text, strlen(text), NULL, out);
}

static const struct day *read_days(struct bench *b, const char *text, size_t count)
{
    struct any_slice s;
    if (read(b, &t_days, text, &s) < 0)
        fail_msg("%s", b->err.message);
    assert_int_equal(s.len, count);
    return s.data;
}

static void assert_refuses(struct bench *b, const struct leat__type *t, const char *text,
                           const char *message)
{
    struct { void *data; size_t len, more[2]; } s = { &s, 77, { 0 } };
    leat__arena_fini(&b->arena);
    assert_int_equal(read(b, t, text, (void *)&s), LEAT_EINPUT);
    assert_string_equal(b->err.message, message);
    assert_int_equal(s.len, 77);            /* untouched on failure */
    assert_null(b->arena.chunk);            /* and nothing stays allocated */
}

static void columns_find_their_members_by_name(void **state)
{
    const struct day *day = read_days(
        *state, "temp_min,precip,date,temp_max\n5,0.3,2012-01-01,12.8\n2.8,,2012-01-02,10.6\n", 2);
    assert_string_equal(day[0].date, "2012-01-01");
    assert_true(day[0].temp_max == 12.8 && day[0].temp_min == 5);
    assert_string_equal(day[1].date, "2012-01-02");
    assert_true(day[1].temp_max == 10.6 && day[1].temp_min == 2.8);
}

static void a_header_alone_is_no_rows(void **state)
{
    read_days(*state, "date,temp_max,temp_min", 0);
    read_days(*state, "date,temp_max,temp_min\n", 0);
    read_days(*state, "date,temp_max,temp_min\r\n\r\n\n", 0);
}

static void windows_line_ends_and_a_byte_order_mark_are_fine(void **state)
{
    const struct day *day = read_days(*state,
                                      "\xef\xbb\xbf"
                                      "date,temp_max,temp_min\r\na,1,2\r\nb,3,4",
                                      2);
    assert_true(day[0].temp_min == 2 && day[1].temp_min == 4);
}

static void blank_lines_at_the_end_are_no_rows(void **state)
{
    read_days(*state, "date,temp_max,temp_min\na,1,2\n\n\r\n\n", 1);
}

static void a_blank_line_between_rows_is_an_error(void **state)
{
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\na,1,2\n\nb,1,2\n",
                   "t.csv:3: 1 field, the header has 3");
}

static void quotes_hold_commas_line_ends_and_quotes(void **state)
{
    struct any_slice s;
    struct bench *b = *state;
    assert_int_equal(
        read(b, &t_const_texts,
             "\"weather\"\n\"rain, \"\"heavy\"\"\"\n\"two\r\nlines\"\r\n5\" pipe\n\"\"\n\"x\"", &s),
        0);
    const char **text = s.data;
    assert_int_equal(s.len, 5);
    assert_string_equal(text[0], "rain, \"heavy\"");
    assert_string_equal(text[1], "two\r\nlines");
    assert_string_equal(text[2], "5\" pipe");
    assert_string_equal(text[3], "");
    assert_string_equal(text[4], "x");
}

static void lines_inside_quotes_are_counted(void **state)
{
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\n\"a\n\nb\",1,2\n\"c\nd\",x,2\n",
                   "t.csv:6: column temp_max: x is no double");
}

static void a_quote_that_never_closes_is_an_error(void **state)
{
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\na,1,2\n\"b,1,2\nc,1,2\n",
                   "t.csv:3: the quote that opens here is not closed");
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\n\"a\"b,1,2\n",
                   "t.csv:2: text stands behind a closing quote: a quote inside is written twice");
    assert_refuses(*state, &t_days, "\"date", "t.csv:1: the quote that opens here is not closed");
}

static void rows_have_as_many_fields_as_the_header(void **state)
{
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\na,1,2\nb,1\n",
                   "t.csv:3: 2 fields, the header has 3");
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\na,1,2,\n",
                   "t.csv:2: more than 3 fields, the header has 3");
}

static void a_missing_column_is_named_with_a_suggestion(void **state)
{
    assert_refuses(*state, &t_days, "date,tempmax,temp_min\na,1,2\n",
                   "t.csv:1: no column temp_max, did you mean tempmax?");
    assert_refuses(*state, &t_days, "day,temp,x\n",
                   "t.csv:1: no column date, did you mean day?; no column temp_max, did you mean "
                   "temp?; no column temp_min, did you mean temp?");
    assert_refuses(*state, &t_days, "date,temp_max,temp_min,date\na,1,2,b\n",
                   "t.csv:1: column date stands 2 times");
    assert_refuses(*state, &t_days, "", "t.csv:1: a header line is missing: the text is empty");
    assert_refuses(*state, &t_days, "\n\n", "t.csv:1: a header line is missing: the text is empty");
}

static void an_empty_field_is_nan_or_empty_text(void **state)
{
    const struct day *day = read_days(*state, "date,temp_max,temp_min\n,,\"\"\nb, ,1\n", 2);
    assert_string_equal(day[0].date, "");
    assert_true(isnan(day[0].temp_max) && isnan(day[0].temp_min) && isnan(day[1].temp_max));
    assert_refuses(*state, &t_ints, "n\n1\n\n2\n", "t.csv:3: column n: it is empty, int is needed");
}

static void blanks_round_a_number_are_ignored(void **state)
{
    const struct day *day = read_days(*state, "date,temp_max,temp_min\n x , 1.5,\t2 \n", 1);
    assert_string_equal(day[0].date, " x ");
    assert_true(day[0].temp_max == 1.5 && day[0].temp_min == 2);
}

static void text_too_long_for_its_array_is_an_error(void **state)
{
    read_days(*state, "date,temp_max,temp_min\n1234567890,1,2\n", 1);
    assert_refuses(*state, &t_days, "date,temp_max,temp_min\na,1,2\n12345678901,1,2\n",
                   "t.csv:3: column date: text of 11 bytes does not fit char[11]");
}

static void a_nul_inside_is_an_error(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    const char text[] = "date,temp_max,temp_min\na\0b,1,2\n";
    assert_int_equal(read_len(b, &t_days, text, sizeof text - 1, NULL, &s), LEAT_EINPUT);
    assert_string_equal(b->err.message, "t.csv:2: column date: text with a NUL inside");
    assert_int_equal(read_len(b, &t_const_texts, "a\nx\0\n", 5, NULL, &s), LEAT_EINPUT);
    assert_string_equal(b->err.message, "t.csv:2: column a: text with a NUL inside");
    assert_int_equal(read_len(b, &t_ints, "a\n1\0\n", 5, NULL, &s), LEAT_EINPUT);
}

static void numbers_that_do_not_fit_are_refused(void **state)
{
    SLICE(t_uint8s, "s", t_uint8_p);
    static const struct leat__type float_p = { .kind = LEAT__POINTER, .size = 8, .of = &t_float };
    SLICE(t_floats, "s", float_p);
    assert_refuses(
        *state, &t_ints, "n\n2147483648\n",
        "t.csv:2: column n: 2147483648 is out of range -2147483648 to 2147483647 of int");
    assert_refuses(*state, &t_ints, "n\n1.0\n", "t.csv:2: column n: 1.0 is no int");
    assert_refuses(*state, &t_uint8s, "n\n-1\n",
                   "t.csv:2: column n: -1 is out of range 0 to 255 of unsigned char");
    assert_refuses(*state, &t_floats, "n\n1e39\n",
                   "t.csv:2: column n: 1e39 is too large for float");
    assert_refuses(*state, &t_doubles, "n\n1,5\n", "t.csv:2: more than 1 field, the header has 1");
}

static void one_column_fills_an_array_of_numbers(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    const char *text = "date,price,note\na,1.5,x\nb,nan,y\nc,-inf,z\n";
    assert_int_equal(read_len(b, &t_doubles, text, strlen(text), "price", &s), 0);
    assert_int_equal(s.len, 3);
    assert_true(((double *)s.data)[0] == 1.5 && isnan(((double *)s.data)[1]) &&
                ((double *)s.data)[2] == -INFINITY);
    assert_int_equal(read_len(b, &t_texts, text, strlen(text), "note", &s), 0);
    assert_string_equal(((char **)s.data)[2], "z");
    assert_int_equal(read_len(b, &t_doubles, text, strlen(text), "prise", &s), LEAT_EINPUT);
    assert_string_equal(b->err.message, "t.csv:1: no column prise, did you mean price?");
    assert_int_equal(read_len(b, &t_doubles, text, strlen(text), NULL, &s), LEAT_EINPUT);
    assert_string_equal(b->err.message,
                        "t.csv:1: 3 columns for an array of one: name one as FILE.csv:date");
    assert_int_equal(read_len(b, &t_days, text, strlen(text), "price", &s), LEAT_EINPUT);
}

static void a_blank_line_of_one_column_is_an_empty_field(void **state)
{
    struct any_slice s;
    assert_int_equal(read(*state, &t_const_texts, "t\na\n\nb\n\n", &s), 0);
    assert_int_equal(s.len, 3);
    assert_string_equal(((char **)s.data)[1], "");
}

static void only_flat_items_can_be_read(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    POINTER(t_all_p, t_all, 0);
    SLICE(t_alls, "alls", t_all_p);
    POINTER(t_boxed_p, t_boxed, 0);
    SLICE(t_boxes, "boxes", t_boxed_p);
    assert_true(leat__csv_can_read(&t_days));
    assert_true(leat__csv_can_read(&t_doubles));
    assert_true(leat__csv_can_read(&t_texts));
    assert_true(leat__csv_can_read(&t_flats));
    assert_true(leat__csv_can_read(&t_bits_list));
    assert_false(leat__csv_can_read(&t_alls));          /* int[3] */
    assert_false(leat__csv_can_read(&t_boxes));         /* a union */
    assert_false(leat__csv_can_read(&t_int_lists));
    assert_false(leat__csv_can_read(&t_trees));
    assert_false(leat__csv_can_read(&t_day));
    assert_false(leat__csv_can_read(&t_text));
    assert_int_equal(read(b, &t_alls, "on\ntrue\n", &s), LEAT_ETYPE);
    assert_string_equal(
        b->err.message,
        "struct alls is no table: in its items three is int[3]: give JSON");
}

static void every_kind_of_member_is_written_and_reads_back(void **state)
{
    struct bench *b = *state;
    struct flat rows[] = {
        { true,
          'x',
          -128,
          -32768,
          INT32_MIN,
          INT64_MIN,
          255,
          65535,
          UINT32_MAX,
          SIZE_MAX,
          0.1f,
          0.1,
          0.1L,
          snow,
          "abc",
          { 1.5, -2 },
          "plain" },
        { false,
          ',',
          127,
          1,
          2,
          INT64_MAX,
          0,
          0,
          0,
          0,
          -INFINITY,
          NAN,
          1e4000L,
          sun,
          "",
          { -0.0, 1e-300 },
          "comma, \"quote\"\r\nline" },
        { false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (enum sky)17, "\"", { 0, 0 }, "" },
    };
    struct any_slice s = { rows, 3 }, back;
    assert_int_equal(leat__csv_write(&b->out, &t_flats, &s, NULL, &b->err), 0);
    assert_non_null(strstr(
        words(b), "on,letter,i8,i16,i,l,u8,u16,u,z,f,d,ld,sky,code,at.x,at.y,note\n"
                  "true,x,-128,-32768,-2147483648,-9223372036854775808,255,65535,4294967295,"
                  "18446744073709551615,0.1,0.1,0.1,snow,abc,1.5,-2,plain\n"
                  "false,\",\",127,1,2,9223372036854775807,0,0,0,0,-inf,nan,1e+4000,sun,,-0,1e-300,"
                  "\"comma, \"\"quote\"\"\r\nline\"\n"));
    if (read(b, &t_flats, words(b), &back) < 0)
        fail_msg("%s", b->err.message);
    struct flat *row = back.data;
    assert_int_equal(back.len, 3);
    assert_true(row[0].on && row[0].letter == 'x' && row[0].l == INT64_MIN &&
                row[0].z == SIZE_MAX && row[0].f == 0.1f);
    assert_true(row[0].ld == 0.1L && row[0].sky == snow && row[0].at.y == -2);
    assert_true(row[1].letter == ',' && isinf(row[1].f) && isnan(row[1].d) &&
                row[1].ld == 1e4000L && signbit(row[1].at.x));
    assert_string_equal(row[1].note, rows[1].note);
    assert_true(row[2].letter == 0 && row[2].sky == (enum sky)17);
    assert_string_equal(row[2].code, "\"");
}

static void bit_fields_are_columns_like_others(void **state)
{
    struct bench *b = *state;
    struct bits rows[] = { { -4, 127, true, 1048575, 511 }, { 3, 0, false, 1, 256 } };
    struct any_slice s = { rows, 2 }, back;
    assert_int_equal(leat__csv_write(&b->out, &t_bits_list, &s, NULL, &b->err), 0);
    assert_string_equal(words(b), "a,b,c,wide,across\n-4,127,true,1048575,511\n3,0,false,1,256\n");
    assert_int_equal(read(b, &t_bits_list, words(b), &back), 0);
    struct bits *row = back.data;
    assert_true(row[0].a == -4 && row[0].b == 127 && row[0].c && row[0].across == 511 &&
                row[1].across == 256);
    assert_refuses(b, &t_bits_list, "a,b,c,wide,across\n4,0,true,0,0\n",
                   "t.csv:2: column a: 4 is out of range -4 to 3 of 3 bits of int");
}

static void one_column_of_text_reads_back_with_its_empty_ones(void **state)
{
    struct bench *b = *state;
    const char *texts[] = { "a", "", NULL, "b", "" };
    struct any_slice s = { texts, 5 }, back;
    assert_int_equal(leat__csv_write(&b->out, &t_texts, &s, "names", &b->err), 0);
    assert_string_equal(words(b), "names\na\n\"\"\n\"\"\nb\n\"\"\n");
    assert_int_equal(read(b, &t_texts, words(b), &back), 0);
    assert_int_equal(back.len, 5);
    assert_string_equal(((char **)back.data)[2], "");       /* a NULL text becomes an empty one */
    assert_string_equal(((char **)back.data)[4], "");
}

static void what_csv_cannot_hold_is_not_written(void **state)
{
    struct bench *b = *state;
    struct point p = { 1, 2 };
    struct any_slice s = { NULL, 0 };
    assert_int_equal(leat__csv_write(&b->out, &t_point, &p, NULL, &b->err), LEAT_ETYPE);
    assert_string_equal(
        b->err.message,
        "struct point is no table: its member x is double: write .json");
    assert_int_equal(leat__csv_write(&b->out, &t_int_lists, &s, NULL, &b->err), LEAT_ETYPE);
    assert_int_equal(b->out.len, 0);
}

/* --- structs that are tables --- */

#define LENGTH(T, block, length, t_length)                                                             \
    { #length, &t_length, (int32_t)offsetof(T, length) - (int32_t)offsetof(T, block), 0, 0 }
#define BLOCK(name, item, ...)                                                                         \
    static const struct leat__extent name##_lengths[] = { __VA_ARGS__ };                               \
    static const struct leat__type name = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = &item, \
        .count = sizeof name##_lengths / sizeof *name##_lengths, .extents = name##_lengths }

struct frame { int8_t n; double *x; const char **name; struct point *at; };
BLOCK(t_frame_x, t_double, LENGTH(struct frame, x, n, t_int8));
BLOCK(t_frame_name, t_const_text, LENGTH(struct frame, name, n, t_int8));
BLOCK(t_frame_at, t_point, LENGTH(struct frame, at, n, t_int8));
STRUCT(t_frame, "frame", struct frame, MEMBER(struct frame, n, t_int8), MEMBER(struct frame, x, t_frame_x),
       MEMBER(struct frame, name, t_frame_name), MEMBER(struct frame, at, t_frame_at));

struct grid { float *cells; unsigned rows, cols; };
BLOCK(t_grid_cells, t_float, LENGTH(struct grid, cells, rows, t_unsigned), LENGTH(struct grid, cells, cols, t_unsigned));
STRUCT(t_grid, "grid", struct grid, MEMBER(struct grid, cells, t_grid_cells), MEMBER(struct grid, rows, t_unsigned),
       MEMBER(struct grid, cols, t_unsigned));

struct track { struct point *points; int n; };
BLOCK(t_track_points, t_point, LENGTH(struct track, points, n, t_int));
STRUCT(t_track, "track", struct track, MEMBER(struct track, points, t_track_points), MEMBER(struct track, n, t_int));

struct row { double *v; int n; };
BLOCK(t_row_v, t_double, LENGTH(struct row, v, n, t_int));
STRUCT(t_row, "row", struct row, MEMBER(struct row, v, t_row_v), MEMBER(struct row, n, t_int));

struct sheet { struct any_slice a, b; };
STRUCT(t_slices, "sheet", struct sheet, MEMBER(struct sheet, a, t_doubles), MEMBER(struct sheet, b, t_const_texts));

struct scaled { double *v; int n; double scale; };
BLOCK(t_scaled_v, t_double, LENGTH(struct scaled, v, n, t_int));
STRUCT(t_scaled, "scaled", struct scaled, MEMBER(struct scaled, v, t_scaled_v), MEMBER(struct scaled, n, t_int),
       MEMBER(struct scaled, scale, t_double));

static void assert_comes_back(struct bench *b, const struct leat__type *t, const char *text)
{
    union { struct frame frame; struct grid grid; struct track track; struct sheet sheet; struct row row; } x;
    leat__text_clear(&b->out);
    if (read(b, t, text, (void *)&x) < 0 || leat__csv_write(&b->out, t, &x, "value", &b->err) < 0)
        fail_msg("%s", b->err.message);
    assert_string_equal(b->out.data, text);
}

static void arrays_side_by_side_are_columns(void **state)
{
    struct bench *b = *state;
    struct frame f;
    assert_int_equal(read(b, &t_frame, "at.y,name,x,at.x,more\n1,a,2,3,no\n4,\"b,c\",5,6,no\n", (void *)&f), 0);
    assert_int_equal(f.n, 2);
    assert_float_equal(f.x[1], 5, 0);
    assert_string_equal(f.name[1], "b,c");
    assert_float_equal(f.at[0].x, 3, 0);
    assert_float_equal(f.at[1].y, 4, 0);
    assert_comes_back(b, &t_frame, "x,name,at.x,at.y\n1,a,2,3\n4,\"b,c\",5,6\n");
    assert_comes_back(b, &t_frame, "x,name,at.x,at.y\n");
    assert_comes_back(b, &t_slices, "a,b\n1,x\nnan,\n");
}

static void rows_with_their_number_are_like_any_array(void **state)
{
    struct bench *b = *state;
    struct row r;
    assert_comes_back(b, &t_track, "x,y\n1,2\n3,4\n");
    assert_comes_back(b, &t_row, "value\n1\n2\n3\n");
    assert_int_equal(leat__csv_read(&t_row, "a,b\n1,2\n3,4\n", 12, "f", "b", &b->arena, &r, &b->err), 0);
    assert_int_equal(r.n, 2);
    assert_float_equal(r.v[1], 4, 0);
}

static void a_grid_has_a_column_for_each_of_its_columns(void **state)
{
    struct bench *b = *state;
    struct grid g;
    assert_comes_back(b, &t_grid, "0,1,2\n1,2,3\n4,5,6\n");
    assert_int_equal(read(b, &t_grid, "north,south\n1,2\n3,4\n5,6\n", (void *)&g), 0);
    assert_int_equal(g.rows, 3);
    assert_int_equal(g.cols, 2);
    assert_float_equal(g.cells[5], 6, 0);
    assert_refuses(b, &t_grid, "a,b\n1,2\n3\n", "t.csv:3: 1 field, the header has 2");
}

static void what_is_no_table_is_told(void **state)
{
    struct bench *b = *state;
    double x[] = { 1, 2 };
    const char *names[] = { "a" };
    struct sheet uneven = { { x, 2 }, { names, 1 } };
    struct scaled scaled = { x, 2, 3 };
    char text[3000] = "x,name,at.x,at.y\n";
    for (int i = 0; i < 128; i++)
        strcat(text, "1,a,2,3\n");
    assert_refuses(b, &t_frame, text, "128 are more than its member n counts");
    assert_refuses(b, &t_frame, "x,nane,at.x,at.y\n", "t.csv:1: no column name, did you mean nane?");
    assert_int_equal(leat__csv_write(&b->out, &t_slices, &uneven, NULL, &b->err), LEAT_ETYPE);
    assert_string_equal(b->err.message, "no table: a has 2 items and b has 1");
    assert_false(leat__csv_can_read(&t_scaled));
    assert_int_equal(leat__csv_write(&b->out, &t_scaled, &scaled, NULL, &b->err), LEAT_ETYPE);
    assert_string_equal(b->err.message, "struct scaled is no table: its member scale is double, neither an array nor the "
                                        "length of one: write .json");
    assert_int_equal(b->out.len, 0);
}

static void a_slice_with_a_cap_has_room_for_its_rows(void **state)
{
    struct bench *b = *state;
    struct vector v;
    assert_int_equal(leat__csv_read(&t_vector, "x\n1\n2\n", 6, NULL, NULL, &b->arena, &v, &b->err),
                     0);
    assert_true(v.len == 2 && v.cap == 2 && v.data[1] == 2);
    assert_int_equal(leat__csv_read(&t_vector, "x\n1\ny\n", 6, NULL, NULL, &b->arena, &v, &b->err),
                     LEAT_EINPUT);
    assert_string_equal(b->err.message, "line 3, column x: y is no double");
    assert_int_equal(leat__csv_read(&t_vector, "x\n1,2\n", 6, NULL, NULL, &b->arena, &v, NULL),
                     LEAT_EINPUT);
}

static void enumerators_and_truth_values_go_by_name(void **state)
{
    static const struct leat__type sky_p = { .kind = LEAT__POINTER, .size = 8, .of = &t_sky };
    static const struct leat__type bool_p = { .kind = LEAT__POINTER, .size = 8, .of = &t_bool };
    SLICE(t_skies, "skies", sky_p);
    SLICE(t_bools, "bools", bool_p);
    struct any_slice s;
    assert_int_equal(read(*state, &t_skies, "sky\nsun\n rain\n", &s), 0);
    assert_true(((enum sky *)s.data)[0] == sun && ((enum sky *)s.data)[1] == rain);
    assert_refuses(*state, &t_skies, "sky\nsnow\nsum\n",
                   "t.csv:3: column sky: sum is not one of {rain, snow, sun}, did you mean sun?");
    assert_int_equal(read_len(*state, &t_skies, "sky\nrain\0\0\0x\n", 13, NULL, &s), LEAT_EINPUT);
    assert_int_equal(read_len(*state, &t_skies, "sky\nrain\0\n", 10, NULL, &s), LEAT_EINPUT);
    assert_int_equal(read(*state, &t_bools, "on\ntrue\nfalse\n", &s), 0);
    assert_true(((bool *)s.data)[0] && !((bool *)s.data)[1]);
    assert_refuses(*state, &t_bools, "on\n1\n",
                   "t.csv:2: column on: 1 is neither true nor false, so no bool");
}

static void many_rows_with_text_of_all_lengths_are_read(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    leat__text_add(&b->out, "t\n");
    for (size_t i = 0; i < 3000; i++) {
        leat__text_pad(&b->out, (char)('a' + i % 26), 1 + i * 7 % 6000);
        leat__text_addc(&b->out, '\n');
    }
    assert_int_equal(read(b, &t_const_texts, words(b), &s), 0);
    assert_int_equal(s.len, 3000);
    for (size_t i = 0; i < 3000; i++) {
        const char *text = ((const char **)s.data)[i];
        assert_int_equal(strlen(text), 1 + i * 7 % 6000);
        assert_int_equal(text[strlen(text) - 1], 'a' + i % 26);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(columns_find_their_members_by_name),
        TEST(a_header_alone_is_no_rows),
        TEST(windows_line_ends_and_a_byte_order_mark_are_fine),
        TEST(blank_lines_at_the_end_are_no_rows),
        TEST(a_blank_line_between_rows_is_an_error),
        TEST(quotes_hold_commas_line_ends_and_quotes),
        TEST(lines_inside_quotes_are_counted),
        TEST(a_quote_that_never_closes_is_an_error),
        TEST(rows_have_as_many_fields_as_the_header),
        TEST(a_missing_column_is_named_with_a_suggestion),
        TEST(an_empty_field_is_nan_or_empty_text),
        TEST(blanks_round_a_number_are_ignored),
        TEST(text_too_long_for_its_array_is_an_error),
        TEST(a_nul_inside_is_an_error),
        TEST(numbers_that_do_not_fit_are_refused),
        TEST(one_column_fills_an_array_of_numbers),
        TEST(a_blank_line_of_one_column_is_an_empty_field),
        TEST(only_flat_items_can_be_read),
        TEST(every_kind_of_member_is_written_and_reads_back),
        TEST(bit_fields_are_columns_like_others),
        TEST(one_column_of_text_reads_back_with_its_empty_ones),
        TEST(what_csv_cannot_hold_is_not_written),
        TEST(arrays_side_by_side_are_columns),
        TEST(rows_with_their_number_are_like_any_array),
        TEST(a_grid_has_a_column_for_each_of_its_columns),
        TEST(what_is_no_table_is_told),
        TEST(a_slice_with_a_cap_has_room_for_its_rows),
        TEST(enumerators_and_truth_values_go_by_name),
        TEST(many_rows_with_text_of_all_lengths_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
