/* json: what tests hold the reader and the writer to. */
#include "value/fixture_test.h"
#include "value/io.h"
#include <math.h>

static int read_len(struct bench *b, const struct leat__type *t, const char *text, size_t n,
                    void *at)
{
    b->err = (leat_error){ 0 };
    return leat__json_read(t, text, n, NULL, &b->arena, at, &b->err);
}

static int read(struct bench *b, const struct leat__type *t, const char *text, void *at)
{
    return read_len(b, t, text, strlen(text), at);
}

static void assert_refuses(struct bench *b, const struct leat__type *t, const char *text,
                           const char *message)
{
    unsigned char at[512], before[sizeof at];
    memset(at, 0xaa, sizeof at);
    memset(before, 0xaa, sizeof before);
    assert_true(t->size <= sizeof at);
    leat__arena_fini(&b->arena);
    assert_int_equal(read(b, t, text, at), LEAT_EINPUT);
    assert_string_equal(b->err.message, message);
    assert_memory_equal(at, before, sizeof at);      /* untouched on failure */
    assert_null(b->arena.chunk);                     /* and nothing stays allocated */
}

static void assert_writes(struct bench *b, const struct leat__type *t, const void *at,
                          const char *want)
{
    leat__text_clear(&b->out);
    assert_int_equal(leat__print_json(&b->out, t, at), 0);
    assert_string_equal(words(b), want);
}

/* What is read is written the same. */
static void assert_keeps(struct bench *b, const struct leat__type *t, const char *text)
{
    unsigned char at[512];
    if (read(b, t, text, at) < 0)
        fail_msg("%s: %s", text, b->err.message);
    assert_writes(b, t, at, text);
}

static void every_member_is_read_and_written(void **state)
{
    const char *text =
        "{\"on\":true,\"letter\":\"x\",\"i8\":-128,\"i16\":-32768,\"i\":-2147483648,"
        "\"l\":-9223372036854775808,\"u8\":255,\"u16\":65535,\"u\":4294967295,\"z\":"
        "18446744073709551615,"
        "\"f\":0.1,\"d\":0.30000000000000004,\"ld\":0.1,\"sky\":\"snow\",\"code\":\"a\xc3\xa9\","
        "\"three\":[1,2,3],"
        "\"at\":{\"x\":1e+300,\"y\":-0},\"name\":null,\"note\":\"say \\\"hi\\\"\\n\"}";
    struct all x;
    assert_keeps(*state, &t_all, text);
    assert_int_equal(read(*state, &t_all, text, &x), 0);
    assert_true(x.on && x.letter == 'x' && x.i8 == INT8_MIN && x.l == INT64_MIN && x.z == SIZE_MAX);
    assert_true(x.d == 0.1 + 0.2 && x.ld == 0.1L && x.sky == snow && x.three[2] == 3 &&
                x.at.x == 1e300);
    assert_null(x.name);
    assert_string_equal(x.note, "say \"hi\"\n");
}

static void members_stand_in_any_order(void **state)
{
    struct point p;
    assert_int_equal(read(*state, &t_point, " { \"y\" : 2 , \"x\" : 1 }\n", &p), 0);
    assert_true(p.x == 1 && p.y == 2);
}

static void a_missing_unknown_or_double_member_is_refused(void **state)
{
    assert_refuses(*state, &t_point, "{\"x\":1}", "line 1, column 7: member y is missing");
    assert_refuses(*state, &t_point, "{}", "line 1, column 2: members x, y are missing");
    assert_refuses(*state, &t_point, "{\"x\":1,\"y\":2,\"x\":3}",
                   "line 1, column 14: member x is given twice");
    assert_refuses(*state, &t_days, "[{\"date\":\"a\",\n  \"temp\":1}]",
                   "line 2, column 3: no member temp, did you mean temp_max?");
    assert_refuses(*state, &t_days, "[{\"date\":\"a\",\"tempmax\":1}]",
                   "line 1, column 14: no member tempmax, did you mean temp_max?");
    assert_refuses(*state, &t_point, "{\"zebra\":1}", "line 1, column 2: no member zebra");
    assert_refuses(*state, &t_point, "{\"\\u001b[31m\":1}",
                   "line 1, column 2: no member \\x1b[31m");
}

