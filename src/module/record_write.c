/* record_write: rows are collected, strings pooled, then all is laid out as one
 * block of bytes. The block is read back before it is handed over, so what this
 * file writes is exactly what the reader accepts. */
#include "base/error.h"
#include "base/map.h"
#include "module/record.h"
#include "module/record_check.h"
#include <stdlib.h>
#include <string.h>

enum { TYPES, MEMBERS, FUNCTIONS, PARAMS, NOTES, TABLES };

struct rows { char *data; uint32_t count, cap; };

struct leat__record_writer {
    struct leat__record_header header;
    struct rows rows[TABLES];
    struct leat__text pool;
    struct leat__map strings;       /* text to its offset in the pool */
    struct leat__arena keys;
    const char *failed;             /* the first thing that went wrong, or NULL */
};

static const uint32_t row_size[TABLES] = {
    sizeof(struct leat__record_type), sizeof(struct leat__record_member),
    sizeof(struct leat__record_function), sizeof(struct leat__record_param),
    sizeof(struct leat__record_note),
};
static const char no_memory[] = "out of memory";

struct leat__record_writer *leat__record_writer_new(void)
{
    struct leat__record_writer *w = calloc(1, sizeof *w);
    if (!w)
        return NULL;
    leat__text_addc(&w->pool, 0);       /* offset 0 is "" */
    return w;
}

void leat__record_writer_free(struct leat__record_writer *w)
{
    if (!w)
        return;
    for (unsigned i = 0; i < TABLES; i++)
        free(w->rows[i].data);
    leat__text_fini(&w->pool);
    leat__map_fini(&w->strings);
    leat__arena_fini(&w->keys);
    free(w);
}

struct leat__record_header *leat__record_writer_header(struct leat__record_writer *w)
{
    return &w->header;
}

static void fail(struct leat__record_writer *w, const char *why)
{
    if (!w->failed)
        w->failed = why;
}

uint32_t leat__record_string(struct leat__record_writer *w, const char *s)
{
    if (!s || !*s || w->failed)
        return 0;
    uint32_t *offset, at = leat__map_get(&w->strings, s);
    if (at != LEAT__NONE)
        return at;
    size_t n = strlen(s) + 1;
    bool fits = w->pool.len + n <= LEAT__RECORD_MOST;
    char *key = fits ? leat__arena_strndup(&w->keys, s, n - 1) : NULL;
    if (!key || leat__map_put(&w->strings, key, &offset) < 0) {
        fail(w, fits ? no_memory : "its names are more than 64 MiB");
        return 0;
    }
    *offset = (uint32_t)w->pool.len;
    leat__text_addn(&w->pool, s, n);
    return *offset;
}

static bool rows_grow(struct rows *r, uint32_t size)
{
    uint32_t cap = r->cap ? r->cap * 2 : 64;
    char *data = realloc(r->data, (size_t)cap * size);
    if (!data)
        return false;
    r->data = data;
    r->cap = cap;
    return true;
}

static uint32_t add(struct leat__record_writer *w, unsigned table, const void *row)
{
    struct rows *r = &w->rows[table];
    uint32_t size = row_size[table];
    if (w->failed)
        return 0;
    if (r->count >= LEAT__RECORD_MOST / size)
        return fail(w, "it is more than 64 MiB"), 0;
    if (r->count == r->cap && !rows_grow(r, size))
        return fail(w, no_memory), 0;
    memcpy(r->data + (size_t)r->count * size, row, size);
    return r->count++;
}

uint32_t leat__record_add_type(struct leat__record_writer *w, const struct leat__record_type *row)
{
    return add(w, TYPES, row);
}

struct leat__record_type *leat__record_type_row(struct leat__record_writer *w, uint32_t index)
{
    struct rows *types = &w->rows[TYPES];
    return index < types->count ? (struct leat__record_type *)types->data + index : NULL;
}

uint32_t leat__record_add_member(struct leat__record_writer *w,
                                 const struct leat__record_member *row)
{
    return add(w, MEMBERS, row);
}

uint32_t leat__record_add_function(struct leat__record_writer *w,
                                   const struct leat__record_function *row)
{
    return add(w, FUNCTIONS, row);
}

uint32_t leat__record_add_param(struct leat__record_writer *w, const struct leat__record_param *row)
{
    return add(w, PARAMS, row);
}

void leat__record_add_note(struct leat__record_writer *w, const struct leat__record_note *row)
{
    add(w, NOTES, row);
}

/* --- signatures --- */

struct shape { const struct leat__record_function *f; const struct leat__record_param *params; };

static uint64_t shape_hash(struct shape s)
{
    uint64_t h = 0xcbf29ce484222325u ^ s.f->result;
    for (uint32_t i = 0; i < s.f->count; i++)
        h = (h ^ s.params[i].type) * 0x9fb21c651e98df25u, h ^= h >> 32;
    return h * 0x9fb21c651e98df25u >> 32 ^ s.f->count;
}

