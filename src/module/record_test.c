/* Records: what is written is read again, and nothing else is. */
#include "module/record.h"      /* before cmocka, whose fail() is a macro */
#include "base/map.h"
#include "module/record_check.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Linked with malloc and its kin wrapped. */
static long left = -1;      /* allocations until one fails; negative: none does */

static bool fails(void) { return left >= 0 && left-- == 0; }

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n) { return fails() ? NULL : __real_malloc(n); }
void *__wrap_calloc(size_t n, size_t size) { return fails() ? NULL : __real_calloc(n, size); }
void *__wrap_realloc(void *p, size_t n) { return fails() ? NULL : __real_realloc(p, n); }

typedef struct leat__record_type type;
typedef struct leat__record_member member;
typedef struct leat__record_function function;
typedef struct leat__record_param param;

/* double, char, const char *, struct day, const struct day *, struct days, struct node, struct node *, enum */
enum { DOUBLE, CHAR, TEXT, SIZE, DAY, DAYS_OF, DAYS, NODE, TO_NODE, COLOR, DATE, TYPES };

static uint32_t name(struct leat__record_writer *w, const char *text)
{
    return leat__record_string(w, text);
}

static uint32_t add_members(struct leat__record_writer *w, const member *m, uint32_t n)
{
    uint32_t first = leat__record_add_member(w, &m[0]);
    for (uint32_t i = 1; i < n; i++)
        leat__record_add_member(w, &m[i]);
    return first;
}

static void add_types(struct leat__record_writer *w)
{
    const uint32_t none = LEAT__NONE;
    uint32_t day = add_members(w, (member[]){ { name(w, "date"), DATE, { 0 } },
        { .name = name(w, "temp"), .type = DOUBLE, .offset = 16 } }, 2);
    uint32_t days = add_members(w, (member[]){ { name(w, "data"), DAYS_OF, { 0 } },
        { .name = name(w, "len"), .type = SIZE, .offset = 8 } }, 2);
    uint32_t node = add_members(w, (member[]){ { name(w, "next"), TO_NODE, { 0 } },
        { .name = name(w, "a"), .type = SIZE, .offset = 8, .bits = 3, .bit = 1 } }, 2);
    uint32_t color = add_members(w, (member[]){ { name(w, "red"), none, { -1 } }, { name(w, "blue"), none, { 7 } } }, 2);
    const type rows[TYPES] = {
        [DOUBLE] = { .kind = LEAT__FLOAT, .size = 8, .align = 8, .of = none },
        [CHAR] = { .kind = LEAT__CHAR, .size = 1, .align = 1, .of = none },
        [TEXT] = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8, .of = CHAR },
        [SIZE] = { .kind = LEAT__UINT, .size = 8, .align = 8, .of = none },
        [DAY] = { .kind = LEAT__STRUCT, .size = 24, .align = 8, .of = none, .name = name(w, "day"), .first = day, .count = 2 },
        [DAYS_OF] = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = 8, .align = 8, .of = DAY },
        [DAYS] = { .kind = LEAT__STRUCT, .size = 16, .align = 8, .of = none, .name = name(w, "days_t"), .typedefed = 1,
                   .first = days, .count = 2 },
        [NODE] = { .kind = LEAT__STRUCT, .flags = LEAT__BITFIELDS, .size = 16, .align = 8, .of = none,
                   .name = name(w, "node"), .first = node, .count = 2 },
        [TO_NODE] = { .kind = LEAT__POINTER, .size = 8, .align = 8, .of = NODE },
        [COLOR] = { .kind = LEAT__ENUM, .flags = LEAT__SIGNED, .size = 4, .align = 4, .of = none, .name = name(w, "color"),
                    .first = color, .count = 2 },
        [DATE] = { .kind = LEAT__ARRAY, .size = 11, .align = 1, .of = CHAR, .count = 11 },
    };
    for (unsigned i = 0; i < TYPES; i++)
        leat__record_add_type(w, &rows[i]);
}

