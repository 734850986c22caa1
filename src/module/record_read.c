/* record_read: bytes to descriptors. Everything a row names is checked here
 * before it is followed, once; the rows of hostile files end in an error that
 * names table and row. Names stay where they are, in the pool. */
#include "base/error.h"
#include "base/map.h"
#include "module/record.h"
#include "module/record_check.h"
#include <stdlib.h>
#include <string.h>

enum { LONGEST = 255 };     /* bytes of a name */

struct reading {
    struct leat__record *r;
    const char *where;
    leat_error *err;
    const struct leat__record_type *types;
    const struct leat__record_member *members;
    const struct leat__record_function *functions;
    const struct leat__record_param *params;
    const struct leat__record_note *notes;
    const char *pool;
    uint8_t *fit;               /* by type: 0 not asked yet, FIT, UNFIT */
};
enum { FIT = 1, UNFIT };

static int bad(const struct reading *in, const char *table, uint32_t row, const char *wrong)
{
    if (wrong == leat__record_no_memory)
        return leat__fail_memory(in->err);
    return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: %s %u %s",
                      in->where, table, row, wrong);
}

/* The text at a pool offset, or NULL if there is none. The pool ends with NUL. */
static const char *text(const struct reading *in, uint32_t at)
{
    return at < in->r->header.pool.count ? in->pool + at : NULL;
}

/* The same for names: of bounded length. */
static const char *name(const struct reading *in, uint32_t at)
{
    const char *s = text(in, at);
    return s && strnlen(s, LONGEST + 1) <= LONGEST ? s : NULL;
}

static bool range(uint32_t first, uint32_t count, uint32_t rows)
{
    return first <= rows && count <= rows - first;
}

/* --- header --- */

static int table(struct reading *in, const char *what, struct leat__record_table t, size_t row,
                 const void **out_rows)
{
    const struct leat__record_header *h = &in->r->header;
    if (t.at < sizeof *h || t.at > h->size || t.count > (h->size - t.at) / row ||
        (row > 1 && t.at % 8))
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: its %s lie outside it",
                          in->where, what);
    *out_rows = (const char *)in->r->bytes + t.at;
    return 0;
}

static int read_tables(struct reading *in)
{
    struct leat__record_header *h = &in->r->header;
    int code = table(in, "types", h->types, sizeof *in->types, (const void **)&in->types);
    if (code == 0)
        code = table(in, "members", h->members, sizeof *in->members, (const void **)&in->members);
    if (code == 0)
        code = table(in, "functions", h->functions, sizeof *in->functions,
                     (const void **)&in->functions);
    if (code == 0)
        code = table(in, "parameters", h->params, sizeof *in->params, (const void **)&in->params);
    if (code == 0)
        code = table(in, "notes", h->notes, sizeof *in->notes, (const void **)&in->notes);
    if (code == 0)
        code = table(in, "names", h->pool, 1, (const void **)&in->pool);
    if (code < 0)
        return code;
    if (!h->pool.count || in->pool[0] || in->pool[h->pool.count - 1])
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: its names do not end", in->where);
    if (h->functions.count > LEAT__RECORD_FUNCTIONS)
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: %u functions, and %d is the most", in->where,
                          h->functions.count, LEAT__RECORD_FUNCTIONS);
    return 0;
}

static int read_header(struct reading *in, size_t size)
{
    struct leat__record_header *h = &in->r->header;
    if (size < sizeof *h || memcmp(in->r->bytes, LEAT__RECORD_MAGIC, sizeof h->magic))
        return leat__fail(in->err, LEAT_EBUILD, "%s: not a record", in->where);
    memcpy(h, in->r->bytes, sizeof *h);
    if (h->version != LEAT__RECORD_VERSION)
        return leat__fail(in->err, LEAT_EBUILD, "%s: a record of version %u, not %d",
                          in->where, h->version, LEAT__RECORD_VERSION);
    if (size > LEAT__RECORD_MOST)
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: of %zu bytes, and %d is the most", in->where, size,
                          LEAT__RECORD_MOST);
    if (h->size != size)
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: of %zu bytes, not %u",
                          in->where, size, h->size);
    if (h->build_id_size > sizeof h->build_id)
        return leat__fail(in->err, LEAT_EBUILD, "%s: bad record: a build id of %u bytes", in->where,
                          h->build_id_size);
    return read_tables(in);
}

/* --- types --- */

