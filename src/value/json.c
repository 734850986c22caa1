/* json: a strict reader straight into typed memory.
 *
 * Nothing stands between the text and the value: no tree is built. Parts of the
 * value (texts, items) grow in an arena of the reading, which joins the
 * caller's only when all went well; the value itself is built aside too. Types
 * decide what may stand where, so a mismatch is told at its place. */
#include "value/json.h"
#include "base/error.h"
#include "value/fields.h"
#include "value/growth.h"
#include "value/io.h"
#include "value/near.h"
#include "value/write.h"
#include <stdlib.h>
#include <string.h>

/* A struct met before, with its fields found. */
struct leat__record {
    const struct leat__type *type;
    struct leat__fields fields;
    struct leat__record *next;
};

/* --- arrays --- */

/* Into memory of the value: exactly as much as there is. */
static int settle(struct leat__reading *r, struct leat__growth *g, struct leat__spot s)
{
    void *data = leat__arena_array(&r->parts, g->len, g->size);
    if (!data)
        return leat__fail_memory(r->scan.err);
    if (g->len)
        memcpy(data, g->data, g->len * g->size);
    leat__put_slice(s.type, s.at, data, g->len);
    return 0;
}

static int read_slice(struct leat__reading *r, struct leat__spot s)
{
    const struct leat__type *item = leat__slice_item(s.type);
    struct leat__growth g = { .size = item->size };
    int code = leat__json_enter(r, '[', s.type);
    bool more = code == 0 && !leat__scan_skip(&r->scan, ']');
    while (code == 0 && more) {
        char *at = leat__grow(&g);
        code = at ? leat__json_read_value(r, leat__spot_of(item, at)) : leat__fail_memory(r->scan.err);
        more = code == 0 && leat__scan_skip(&r->scan, ',');
        if (code == 0 && !more)
            code = leat__scan_take(&r->scan, ']', "a , or ]");
    }
    if (code == 0) {
        r->depth--;
        code = settle(r, &g, s);
    }
    free(g.data);
    return code;
}

static int read_array(struct leat__reading *r, struct leat__spot s)
{
    uint32_t n = 0;
    int code = leat__json_enter(r, '[', s.type);
    const char *start = r->scan.at;
    bool more = code == 0 && !leat__scan_skip(&r->scan, ']');
    for (; code == 0 && more; n++) {
        if (n == s.type->count)
            return leat__scan_fail(&r->scan, r->scan.at, "more than %u item%s", n, n == 1 ? "" : "s");
        code =
            leat__json_read_value(r, leat__spot_of(s.type->of, (char *)s.at + (size_t)n * s.type->of->size));
        more = code == 0 && leat__scan_skip(&r->scan, ',');
        if (code == 0 && !more)
            code = leat__scan_take(&r->scan, ']', "a , or ]");
    }
    if (code == 0 && n != s.type->count)
        return leat__scan_fail(&r->scan, start, "%u item%s, %u %s needed", n, n == 1 ? "" : "s",
                               s.type->count, s.type->count == 1 ? "is" : "are");
    r->depth--;
    return code;
}

/* --- structs --- */

static struct leat__record *record_of(struct leat__reading *r, const struct leat__type *t)
{
    struct leat__record *record = r->records;
    while (record && record->type != t)
        record = record->next;
    if (record)
        return record;
    if (!(record = leat__arena_alloc(&r->scratch, sizeof *record)) ||
        leat__fields_of(t, false, &r->scratch, &record->fields) < 0)
        return NULL;
    record->type = t;
    record->next = r->records;
    return r->records = record;
}

/* The field of that name, from `hint` on: members mostly come in their order. */
static uint32_t find(const struct leat__fields *f, struct leat__string name, uint32_t hint)
{
    for (uint32_t k = 0, i = hint; k < f->count; k++, i++) {
        if (i >= f->count)
            i = 0;
        if (leat__string_is(name, f->field[i].name))
            return i;
    }
    return UINT32_MAX;
}

static int unknown(struct leat__reading *r, const struct leat__fields *f, struct leat__string key,
                   const char *at)
{
    char name[64];
    size_t n = 0;
    if (!key.escaped || key.end - key.at < 64)
        n = key.escaped ? leat__string_decode(key, name)
                        : (size_t)(key.end - key.at < 63 ? key.end - key.at : 63);
    if (!key.escaped)
        memcpy(name, key.at, n);
    name[n] = 0;
    struct leat__near near = leat__near_to(name);
    for (uint32_t i = 0; i < f->count; i++)
        leat__near_offer(&near, f->field[i].name);
    if (leat__near_best(&near))
        return leat__scan_fail(&r->scan, at, "no member %s, did you mean %s?", name,
                               leat__near_best(&near));
    return leat__scan_fail(&r->scan, at, "no member %s", name);
}

/* All that are missing, in one line. */
static int missing(struct leat__reading *r, const struct leat__fields *f, const uint8_t *seen,
                   const char *at)
{
    struct leat__text names = { 0 };
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->count; i++)
        if (!seen[i])
            leat__text_printf(&names, n++ ? ", %s" : "%s", f->field[i].name);
    int code =
        leat__scan_fail(&r->scan, at, n > 1 ? "members %s are missing" : "member %s is missing",
                        names.data ? names.data : "");
    leat__text_fini(&names);
    return code;
}

static int read_member(struct leat__reading *r, const struct leat__fields *f, void *at,
                       uint8_t *seen, uint32_t *hint)
{
    struct leat__string key;
    leat__scan_blanks(&r->scan);
    const char *start = r->scan.at;
    int code = leat__scan_string(&r->scan, &key);
    if (code < 0)
        return code;
    uint32_t i = find(f, key, *hint);
    if (i == UINT32_MAX)
        return unknown(r, f, key, start);
    if (seen[i])
        return leat__scan_fail(&r->scan, start, "member %s is given twice", f->field[i].name);
    if ((code = leat__scan_take(&r->scan, ':', "a colon")) < 0)
        return code;
    seen[i] = 1;
    *hint = i + 1;
    return leat__json_read_value(r, leat__spot_field(&f->field[i], at));
}