static void add_function(struct leat__record_writer *w, const char *f, int line, uint32_t result, const param *p, uint32_t n,
                         const char *refused)
{
    function row = { .name = name(w, f), .file = name(w, "weather.c"), .line = line, .result = result, .count = n,
                     .doc = name(w, line == 5 ? "Mean of\nthe days." : ""), .refused = name(w, refused) };
    for (uint32_t i = 0; i < n; i++) {
        uint32_t at = leat__record_add_param(w, &p[i]);
        row.first = i ? row.first : at;
    }
    leat__record_add_function(w, &row);
}

static struct leat__record_writer *weather(void)
{
    struct leat__record_writer *w = leat__record_writer_new();
    if (!w)
        return NULL;
    struct leat__record_header *h = leat__record_writer_header(w);
    memcpy(h->build_id, "\xab\xcd", 2);
    h->build_id_size = 2;
    h->nodes_address = 0x4000;
    h->nodes_size = 8;
    add_types(w);
    add_function(w, "mean", 5, DOUBLE, (param[]){ { name(w, "days"), DAYS } }, 1, "");
    add_function(w, "gap", 6, DOUBLE, (param[]){ { name(w, "mean"), DOUBLE }, { name(w, "c"), COLOR } }, 2, "");
    add_function(w, "far", 7, DOUBLE, (param[]){ { name(w, "gap"), DOUBLE }, { name(w, "c"), COLOR } }, 2, "");
    add_function(w, "odd", 8, LEAT__NONE, (param[]){ { 0, TO_NODE } }, 1, "its parameter 1 has no name");
    leat__record_add_function(w, &(function){ .name = name(w, "normal__default"), .file = name(w, "weather.c"),
                                              .line = 3, .result = DOUBLE, .variable = 1 });
    leat__record_add_note(w, &(struct leat__record_note){ name(w, "node"), name(w, "weather.c"), name(w, "mean, cache(never)"), 9 });
    return w;
}

static char *bytes_of(struct leat__record_writer *w, size_t *out_size)
{
    leat_error err = { 0 };
    void *bytes = NULL;
    int code = leat__record_writer_finish(w, &bytes, out_size, &err);
    if (code < 0)
        print_error("%s\n", err.message);
    assert_int_equal(code, 0);
    leat__record_writer_free(w);
    return bytes;
}

static char *text_of(const struct leat__record *r)
{
    struct leat__text text = { 0 };
    leat__record_print(&text, r);
    return leat__text_take(&text);
}

/* --- */

static void what_is_written_is_read_again(void **state)
{
    (void)state;
    size_t size;
    char *bytes = bytes_of(weather(), &size), *text, *hash;
    struct leat__record r;
    assert_int_equal(leat__record_read(&r, bytes, size, "weather.so", NULL), 0);
    text = text_of(&r);
    for (char *from = text; (hash = strstr(from, ", hash ")); from = hash + 1)
        memmove(hash, hash + 23, strlen(hash + 23) + 1);
    assert_string_equal(text,
        "record 2, build id abcd, leat_nodes 8 bytes at 0x4000\n"
        "type 0 double, size 8, align 8\n"
        "type 1 char, size 1, align 1\n"
        "type 2 const char *, size 8, align 8\n"
        "type 3 unsigned long, size 8, align 8\n"
        "type 4 struct day { char date[11] @0, double temp @16 }, size 24, align 8\n"
        "type 5 const struct day *, size 8, align 8\n"
        "type 6 days_t { const struct day *data @0, unsigned long len @8 }, size 16, align 8\n"
        "type 7 struct node { struct node *next @0, unsigned long a : 3 @8.1 }, size 16, align 8\n"
        "type 8 struct node *, size 8, align 8\n"
        "type 9 enum color { red = -1, blue = 7 }, size 4, align 4, signed\n"
        "type 10 char[11], size 11, align 1\n"
        "function weather.c:5 double mean(days_t days), signature 0, doc \"Mean of\\nthe days.\"\n"
        "function weather.c:6 double gap(double mean, enum color c), signature 1\n"
        "function weather.c:7 double far(double gap, enum color c), signature 1\n"
        "function weather.c:8 void odd(struct node *), refused \"its parameter 1 has no name\"\n"
        "variable weather.c:3 double normal__default\n"
        "note weather.c:9 node \"mean, cache(never)\"\n");
    free(text);
    leat__record_fini(&r);
}