static const char *read_members(struct reading *in, struct leat__type *t,
                                const struct leat__record_type *row)
{
    struct leat__record *r = in->r;
    struct leat__member *out = leat__arena_array(&r->arena, row->count, sizeof *out);
    if (!out)
        return leat__record_no_memory;
    for (uint32_t i = 0; i < row->count; i++) {
        const struct leat__record_member *m = &in->members[row->first + i];
        const char *s = name(in, m->name);
        if (!s || m->type >= r->type_count)
            return "has a member that names nothing";
        out[i] = (struct leat__member){ s, &r->types[m->type], m->offset, m->bits, m->bit };
    }
    t->members = out;
    return NULL;
}

static const char *read_enumerators(struct reading *in, struct leat__type *t,
                                    const struct leat__record_type *row)
{
    struct leat__enumerator *out = leat__arena_array(&in->r->arena, row->count, sizeof *out);
    if (!out)
        return leat__record_no_memory;
    for (uint32_t i = 0; i < row->count; i++) {
        const struct leat__record_member *m = &in->members[row->first + i];
        const char *s = name(in, m->name);
        if (!s)
            return "has an enumerator without name";
        out[i] = (struct leat__enumerator){ s, m->value };
    }
    t->enumerators = out;
    return NULL;
}

static const char *read_type(struct reading *in, struct leat__type *t,
                             const struct leat__record_type *row)
{
    const char *s = name(in, row->name);
    bool named = row->kind == LEAT__STRUCT || row->kind == LEAT__UNION || row->kind == LEAT__ENUM;
    bool refers = row->kind == LEAT__POINTER || row->kind == LEAT__ARRAY;
    if (row->kind > LEAT__ODD || row->flags & ~(((LEAT__CLASS << 1) - 1) | LEAT__PATH) || row->typedefed > 1)
        return "is of no known kind";
    if (!s || (refers ? row->of >= in->r->type_count : row->of != LEAT__NONE))
        return "names nothing";
    *t = (struct leat__type){
        .kind = row->kind, .flags = row->flags, .align = row->align, .size = row->size,
        .name = row->name || named ? s : NULL, .of = refers ? &in->r->types[row->of] : NULL,
        .count = row->count, .typedefed = row->typedefed, .hash = row->hash,
        .alias = row->alias ? name(in, row->alias) : NULL };
    if (row->alias && (!t->alias || !leat__is_record(t)))
        return "has no second name";
    if (!named)
        return row->count && row->kind != LEAT__ARRAY ? "has members" : NULL;
    if (!range(row->first, row->count, in->r->header.members.count))
        return "has members outside the record";
    return row->kind == LEAT__ENUM ? read_enumerators(in, t, row) : read_members(in, t, row);
}

static int read_types(struct reading *in)
{
    struct leat__record *r = in->r;
    struct leat__arena scratch = { 0 };
    uint32_t row, n = r->type_count = r->header.types.count;
    r->types = leat__arena_array(&r->arena, n, sizeof *r->types);
    if (!r->types)
        return leat__fail_memory(in->err);
    for (row = 0; row < n; row++) {
        const char *wrong = read_type(in, &r->types[row], &in->types[row]);
        if (wrong)
            return bad(in, "type", row, wrong);
    }
    for (row = 0; row < n; row++) {
        const char *wrong = leat__record_check_type(&r->types[row]);
        if (wrong)
            return bad(in, "type", row, wrong);
    }
    const char *wrong = leat__record_check_nesting(r->types, n, &scratch, &row);
    leat__arena_fini(&scratch);
    return wrong ? bad(in, "type", row, wrong) : 0;
}

/* --- functions --- */

/* Asked once a type: wide structs times many functions would take for ever. */
static bool unfit(struct reading *in, const struct leat__type *t)
{
    uint8_t *fit = &in->fit[t - in->r->types];
    if (!*fit)
        *fit = leat__record_unfit(t) ? UNFIT : FIT;
    return *fit == UNFIT;
}

static const char *read_params(struct reading *in, const struct leat__record_function *row,
                               struct leat__param *out)
{
    for (uint32_t i = 0; i < row->count; i++) {
        const struct leat__record_param *p = &in->params[row->first + i];
        const char *s = name(in, p->name);
        if (!s || p->type >= in->r->type_count)
            return "has a parameter that names nothing";
        const struct leat__type *t = &in->r->types[p->type];
        if (!row->refused && (!*s || unfit(in, t)))
            return "has a parameter that cannot be passed";
        out[i] = (struct leat__param){ s, t };
    }
    return NULL;
}