static int read_members(struct leat__reading *r, const struct leat__fields *f, struct leat__spot s,
                        uint8_t *seen)
{
    uint32_t hint = 0;
    int code = leat__json_enter(r, '{', s.type);
    bool more = code == 0 && leat__scan_peek(&r->scan) != '}';
    while (code == 0 && more) {
        code = read_member(r, f, s.at, seen, &hint);
        more = code == 0 && leat__scan_skip(&r->scan, ',');
    }
    const char *end = r->scan.at;
    if (code == 0)
        code = leat__scan_take(&r->scan, '}', "a , or }");
    if (code < 0)
        return code;
    r->depth--;
    if (memchr(seen, 0, f->count))
        return missing(r, f, seen, end);
    return s.type->flags & LEAT__BLOCKS ? leat__json_check_shapes(r, s, end) : 0;
}

static int read_struct(struct leat__reading *r, struct leat__spot s)
{
    uint8_t few[64] = { 0 };
    struct leat__record *record = record_of(r, s.type);
    if (!record)
        return leat__fail_memory(r->scan.err);
    uint32_t n = record->fields.count;
    uint8_t *seen = n > sizeof few ? calloc(n, 1) : few;
    struct leat__shape *outer = r->shapes;
    int code = seen ? read_members(r, &record->fields, s, seen) : leat__fail_memory(r->scan.err);
    if (seen != few)
        free(seen);
    r->shapes = outer;
    return code;
}

/* --- the whole --- */

int leat__json_read_value(struct leat__reading *r, struct leat__spot s)
{
    const struct leat__type *t = s.type;
    char c = leat__scan_peek(&r->scan);
    if (!c)
        return leat__json_mismatch(r, t);
    if (leat__is_scalar(t) || leat__is_text(t) || leat__is_chars(t) || leat__is_char_slice(t) ||
        (leat__is_byte_slice(t) && c != '['))
        return leat__json_read_simple(r, s);
    if (leat__is_block(t))
        return leat__json_read_block(r, s);
    if (leat__is_slice(t))
        return read_slice(r, s);
    return t->kind == LEAT__ARRAY ? read_array(r, s) : read_struct(r, s);
}

static int refuse_type(const struct leat__type *t, leat_error *err)
{
    struct leat__text name = { 0 }, why = { 0 };
    leat__type_print(&name, t);
    leat__type_why_opaque(&why, t);
    int code = leat__fail(err, LEAT_ETYPE, "%s cannot be read from text: %s", name.data ? name.data : "this type",
                          why.data ? why.data : "");
    leat__text_fini(&name);
    leat__text_fini(&why);
    return code;
}

static void begin(struct leat__reading *r, const char *text, size_t len, const char *where,
                  leat_error *err)
{
    *r = (struct leat__reading){ .scan = { text, text + len, text, where, err } };
    r->pool.arena = &r->parts;
    if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        r->scan.at = r->scan.begin = text + 3;
}

/* Hands the value over, or forgets it. */
static int finish(struct leat__reading *r, int code, const struct leat__type *t, const void *value,
                  struct leat__arena *arena, void *at)
{
    if (code == 0) {
        memcpy(at, value, t->size);
        leat__arena_join(arena, &r->parts);
    }
    leat__arena_fini(&r->parts);
    leat__arena_fini(&r->scratch);
    return code;
}

static int read_end(struct leat__reading *r)
{
    if (leat__scan_peek(&r->scan) == 0 && r->scan.at == r->scan.end)
        return 0;
    return leat__scan_fail(&r->scan, r->scan.at, "something stands behind the value");
}

int leat__json_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                    struct leat__arena *arena, void *at, leat_error *err)
{
    struct leat__reading r;
    if (!leat__is_derivable(t))
        return refuse_type(t, err);
    begin(&r, text, len, where, err);
    void *value = leat__arena_alloc(&r.scratch, t->size);
    int code = value ? leat__json_read_value(&r, leat__spot_of(t, value)) : leat__fail_memory(err);
    if (code == 0)
        code = read_end(&r);
    return finish(&r, code, t, value, arena, at);
}

/* One line: a value that ends with it. */
static int read_line(struct leat__reading *r, const struct leat__type *item, struct leat__growth *g)
{
    if (leat__scan_peek(&r->scan) == 0 && r->scan.at == r->scan.end)
        return 0;
    char *at = leat__grow(g);
    int code = at ? leat__json_read_value(r, leat__spot_of(item, at)) : leat__fail_memory(r->scan.err);
    return code < 0 ? code : read_end(r);
}

int leat__jsonl_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                     struct leat__arena *arena, void *at, leat_error *err)
{
    struct leat__reading r;
    char value[3 * sizeof(size_t)];
    if (!leat__is_slice(t) || !leat__is_derivable(t))
        return refuse_type(t, err);
    struct leat__growth g = { .size = leat__slice_item(t)->size };
    int code = 0;
    begin(&r, text, len, where, err);
    r.depth = 1;
    for (const char *end = text + len, *line = r.scan.at; line < end && code == 0;) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        r.scan.at = line;
        r.scan.end = stop ? stop : end;
        code = read_line(&r, leat__slice_item(t), &g);
        line = stop ? stop + 1 : end;
    }
    if (code == 0)
        code = settle(&r, &g, leat__spot_of(t, value));
    free(g.data);
    return finish(&r, code, t, value, arena, at);
}