static void descriptors_have_the_hashes_of_their_structure(void **state)
{
    (void)state;
    size_t size;
    char *bytes = bytes_of(weather(), &size);
    struct leat__record r;
    assert_int_equal(leat__record_read(&r, bytes, size, "weather.so", NULL), 0);
    assert_int_equal(r.type_count, TYPES);
    for (uint32_t i = 0; i < r.type_count; i++) {
        assert_true(r.types[i].hash != 0);
        assert_true(r.types[i].hash == leat__type_hash(&r.types[i]));
    }
    assert_ptr_equal(r.types[NODE].members[0].type->of, &r.types[NODE]);
    leat__record_fini(&r);
}

static void equal_signatures_share_a_number_and_what_is_not_called_has_none(void **state)
{
    (void)state;
    size_t size;
    char *bytes = bytes_of(weather(), &size);
    struct leat__record r;
    assert_int_equal(leat__record_read(&r, bytes, size, "weather.so", NULL), 0);
    assert_int_equal(r.signature_count, 2);
    assert_int_equal(r.signatures[0], 0);
    assert_int_equal(r.signatures[1], 1);
    assert_int_equal(r.signatures[2], 1);
    assert_true(r.signatures[3] == LEAT__NONE && r.signatures[4] == LEAT__NONE);
    leat__record_fini(&r);
}

static void an_empty_record_is_a_record(void **state)
{
    (void)state;
    size_t size;
    char *bytes = bytes_of(leat__record_writer_new(), &size);
    struct leat__record r;
    assert_int_equal(leat__record_read(&r, bytes, size, "empty.so", NULL), 0);
    assert_int_equal(r.function_count + r.type_count + r.note_count, 0);
    leat__record_fini(&r);
}

/* --- what is refused: a good record with one thing changed --- */

static uint32_t row(const char *bytes, unsigned which, uint32_t index)
{
    const struct leat__record_header *h = (const void *)bytes;
    static const uint32_t sizes[] = { sizeof(type), sizeof(member), sizeof(function), sizeof(param),
                                      sizeof(struct leat__record_note) };
    return (&h->types)[which].at + index * sizes[which];
}

static void assert_refused(const char *good, size_t size, size_t at, uint32_t value, unsigned width, const char *message)
{
    leat_error err = { 0 };
    struct leat__record r;
    char *bytes = malloc(size);
    assert_non_null(bytes);
    memcpy(bytes, good, size);
    memcpy(bytes + at, &value, width);
    int code = leat__record_read(&r, bytes, size, "m.so", &err);
    if (code == 0)
        leat__record_fini(&r);
    assert_int_equal(code, LEAT_EBUILD);
    if (strcmp(err.message, message))
        print_error("%s\n", err.message);
    assert_string_equal(err.message, message);
}