static void the_source_is_named_in_errors(void **state)
{
    struct bench *b = *state;
    struct point p;
    assert_int_equal(leat__json_read(&t_point, "{\n\"x\":y}", 8, "p.json", &b->arena, &p, &b->err),
                     LEAT_EINPUT);
    assert_string_equal(
        b->err.message,
        "p.json:2:5: y is no number as JSON writes it (\"nan\" and \"inf\" stand in quotes)");
    assert_int_equal(leat__json_read(&t_point, "{\n\"x\":y}", 8, "p.json", &b->arena, &p, NULL),
                     LEAT_EINPUT);
}

static void columns_are_characters_not_bytes(void **state)
{
    assert_refuses(*state, &t_texts, "[\"\xc3\xa9\xe2\x82\xac\",1]",
                   "line 1, column 7: text is needed, not a number");
}

static void numbers_out_of_range_are_refused(void **state)
{
    assert_refuses(*state, &t_int8, "128",
                   "line 1, column 1: 128 is out of range -128 to 127 of signed char");
    assert_refuses(*state, &t_uint8, "-1",
                   "line 1, column 1: -1 is out of range 0 to 255 of unsigned char");
    assert_refuses(*state, &t_size, "18446744073709551616",
                   "line 1, column 1: 18446744073709551616 is out of range 0 to "
                   "18446744073709551615 of unsigned long");
    assert_refuses(*state, &t_long, "-9223372036854775809",
                   "line 1, column 1: -9223372036854775809 is out of range -9223372036854775808 to "
                   "9223372036854775807 of long");
    assert_refuses(*state, &t_double, "1e309", "line 1, column 1: 1e309 is too large for double");
    assert_refuses(*state, &t_float, "1e39", "line 1, column 1: 1e39 is too large for float");
}

static void nothing_is_converted(void **state)
{
    assert_refuses(*state, &t_int, "1.5", "line 1, column 1: 1.5 is no int");
    assert_refuses(*state, &t_int, "\"1\"", "line 1, column 1: int is needed, not text");
    assert_refuses(*state, &t_int, "true", "line 1, column 1: int is needed, not a truth value");
    assert_refuses(*state, &t_double, "\"1\"", "line 1, column 1: double is needed, not text");
    assert_refuses(*state, &t_double, "null", "line 1, column 1: double is needed, not null");
    assert_refuses(*state, &t_bool, "1",
                   "line 1, column 1: 1 is neither true nor false, so no bool");
    assert_refuses(*state, &t_bool, "\"true\"", "line 1, column 1: bool is needed, not text");
    assert_refuses(*state, &t_text, "1", "line 1, column 1: text is needed, not a number");
    assert_refuses(*state, &t_doubles, "{}", "line 1, column 1: an array is needed, not an object");
    assert_refuses(*state, &t_point, "[]", "line 1, column 1: an object is needed, not an array");
}

static void only_json_numbers_are_numbers(void **state)
{
    static const char *const wrong[] = { "01",  "+1",       ".5", "1.",  "1e", "0x10",
                                         "nan", "Infinity", "-",  "1_0", "--1" };
    unsigned char at[16];
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read(*state, &t_double, wrong[i], at), LEAT_EINPUT);
}

static void floats_beyond_numbers_stand_in_quotes(void **state)
{
    double x;
    assert_keeps(*state, &t_doubles, "[\"nan\",\"inf\",\"-inf\"]");
    assert_int_equal(read(*state, &t_double, "\"nan\"", &x), 0);
    assert_true(isnan(x));
    assert_refuses(*state, &t_double, "\"abc\"", "line 1, column 1: abc is no double");
}