static const char *read_function(struct reading *in, uint32_t i, struct leat__param *params, struct leat__head *head)
{
    struct leat__record *r = in->r;
    const struct leat__record_function *row = &in->functions[i];
    const char *s = name(in, row->name), *file = text(in, row->file), *doc = text(in, row->doc);
    const char *refused = text(in, row->refused);
    if (!s || !*s || !file || !doc || !refused)
        return "has a name outside the record";
    if (row->line < 0 || row->variable > 1 ||
        (row->variable && (row->count || row->result == LEAT__NONE)))
        return "is neither function nor variable";
    if (row->result != LEAT__NONE && row->result >= r->type_count)
        return "has a result of no type";
    if (row->signature != LEAT__NONE &&
        (row->refused || row->variable || row->signature >= r->function_count))
        return "has a wrong signature";
    const struct leat__type *result = row->result == LEAT__NONE ? NULL : &r->types[row->result];
    if (result && !row->refused && unfit(in, result) &&
        !(row->variable && result->kind == LEAT__ARRAY))
        return "has a result that cannot be passed";
    r->signatures[i] = row->signature;
    *head->about = (struct leat__about){ doc, row->refused ? refused : NULL, NULL };
    *head = (struct leat__head){ .file = file, .line = row->line, .count = row->count & LEAT__MOST_PARAMS,
        .result = result, .params = params, .about = head->about, .variable = row->variable & 1 };
    r->functions[i] = (struct leat__function){ .name = s, .head = head };
    if (row->signature != LEAT__NONE && row->signature >= r->signature_count)
        r->signature_count = row->signature + 1;
    return read_params(in, row, params);
}

/* Each row's parameters in turn must follow the last one's: else few rows could
 * ask for much memory, many functions sharing them. */
static int read_functions(struct reading *in)
{
    struct leat__record *r = in->r;
    uint32_t n = r->function_count = r->header.functions.count, used = 0;
    struct leat__param *params = leat__arena_array(&r->arena, r->header.params.count,
                                                   sizeof *params);
    r->functions = leat__arena_array(&r->arena, n, sizeof *r->functions);
    r->signatures = leat__arena_array(&r->arena, n, sizeof *r->signatures);
    struct leat__about *about = leat__arena_array(&r->arena, n, sizeof *about);
    struct leat__head *head = leat__arena_array(&r->arena, n, sizeof *head);
    if (!params || !r->functions || !r->signatures || !about || !head)
        return leat__fail_memory(in->err);
    in->fit = leat__arena_array(&r->arena, r->type_count, 1);
    if (!in->fit)
        return leat__fail_memory(in->err);
    for (uint32_t i = 0; i < n; i++) {
        const struct leat__record_function *row = &in->functions[i];
        if (!range(row->first, row->count, r->header.params.count) || row->count > LEAT__MOST_PARAMS ||
            (row->count && row->first < used))
            return bad(in, "function", i, "has parameters outside the record");
        head[i].about = &about[i];
        const char *wrong = read_function(in, i, params + row->first, &head[i]);
        if (wrong)
            return bad(in, "function", i, wrong);
        used = row->count ? row->first + row->count : used;
    }
    return 0;
}

static int read_notes(struct reading *in)
{
    struct leat__record *r = in->r;
    uint32_t n = r->note_count = r->header.notes.count;
    r->notes = leat__arena_array(&r->arena, n, sizeof *r->notes);
    if (!r->notes)
        return leat__fail_memory(in->err);
    for (uint32_t i = 0; i < n; i++) {
        const struct leat__record_note *row = &in->notes[i];
        const char *kind = name(in, row->kind), *file = text(in, row->file);
        const char *what = text(in, row->text);
        if (!kind || !*kind || !file || !what || row->line < 0)
            return bad(in, "note", i, "is cut");
        r->notes[i] = (struct leat__note){
            .kind = kind, .file = file, .line = row->line, .text = what };
    }
    return 0;
}

int leat__record_open(struct leat__record *r, void *bytes, size_t size, const char *where,
                      leat_error *err)
{
    *r = (struct leat__record){ .bytes = bytes };
    struct reading in = { .r = r, .where = where, .err = err };
    int code = read_header(&in, size);
    if (code == 0)
        code = read_types(&in);
    if (code == 0)
        code = read_functions(&in);
    if (code == 0)
        code = read_notes(&in);
    if (code < 0) {
        leat__arena_fini(&r->arena);
        *r = (struct leat__record){ 0 };
    }
    return code;
}

int leat__record_read(struct leat__record *r, void *bytes, size_t size, const char *where,
                      leat_error *err)
{
    int code = leat__record_open(r, bytes, size, where, err);
    if (code < 0)
        free(bytes);
    return code;
}

void leat__record_fini(struct leat__record *r)
{
    leat__arena_fini(&r->arena);
    free(r->bytes);
    *r = (struct leat__record){ 0 };
}