static void a_change_that_makes_it_wrong_is_refused_with_table_and_row(void **state)
{
    (void)state;
    size_t size;
    char *b = bytes_of(weather(), &size);
#define BAD(at, value, message) assert_refused(b, size, at, value, 4, "m.so: " message)
#define FIELD(which, index, kind, field) (row(b, which, index) + offsetof(kind, field))
    BAD(0, 0, "not a record");
    BAD(offsetof(struct leat__record_header, version), 3, "a record of version 3, not 2");
    BAD(offsetof(struct leat__record_header, build_id_size), 33, "bad record: a build id of 33 bytes");
    BAD(offsetof(struct leat__record_header, types.at), 0, "bad record: its types lie outside it");
    BAD(offsetof(struct leat__record_header, types.count), 1u << 30, "bad record: its types lie outside it");
    BAD(offsetof(struct leat__record_header, notes.at), (uint32_t)size + 8, "bad record: its notes lie outside it");
    BAD(offsetof(struct leat__record_header, pool.count), 0, "bad record: its names do not end");
    BAD(FIELD(0, DAY, type, name), (uint32_t)size, "bad record: type 4 names nothing");
    BAD(FIELD(0, DATE, type, of), TYPES, "bad record: type 10 names nothing");
    BAD(FIELD(0, DATE, type, of), DATE, "bad record: type 10 has not the size of its elements");
    BAD(FIELD(0, TEXT, type, of), TEXT, "bad record: type 2 contains itself");
    BAD(FIELD(0, DAY, type, first), UINT32_MAX, "bad record: type 4 has members outside the record");
    BAD(FIELD(0, DAY, type, count), 100, "bad record: type 4 has members outside the record");
    BAD(FIELD(0, DAY, type, size), 12, "bad record: type 4 has a member behind its end");
    BAD(FIELD(0, DOUBLE, type, size), 5, "bad record: type 0 has a size that its kind has not");
    BAD(FIELD(1, 1, member, type), DAY, "bad record: type 4 has a member that does not fit");
    BAD(FIELD(1, 0, member, type), 99, "bad record: type 4 has a member that names nothing");
    BAD(FIELD(1, 0, member, name), (uint32_t)size, "bad record: type 4 has a member that names nothing");
    BAD(FIELD(1, 5, member, offset), 16, "bad record: type 7 has a bit-field that does not fit");
    BAD(FIELD(2, 0, function, name), 0, "bad record: function 0 has a name outside the record");
    BAD(FIELD(2, 1, function, first), 0, "bad record: function 1 has parameters outside the record");
    BAD(FIELD(2, 0, function, count), 99, "bad record: function 0 has parameters outside the record");
    BAD(FIELD(2, 0, function, result), 77, "bad record: function 0 has a result of no type");
    BAD(FIELD(2, 0, function, result), DATE, "bad record: function 0 has a result that cannot be passed");
    BAD(FIELD(2, 0, function, signature), 9, "bad record: function 0 has a wrong signature");
    BAD(FIELD(2, 3, function, refused), 0, "bad record: function 3 has a parameter that cannot be passed");
    BAD(FIELD(2, 3, function, signature), 0, "bad record: function 3 has a wrong signature");
    BAD(FIELD(3, 0, param, name), 0, "bad record: function 0 has a parameter that cannot be passed");
    BAD(FIELD(3, 0, param, type), 88, "bad record: function 0 has a parameter that names nothing");
    BAD(FIELD(4, 0, struct leat__record_note, kind), 0, "bad record: note 0 is cut");
#undef BAD
#undef FIELD
    free(b);
}

static void a_struct_cannot_contain_itself_however_long_the_way(void **state)
{
    (void)state;
    struct leat__record_writer *w = leat__record_writer_new();
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t first = leat__record_add_member(w, &(member){ .name = name(w, "x"), .type = (i + 1) % 3 });
        leat__record_add_type(w, &(type){ .kind = LEAT__STRUCT, .size = 8, .align = 8, .of = LEAT__NONE,
                                          .name = name(w, "s"), .first = first, .count = 1 });
    }
    leat_error err;
    void *bytes;
    size_t size;
    assert_int_equal(leat__record_writer_finish(w, &bytes, &size, &err), LEAT_EBUILD);
    assert_string_equal(err.message, "record: bad record: type 0 contains itself");
    leat__record_writer_free(w);
}

/* Few rows could stand for a tree of any size: each struct holds the one before it twice. */
static void a_type_that_unfolds_without_end_is_refused(void **state)
{
    (void)state;
    struct leat__record_writer *w = leat__record_writer_new();
    leat__record_add_type(w, &(type){ .kind = LEAT__STRUCT, .align = 1, .of = LEAT__NONE });
    for (uint32_t i = 1; i < 40; i++) {
        uint32_t first = leat__record_add_member(w, &(member){ .type = i - 1 });
        leat__record_add_member(w, &(member){ .type = i - 1 });
        leat__record_add_type(w, &(type){ .kind = LEAT__STRUCT, .align = 1, .of = LEAT__NONE, .first = first, .count = 2 });
    }
    leat_error err;
    void *bytes;
    size_t size;
    assert_int_equal(leat__record_writer_finish(w, &bytes, &size, &err), LEAT_EBUILD);
    assert_string_equal(err.message, "record: bad record: type 20 has too many members");
    leat__record_writer_free(w);
}