static void enumerators_go_by_name(void **state)
{
    enum sky x;
    assert_int_equal(read(*state, &t_sky, "\"sun\"", &x), 0);
    assert_int_equal(x, sun);
    assert_writes(*state, &t_sky, &x, "\"sun\"");
    assert_refuses(*state, &t_sky, "\"snwo\"",
                   "line 1, column 1: snwo is not one of {rain, snow, sun}, did you mean snow?");
    assert_refuses(*state, &t_sky, "\"5\"", "line 1, column 1: enum sky is needed, not text");
}

static void a_value_without_an_enumerator_is_a_number(void **state)
{
    unsigned flags = 3;     /* read | write */
    assert_writes(*state, &t_mode, &flags, "3");
    assert_int_equal(read(*state, &t_mode, "3", &flags), 0);
    assert_int_equal(flags, 3);
    assert_refuses(*state, &t_mode, "-1",
                   "line 1, column 1: -1 is out of range 0 to 4294967295 of enum mode");
}

static void a_char_is_a_text_of_one(void **state)
{
    char c = 1;
    assert_int_equal(read(*state, &t_char, "\"\\n\"", &c), 0);
    assert_int_equal(c, '\n');
    assert_int_equal(read(*state, &t_char, "\"\"", &c), 0);
    assert_int_equal(c, 0);
    assert_writes(*state, &t_char, &c, "\"\"");
    c = (char)0xff;
    assert_writes(*state, &t_char, &c, "{\"base64\":\"/w==\"}");
    assert_int_equal(read(*state, &t_char, "{\"base64\":\"/w==\"}", &c), 0);
    assert_int_equal((unsigned char)c, 0xff);
    assert_refuses(*state, &t_char, "\"ab\"", "line 1, column 1: ab is not one char");
    assert_refuses(*state, &t_char, "7", "line 1, column 1: text is needed, not a number");
}

static void a_long_double_that_no_double_holds_is_a_number(void **state)
{
    assert_keeps(*state, &t_long_double, "1.189731495357231765e+4932");
    assert_keeps(*state, &t_long_double, "-1e+4000");
    assert_keeps(*state, &t_long_double, "\"-inf\"");
}

static void char_arrays_hold_text_that_fits(void **state)
{
    char code[4] = "zzz";
    assert_int_equal(read(*state, &t_char4, "\"ab\"", code), 0);
    assert_memory_equal(code, "ab\0\0", 4);
    assert_refuses(*state, &t_char4, "\"abcd\"",
                   "line 1, column 1: text of 4 bytes does not fit char[4]: at most 3");
    assert_refuses(*state, &t_char4, "\"a\\u0000\"", "line 1, column 1: text with a NUL inside");
    memcpy(code, "full", 4);
    assert_writes(*state, &t_char4, code, "\"full\"");
}

static void escapes_are_read_as_rfc_8259_says(void **state)
{
    const char *text;
    assert_int_equal(
        read(*state, &t_text, "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\\uD83D\\uDE00\"", &text),
        0);
    assert_string_equal(text, "\"\\/\b\f\n\r\t\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    assert_refuses(*state, &t_text, "\"\\x\"", "line 1, column 2: no such escape in text");
    assert_refuses(*state, &t_text, "\"\\ud800\"", "line 1, column 2: no such escape in text");
    assert_refuses(*state, &t_text, "\"\\ude00\\ud83d\"",
                   "line 1, column 2: no such escape in text");
    assert_refuses(*state, &t_text, "\"\\u12\"", "line 1, column 2: no such escape in text");
    assert_refuses(*state, &t_text, "\"a\nb\"",
                   "line 1, column 3: a control character in text: write it as \\u000a");
    assert_refuses(*state, &t_text, "\"abc",
                   "line 1, column 1: the text that begins here has no end");
    assert_refuses(*state, &t_text, "\"abc\\", "line 1, column 5: no such escape in text");
    assert_refuses(*state, &t_text, "\"\xff\"",
                   "line 1, column 1: text that is not UTF-8: give it as {\"base64\":\"...\"}");
    assert_refuses(*state, &t_text, "\"a\\u0000b\"", "line 1, column 1: text with a NUL inside");
}