static bool shape_same(struct shape a, struct shape b)
{
    if (a.f->result != b.f->result || a.f->count != b.f->count)
        return false;
    for (uint32_t i = 0; i < a.f->count; i++)
        if (a.params[i].type != b.params[i].type)
            return false;
    return true;
}

/* The parameters' rows; NULL if the function names rows that are not there,
 * which the reader will tell. */
static const struct leat__record_param *params_of(const struct leat__record_writer *w,
                                                  const struct leat__record_function *f)
{
    const struct rows *params = &w->rows[PARAMS];
    static const struct leat__record_param none;
    if (!f->count)
        return &none;
    if (f->first > params->count || f->count > params->count - f->first)
        return NULL;
    return (const struct leat__record_param *)params->data + f->first;
}

static int number_signatures(struct leat__record_writer *w)
{
    struct leat__record_function *f = (struct leat__record_function *)w->rows[FUNCTIONS].data;
    uint32_t n = w->rows[FUNCTIONS].count, size = 16, next = 0;
    while (size < n * 2)
        size *= 2;
    uint32_t *table = malloc(size * sizeof *table);
    if (!table)
        return LEAT_ENOMEM;
    memset(table, 0xff, size * sizeof *table);
    for (uint32_t i = 0; i < n; i++) {
        struct shape s = { &f[i], params_of(w, &f[i]) };
        bool called = f[i].signature != LEAT__NONE && !f[i].refused && !f[i].variable && s.params;
        f[i].signature = LEAT__NONE;
        if (!called)
            continue;
        uint32_t at = (uint32_t)shape_hash(s) & (size - 1);
        while (table[at] != LEAT__NONE &&
               !shape_same(s, (struct shape){ &f[table[at]], params_of(w, &f[table[at]]) }))
            at = (at + 1) & (size - 1);
        if (table[at] == LEAT__NONE) {
            table[at] = i;
            f[i].signature = next++;
        } else {
            f[i].signature = f[table[at]].signature;
        }
    }
    free(table);
    return 0;
}

/* --- hashes --- */

/* Structs inside first: the reader has checked that this ends. */
static void hash_type(struct leat__type *t)
{
    if (t->hash)
        return;
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++)
        if (leat__is_record(t->members[i].type))
            hash_type((struct leat__type *)t->members[i].type);
    t->hash = leat__type_hash(t);
}

static void hash_types(struct leat__record *r, struct leat__record_type *rows)
{
    for (uint32_t i = 0; i < r->type_count; i++) {
        hash_type(&r->types[i]);
        rows[i].hash = r->types[i].hash;
    }
}

/* --- the whole --- */

static uint64_t layout(struct leat__record_writer *w)
{
    struct leat__record_header *h = &w->header;
    struct leat__record_table *tables[TABLES] = { &h->types, &h->members, &h->functions,
                                                  &h->params, &h->notes };
    uint64_t at = sizeof *h;
    memcpy(h->magic, LEAT__RECORD_MAGIC, sizeof h->magic);
    h->version = LEAT__RECORD_VERSION;
    for (unsigned i = 0; i < TABLES; i++) {
        *tables[i] = (struct leat__record_table){ (uint32_t)at, w->rows[i].count };
        at += ((uint64_t)w->rows[i].count * row_size[i] + 7) & ~(uint64_t)7;
    }
    h->pool = (struct leat__record_table){ (uint32_t)at, (uint32_t)w->pool.len };
    at += w->pool.len;
    h->size = (uint32_t)at;
    return at;
}

static char *compose(const struct leat__record_writer *w)
{
    const struct leat__record_header *h = &w->header;
    const struct leat__record_table *tables[TABLES] = { &h->types, &h->members, &h->functions,
                                                        &h->params, &h->notes };
    char *bytes = calloc(1, h->size);
    if (!bytes)
        return NULL;
    memcpy(bytes, h, sizeof *h);
    for (unsigned i = 0; i < TABLES; i++)
        if (w->rows[i].count)
            memcpy(bytes + tables[i]->at, w->rows[i].data, (size_t)w->rows[i].count * row_size[i]);
    memcpy(bytes + h->pool.at, w->pool.data, w->pool.len);
    return bytes;
}

int leat__record_writer_finish(struct leat__record_writer *w, void **out_bytes, size_t *out_size,
                               leat_error *err)
{
    if (w->pool.failed || w->failed == no_memory)
        return leat__fail_memory(err);
    if (w->failed || layout(w) > LEAT__RECORD_MOST)
        return leat__fail(err, LEAT_EBUILD, "the record of its %u functions: %s", w->rows[FUNCTIONS].count,
                          w->failed ? w->failed : "it is more than 64 MiB");
    if (number_signatures(w) < 0)
        return leat__fail_memory(err);
    char *bytes = compose(w);
    if (!bytes)
        return leat__fail_memory(err);
    struct leat__record r;
    int code = leat__record_open(&r, bytes, w->header.size, "record", err);
    if (code < 0) {
        free(bytes);
        return code;
    }
    hash_types(&r, (struct leat__record_type *)(bytes + w->header.types.at));
    leat__arena_fini(&r.arena);
    *out_bytes = bytes;
    *out_size = w->header.size;
    return 0;
}