static void a_name_of_more_than_255_bytes_is_refused(void **state)
{
    (void)state;
    char longest[257];
    struct leat__record_writer *w = leat__record_writer_new();
    leat_error err;
    void *bytes;
    size_t size;
    memset(longest, 'x', sizeof longest - 1);
    longest[256] = 0;
    leat__record_add_function(w, &(function){ .name = name(w, longest), .result = LEAT__NONE });
    assert_int_equal(leat__record_writer_finish(w, &bytes, &size, &err), LEAT_EBUILD);
    assert_string_equal(err.message, "record: bad record: function 0 has a name outside the record");
    leat__record_writer_free(w);
}

/* --- memory --- */

static int write_and_read(void)
{
    struct leat__record_writer *w = weather();
    leat_error err = { 0 };
    void *bytes = NULL;
    size_t size = 0;
    struct leat__record r;
    int code = w ? leat__record_writer_finish(w, &bytes, &size, &err) : LEAT_ENOMEM;
    leat__record_writer_free(w);
    if (code == 0)
        code = leat__record_read(&r, bytes, size, "m.so", &err);
    if (code == 0)
        leat__record_fini(&r);
    return code;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    int failed = 0;
    for (int n = 0; n < 10000; n++, failed++) {
        left = n;
        int code = write_and_read();
        bool done = left >= 0;
        left = -1;
        assert_int_equal(code, done ? 0 : LEAT_ENOMEM);
        if (done)
            break;
    }
    assert_in_range(failed, 15, 9999);
}

/* --- cut, and changed --- */

static void a_record_cut_anywhere_is_refused(void **state)
{
    (void)state;
    size_t size;
    char *good = bytes_of(weather(), &size);
    for (size_t n = 0; n < size; n++) {
        struct leat__record r;
        char *bytes = malloc(n + 1);
        assert_non_null(bytes);
        memcpy(bytes, good, n);
        assert_int_equal(leat__record_read(&r, bytes, n, "m.so", NULL), LEAT_EBUILD);
    }
    free(good);
}

static uint64_t next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static void mutate(char *bytes, size_t size, uint64_t *seed)
{
    static const uint32_t values[] = { 0, 1, 2, 7, 8, 11, 16, 255, 256, 1u << 20, 1u << 30, UINT32_MAX, UINT32_MAX - 1 };
    for (uint64_t n = next(seed) % 4 + 1; n; n--) {
        uint64_t how = next(seed) % 3;
        size_t at = next(seed) % (size / 4) * 4;
        uint32_t value = how == 0 ? (uint32_t)next(seed) : how == 1 ? values[next(seed) % 13] : (uint32_t)(next(seed) % 24);
        if (how == 2 && next(seed) % 2)
            bytes[next(seed) % size] = (char)next(seed);
        else
            memcpy(bytes + at, &value, 4);
    }
}

/* What is read may be nonsense, but printing, hashing and comparing it end well. */
static void use(const struct leat__record *r)
{
    free(text_of(r));
    for (uint32_t i = 0; i < r->type_count; i++) {
        leat__type_hash(&r->types[i]);
        leat__is_derivable(&r->types[i]);
        leat__is_trivial(&r->types[i]);
        leat__undestroyable(&r->types[i]);
        leat__type_equal(&r->types[i], &r->types[next(&(uint64_t){ i + 1 }) % r->type_count]);
    }
}