static void escaped_member_names_are_the_names(void **state)
{
    struct point p;
    assert_int_equal(read(*state, &t_point, "{\"\\u0078\":1,\"y\":2}", &p), 0);
    assert_true(p.x == 1);
}

static void bytes_that_are_no_text_travel_as_base64(void **state)
{
    const char *bytes = "\xff\xfe\x01";
    unsigned char zeros[] = { 0, 1, 2, 255 };
    struct any_slice slice = { zeros, 4 };
    assert_writes(*state, &t_text, &bytes, "{\"base64\":\"//4B\"}");
    assert_keeps(*state, &t_text, "{\"base64\":\"//4B\"}");
    assert_writes(*state, &t_bytes, &slice, "{\"base64\":\"AAEC/w==\"}");
    assert_keeps(*state, &t_bytes, "{\"base64\":\"AAEC/w==\"}");
    assert_keeps(*state, &t_bytes, "{\"base64\":\"\"}");
    assert_int_equal(read(*state, &t_bytes, "[0,1,255]", &slice), 0);
    assert_memory_equal(slice.data, "\0\1\xff", 3);
    assert_keeps(*state, &t_chars, "\"text with a length\"");
    assert_keeps(*state, &t_chars, "{\"base64\":\"YQBi\"}");
}

static void base64_is_read_strictly(void **state)
{
    static const char *const wrong[] = { "A",    "AA",       "AAA",  "A===", "AB==", "AAB=",
                                         "AA=A", "AA==AAAA", "A A=", "AA-_", "====" };
    char text[64];
    struct any_slice s;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        snprintf(text, sizeof text, "{\"base64\":\"%s\"}", wrong[i]);
        if (read(*state, &t_bytes, text, &s) != LEAT_EINPUT)
            fail_msg("%s is taken for base64", wrong[i]);
    }
    assert_int_equal(read(*state, &t_bytes, "{\"base64\":\"\\/w==\"}", &s), 0);
    assert_refuses(*state, &t_text, "{\"base64\":\"AA==\"}",
                   "line 1, column 1: text with a NUL inside");
    assert_refuses(*state, &t_text, "{\"base32\":\"AA==\"}",
                   "line 1, column 2: base64 is the only member that stands for bytes");
    assert_refuses(*state, &t_text, "{\"base64\":\"AA==\",\"x\":1}",
                   "line 1, column 17: a } is missing");
}

static void slices_have_as_many_items_as_stand_there(void **state)
{
    struct any_slice s;
    struct vector v;
    assert_keeps(*state, &t_ints, "[]");
    assert_keeps(*state, &t_int_lists, "[[1,2],[],[3]]");
    assert_keeps(*state, &t_texts, "[\"a\",null,\"\"]");
    assert_int_equal(read(*state, &t_ints, "[]", &s), 0);
    assert_int_equal(s.len, 0);
    assert_non_null(s.data);
    assert_int_equal(read(*state, &t_vector, "[1,2,3]", &v), 0);
    assert_int_equal(v.len, 3);
    assert_int_equal(v.cap, 3);
}

static void many_items_are_read(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    leat__text_addc(&b->out, '[');
    for (int i = 0; i < 100000; i++)
        leat__text_printf(&b->out, i ? ",%d" : "%d", i);
    leat__text_addc(&b->out, ']');
    assert_int_equal(read(b, &t_ints, words(b), &s), 0);
    assert_int_equal(s.len, 100000);
    assert_int_equal(((int *)s.data)[99999], 99999);
}

static void fixed_arrays_have_their_length(void **state)
{
    assert_keeps(*state, &t_int3, "[1,2,3]");
    assert_refuses(*state, &t_int3, "[1,2]", "line 1, column 2: 2 items, 3 are needed");
    assert_refuses(*state, &t_int3, "[]", "line 1, column 2: 0 items, 3 are needed");
    assert_refuses(*state, &t_int3, "[1,2,3,4]", "line 1, column 8: more than 3 items");
}

static void broken_texts_are_refused_with_their_place(void **state)
{
    assert_refuses(*state, &t_ints, "",
                   "line 1, column 1: an array is needed, not the end of the text");
    assert_refuses(*state, &t_ints, "[1,2", "line 1, column 5: a , or ] is missing");
    assert_refuses(*state, &t_ints, "[1 2]", "line 1, column 4: a , or ] is missing");
    assert_refuses(*state, &t_ints, "[1,]", "line 1, column 4: no value begins like this");
    assert_refuses(*state, &t_ints, "[,1]", "line 1, column 2: no value begins like this");
    assert_refuses(*state, &t_int3, "[1,2,3,]", "line 1, column 8: more than 3 items");
    assert_refuses(*state, &t_ints, "[1] x", "line 1, column 5: something stands behind the value");
    assert_refuses(*state, &t_point, "{\"x\":1,}",
                   "line 1, column 8: text in quotes is needed, not something else");
    assert_refuses(*state, &t_point, "{\"x\" 1}", "line 1, column 6: a colon is missing");
    assert_refuses(*state, &t_point, "{\"x\":1", "line 1, column 7: a , or } is missing");
    assert_refuses(*state, &t_point, "{'x':1}",
                   "line 1, column 2: text in quotes is needed, not something else");
    assert_refuses(*state, &t_text, "nul", "line 1, column 1: text is needed, not null");
    assert_refuses(*state, &t_text, "nulls", "line 1, column 5: something stands behind the value");
}

static void a_nul_does_not_end_a_text_quietly(void **state)
{
    struct any_slice s;
    assert_int_equal(read_len(*state, &t_ints, "[1]\0[2]", 7, &s), LEAT_EINPUT);
    assert_int_equal(read_len(*state, &t_ints, "[1\0]", 4, &s), LEAT_EINPUT);
}

static void a_byte_order_mark_is_skipped(void **state)
{
    assert_int_equal(read(*state, &t_int, "\xef\xbb\xbf" "7", &(int){ 0 }), 0);
    assert_refuses(*state, &t_int, "\xef\xbb\xbfx",
                   "line 1, column 1: x is no number as JSON writes it");
}

static void nest(struct bench *b, unsigned depth)
{
    leat__text_clear(&b->out);
    for (unsigned i = 0; i < depth; i++)
        leat__text_add(&b->out, "{\"name\":null,\"children\":[");
    for (unsigned i = 0; i < depth; i++)
        leat__text_add(&b->out, "]}");
}

static void nesting_is_followed_to_128(void **state)
{
    struct bench *b = *state;
    struct tree t;
    nest(b, 64);
    assert_int_equal(read(b, &t_tree, words(b), &t), 0);
    char *want = strdup(words(b));
    assert_writes(b, &t_tree, &t, want);
    free(want);
    nest(b, 65);
    assert_int_equal(read(b, &t_tree, words(b), &t), LEAT_EINPUT);
    assert_non_null(strstr(b->err.message, "nested deeper than 128"));
    nest(b, 100000);
    assert_int_equal(read(b, &t_tree, words(b), &t), LEAT_EINPUT);
}

static void bit_fields_are_members_like_others(void **state)
{
    struct bits x;
    assert_keeps(*state, &t_bits,
                 "{\"a\":-4,\"b\":127,\"c\":true,\"wide\":1048575,\"across\":511}");
    assert_int_equal(
        read(*state, &t_bits, "{\"a\":3,\"b\":1,\"c\":false,\"wide\":77,\"across\":300}", &x), 0);
    assert_true(x.a == 3 && x.b == 1 && !x.c && x.wide == 77 && x.across == 300);
    assert_refuses(*state, &t_bits, "{\"a\":4}",
                   "line 1, column 6: 4 is out of range -4 to 3 of 3 bits of int");
    assert_refuses(*state, &t_bits, "{\"b\":128}",
                   "line 1, column 6: 128 is out of range 0 to 127 of 7 bits of unsigned");
}