static void no_mutation_leads_astray(void **state)
{
    (void)state;
    enum { ROUNDS = 20000 };
    size_t size;
    unsigned good = 0;
    uint64_t seed = getenv("LEAT_TEST_SEED") ? strtoull(getenv("LEAT_TEST_SEED"), NULL, 10) : 0x1ea7;
    char *origin = bytes_of(weather(), &size);
    for (unsigned i = 0; i < ROUNDS; i++) {
        struct leat__record r;
        char *bytes = malloc(size);
        assert_non_null(bytes);
        memcpy(bytes, origin, size);
        mutate(bytes, size, &seed);
        if (leat__record_read(&r, bytes, size, "m.so", NULL) < 0)
            continue;
        good++;
        use(&r);
        leat__record_fini(&r);
    }
    assert_true(good > ROUNDS / 100 && good < ROUNDS);
    free(origin);
}

/* --- size --- */

static void ten_thousand_functions_are_read_in_milliseconds(void **state)
{
    (void)state;
    struct leat__record_writer *w = leat__record_writer_new();
    add_types(w);
    for (int i = 0; i < 10000; i++) {
        char f[32], x[32];
        snprintf(f, sizeof f, "node_%d", i);
        snprintf(x, sizeof x, "node_%d", i / 2);
        add_function(w, f, 100 + i, DOUBLE, (param[]){ { name(w, x), DOUBLE }, { name(w, "days"), DAYS }, { name(w, "c"), COLOR } }, 3, "");
    }
    size_t size;
    char *bytes = bytes_of(w, &size);
    struct leat__record r;
    struct timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    assert_int_equal(leat__record_read(&r, bytes, size, "m.so", NULL), 0);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    assert_int_equal(r.function_count, 10000);
    assert_int_equal(r.signature_count, 1);
    double ms = (double)(b.tv_sec - a.tv_sec) * 1e3 + (double)(b.tv_nsec - a.tv_nsec) / 1e6;
    print_message("# 10,000 functions read in %.2f ms\n", ms);
    assert_true(ms < 50);       /* far above what it takes: for machines that are busy */
    leat__record_fini(&r);
}

static void a_million_functions_are_a_record_and_one_more_is_refused_with_the_limit(void **state)
{
    (void)state;
    struct leat__record_writer *w = leat__record_writer_new();
    char f[32];
    for (int i = 0; i < LEAT__RECORD_FUNCTIONS; i++) {
        snprintf(f, sizeof f, "n%d", i);
        leat__record_add_function(w, &(function){ .name = name(w, f), .result = LEAT__NONE, .signature = LEAT__NONE });
    }
    size_t size;
    char *bytes = bytes_of(w, &size);
    struct leat__record r;
    leat_error err;
    assert_int_equal(leat__record_open(&r, bytes, size, "m.so", NULL), 0);
    assert_int_equal(r.function_count, LEAT__RECORD_FUNCTIONS);
    assert_string_equal(r.functions[999999].name, "n999999");
    leat__arena_fini(&r.arena);
    ((struct leat__record_header *)bytes)->functions.count++;
    assert_int_equal(leat__record_read(&r, bytes, size, "m.so", &err), LEAT_EBUILD);
    assert_string_equal(err.message, "m.so: bad record: 1000001 functions, and 1000000 is the most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(descriptors_have_the_hashes_of_their_structure),
        cmocka_unit_test(equal_signatures_share_a_number_and_what_is_not_called_has_none),
        cmocka_unit_test(an_empty_record_is_a_record),
        cmocka_unit_test(a_change_that_makes_it_wrong_is_refused_with_table_and_row),
        cmocka_unit_test(a_struct_cannot_contain_itself_however_long_the_way),
        cmocka_unit_test(a_type_that_unfolds_without_end_is_refused),
        cmocka_unit_test(a_name_of_more_than_255_bytes_is_refused),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(a_record_cut_anywhere_is_refused),
        cmocka_unit_test(no_mutation_leads_astray),
        cmocka_unit_test(ten_thousand_functions_are_read_in_milliseconds),
        cmocka_unit_test(a_million_functions_are_a_record_and_one_more_is_refused_with_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