static void members_of_an_anonymous_struct_stand_in_its_place(void **state)
{
    struct outer x;
    assert_keeps(*state, &t_outer, "{\"first\":1,\"a\":2,\"b\":3.5}");
    assert_int_equal(read(*state, &t_outer, "{\"b\":3.5,\"first\":1,\"a\":2}", &x), 0);
    assert_true(x.first == 1 && x.a == 2 && x.b == 3.5);
}

static const struct leat__type t_endless = { .kind = LEAT__ARRAY, .align = 4, .of = &t_int };
struct tail { int n; int data[]; };
STRUCT(t_tail, "tail", struct tail, MEMBER(struct tail, n, t_int), MEMBER(struct tail, data, t_endless));
struct bare { int kind; union { int i; double d; }; };
STRUCT(t_bare, "bare", struct bare, MEMBER(struct bare, kind, t_int),
       { "", &t_union, offsetof(struct bare, i), 0, 0 });

static void an_array_without_a_length_is_left_out(void **state)
{
    struct tail x = { 7 };
    assert_writes(*state, &t_tail, &x, "{\"n\":7}");
}

static void a_union_without_a_name_makes_its_struct_opaque(void **state)
{
    struct bare x = { 1, { 2 } };
    assert_writes(*state, &t_bare, &x, "{\"opaque\":\"struct bare\"}");
}

static void opaque_types_are_refused_with_the_member_that_is(void **state)
{
    struct bench *b = *state;
    struct boxed x;
    assert_int_equal(read(b, &t_boxed, "{}", &x), LEAT_ETYPE);
    assert_string_equal(
        b->err.message,
        "struct boxed cannot be read from text: its member number is union number");
    assert_int_equal(read(b, &t_list, "{}", &x), LEAT_ETYPE);
    assert_string_equal(
        b->err.message,
        "struct list cannot be read from text: its member next is struct list *");
    assert_int_equal(read(b, &t_day_p, "{}", &x), LEAT_ETYPE);
    assert_string_equal(b->err.message,
                        "struct day * cannot be read from text: a pointer to a struct is not followed");
    assert_int_equal(read(b, &t_tail, "{}", &x), LEAT_ETYPE);
    assert_string_equal(b->err.message, "struct tail cannot be read from text: its member data is an array without a length");
    assert_int_equal(read(b, &t_bare, "{}", &x), LEAT_ETYPE);
    assert_string_equal(b->err.message, "struct bare cannot be read from text: a union in it has no name, and nothing says "
                                        "which of its members counts");
}

static void opaque_parts_are_written_as_their_type(void **state)
{
    struct list tail = { 2, NULL }, head = { 1, &tail };
    struct boxed box = { 1, 2 };
    void *image = &box, *none = NULL;
    assert_writes(*state, &t_list, &head, "{\"x\":1,\"next\":{\"opaque\":\"struct list *\"}}");
    assert_writes(*state, &t_list, &tail, "{\"x\":2,\"next\":null}");
    assert_writes(*state, &t_boxed, &box, "{\"kind\":1,\"number\":{\"opaque\":\"union number\"}}");
    assert_writes(*state, &t_image_p, &image, "{\"opaque\":\"struct image *\"}");
    assert_writes(*state, &t_image_p, &none, "null");
}

static void a_pointer_to_a_struct_is_written_as_the_struct(void **state)
{
    struct day day = { "2012-01-01", 12.8, 5 };
    const struct day *p = &day;
    assert_writes(*state, &t_const_day_p, &p,
                  "{\"date\":\"2012-01-01\",\"temp_max\":12.8,\"temp_min\":5}");
}

static void control_and_bidi_characters_are_written_as_escapes(void **state)
{
    const char *text = "\x1b[31m\x7f\xe2\x80\xae";
    assert_writes(*state, &t_text, &text, "\"\\u001b[31m\\u007f\\u202e\"");
    assert_keeps(*state, &t_text, "\"\\u001b[31m\\u007f\\u202e\"");
}

static void json_lines_hold_one_value_a_line(void **state)
{
    struct bench *b = *state;
    struct any_slice s;
    const char *text = "{\"x\":1,\"y\":2}\r\n\n  {\"y\":4,\"x\":3}";
    assert_int_equal(
        leat__jsonl_read(&t_days, text, strlen(text), "d.jsonl", &b->arena, &s, &b->err),
        LEAT_EINPUT);
    assert_string_equal(b->err.message, "d.jsonl:1:2: no member x");
    POINTER(t_point_p, t_point, 0);
    SLICE(t_points, "points", t_point_p);
    assert_int_equal(leat__jsonl_read(&t_points, text, strlen(text), NULL, &b->arena, &s, &b->err),
                     0);
    assert_int_equal(s.len, 2);
    assert_true(((struct point *)s.data)[1].y == 4);
    assert_int_equal(leat__jsonl_write(&b->out, &t_points, &s, &b->err), 0);
    assert_string_equal(words(b), "{\"x\":1,\"y\":2}\n{\"x\":3,\"y\":4}\n");
    text = "{\"x\":1,\"y\":2}\n{\"x\":1,\n\"y\":2}\n";
    assert_int_equal(leat__jsonl_read(&t_points, text, strlen(text), NULL, &b->arena, &s, &b->err),
                     LEAT_EINPUT);
    assert_string_equal(b->err.message,
                        "line 2, column 8: text in quotes is needed, not the end of the text");
    assert_int_equal(leat__jsonl_read(&t_points, "", 0, NULL, &b->arena, &s, &b->err), 0);
    assert_int_equal(s.len, 0);
    assert_int_equal(leat__jsonl_write(&b->out, &t_point, &s, &b->err), LEAT_ETYPE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_member_is_read_and_written),
        TEST(members_stand_in_any_order),
        TEST(a_missing_unknown_or_double_member_is_refused),
        TEST(the_source_is_named_in_errors),
        TEST(columns_are_characters_not_bytes),
        TEST(numbers_out_of_range_are_refused),
        TEST(nothing_is_converted),
        TEST(only_json_numbers_are_numbers),
        TEST(floats_beyond_numbers_stand_in_quotes),
        TEST(enumerators_go_by_name),
        TEST(a_value_without_an_enumerator_is_a_number),
        TEST(a_char_is_a_text_of_one),
        TEST(a_long_double_that_no_double_holds_is_a_number),
        TEST(char_arrays_hold_text_that_fits),
        TEST(escapes_are_read_as_rfc_8259_says),
        TEST(escaped_member_names_are_the_names),
        TEST(bytes_that_are_no_text_travel_as_base64),
        TEST(base64_is_read_strictly),
        TEST(slices_have_as_many_items_as_stand_there),
        TEST(many_items_are_read),
        TEST(fixed_arrays_have_their_length),
        TEST(broken_texts_are_refused_with_their_place),
        TEST(a_nul_does_not_end_a_text_quietly),
        TEST(a_byte_order_mark_is_skipped),
        TEST(nesting_is_followed_to_128),
        TEST(bit_fields_are_members_like_others),
        TEST(members_of_an_anonymous_struct_stand_in_its_place),
        TEST(an_array_without_a_length_is_left_out),
        TEST(a_union_without_a_name_makes_its_struct_opaque),
        TEST(opaque_types_are_refused_with_the_member_that_is),
        TEST(opaque_parts_are_written_as_their_type),
        TEST(a_pointer_to_a_struct_is_written_as_the_struct),
        TEST(control_and_bidi_characters_are_written_as_escapes),
        TEST(json_lines_hold_one_value_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
