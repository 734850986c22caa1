/* csv reading: one pass, from the text into the rows.
 *
 * The header is resolved once: each column of the file gets the function that
 * sets its member, or none if no member has its name. A line is then cut at
 * commas, and each field goes straight to its place; nothing is allocated for
 * a field but the bytes of a text. The number of line ends, counted first,
 * bounds the number of rows, so rows never move while they are filled. */
#include "base/error.h"
#include "value/columns.h"
#include "value/csv.h"
#include "value/csv_cut.h"
#include "value/io.h"
#include "value/near.h"
#include <stdlib.h>

enum { MOST_COLUMNS = 1000000 };

struct csv {
    struct leat__cutter cutter;
    struct leat__setting setting;
    struct leat__column *column;
    uint32_t columns;
    struct leat__arena parts, scratch;  /* of the value; of the reading */
};

/* --- the header --- */

static int add_column(struct csv *c, uint32_t *room, const struct leat__cut *f)
{
    if (c->columns == MOST_COLUMNS) {
        leat__fail(c->cutter.err, LEAT_EINPUT, "more than %d columns", MOST_COLUMNS);
        return leat__cut_wrap(&c->cutter, 1, NULL, LEAT_EINPUT);
    }
    if (c->columns == *room) {
        uint32_t n = *room ? *room * 2 : 16;
        struct leat__column *column = realloc(c->column, n * sizeof *column);
        if (!column)
            return leat__fail_memory(c->cutter.err);
        c->column = column;
        *room = n;
    }
    const char *name = leat__arena_strndup(&c->scratch, f->s, (size_t)(f->end - f->s));
    if (!name)
        return leat__fail_memory(c->cutter.err);
    c->column[c->columns++] = (struct leat__column){ .name = name };
    return 0;
}

static int read_header(struct csv *c)
{
    struct leat__cut f = { .stop = ',' };
    uint32_t room = 0;
    int code = 0;
    if (c->cutter.at == c->cutter.end) {
        leat__fail(c->cutter.err, LEAT_EINPUT, "a header line is missing: the text is empty");
        return leat__cut_wrap(&c->cutter, 1, NULL, LEAT_EINPUT);
    }
    while (code == 0 && f.stop == ',') {
        code = leat__cut(&c->cutter, &f);
        if (code == 0)
            code = add_column(c, &room, &f);
    }
    return code;
}

/* Adds "no column temp_max, did you mean tempmax?" to what is wrong. */
static void miss(struct csv *c, struct leat__text *wrong, const char *name)
{
    struct leat__near near = leat__near_to(name);
    for (uint32_t i = 0; i < c->columns; i++)
        leat__near_offer(&near, c->column[i].name);
    leat__text_printf(wrong, "%sno column %s", wrong->len ? "; " : "", name);
    if (leat__near_best(&near))
        leat__text_printf(wrong, ", did you mean %s?", leat__near_best(&near));
}

/* A header without a comma, of which a field would be a part: it is separated otherwise. */
static bool is_separated_otherwise(struct csv *c, const struct leat__fields *fields, struct leat__text *wrong)
{
    static const struct { char c; const char *name; } others[] = { { ';', ";" }, { '\t', "a tab" }, { '|', "|" } };
    for (uint32_t k = 0; c->columns == 1 && k < fields->count; k++)
        if (!strcmp(fields->field[k].name, c->column[0].name))
            return false;
    for (size_t i = 0; c->columns == 1 && fields->count && i < sizeof others / sizeof *others; i++)
        if (strchr(c->column[0].name, others[i].c)) {
            leat__text_printf(wrong, "%s stands between its columns, and a comma is needed", others[i].name);
            return true;
        }
    return false;
}

/* Gives each field its column; all that is wrong is told at once. */
static int resolve(struct csv *c, const struct leat__fields *fields)
{
    struct leat__text wrong = { 0 };
    int code = 0;
    uint32_t n = is_separated_otherwise(c, fields, &wrong) ? 0 : fields->count;
    for (uint32_t k = 0; k < n; k++) {
        struct leat__column *found = NULL;
        unsigned times = 0;
        for (uint32_t i = 0; i < c->columns; i++)
            if (!strcmp(c->column[i].name, fields->field[k].name)) {
                found = &c->column[i];
                times++;
            }
        if (times == 1)
            leat__column_aim(found, &fields->field[k]);
        else if (found)
            leat__text_printf(&wrong, "%scolumn %s stands %u times", wrong.len ? "; " : "",
                              found->name, times);
        else
            miss(c, &wrong, fields->field[k].name);
    }
    if (wrong.failed)
        code = leat__fail_memory(c->cutter.err);
    else if (wrong.len) {
        leat__fail(c->cutter.err, LEAT_EINPUT, "%s", wrong.data);
        code = leat__cut_wrap(&c->cutter, 1, NULL, LEAT_EINPUT);
    }
    leat__text_fini(&wrong);
    return code;
}

/* --- rows --- */

static int wrong_length(struct csv *c, size_t line, uint32_t fields, bool more)
{
    leat__fail(c->cutter.err, LEAT_EINPUT, "%s%u field%s, the header has %u",
               more ? "more than " : "", fields, fields == 1 ? "" : "s", c->columns);
    return leat__cut_wrap(&c->cutter, line, NULL, LEAT_EINPUT);
}

static int read_row(struct csv *c, char *row)
{
    struct leat__cut f;
    size_t first = c->cutter.line;
    for (uint32_t i = 0; i < c->columns; i++) {
        const struct leat__column *column = &c->column[i];
        size_t line = c->cutter.line;
        int code = leat__cut(&c->cutter, &f);
        if (code < 0)
            return code;
        if ((f.stop == ',') == (i + 1 == c->columns))
            return wrong_length(c, first, i + 1, f.stop == ',');
        if (column->set && (code = column->set(&c->setting, column, f.s, f.end, row)) < 0)
            return leat__cut_wrap(&c->cutter, line, column->name, code);
    }
    return 0;
}

static size_t count_lines(const char *p, const char *end)
{
    size_t n = 1;
    for (; p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n++;
    return n;
}

/* No more than there are line ends, nor than the commas of a row leave room for. */
static size_t most_rows(const struct csv *c)
{
    size_t lines = count_lines(c->cutter.at, c->cutter.end);
    size_t room = (size_t)(c->cutter.end - c->cutter.at) / c->columns + 1;
    return lines < room ? lines : room;
}

static int read_rows(struct csv *c, uint32_t size, struct leat__arena *arena, char **out_rows,
                     size_t *out_count)
{
    char *rows = leat__arena_array(arena, most_rows(c), size), *row = rows;
    int code = rows ? 0 : leat__fail_memory(c->cutter.err);
    for (; code == 0 && c->cutter.at < c->cutter.end; row += size)
        code = read_row(c, row);
    *out_rows = rows;
    *out_count = size ? (size_t)(row - rows) / size : 0;
    return code;
}

/* --- the whole --- */

bool leat__csv_can_read(const struct leat__type *t)
{
    if (!leat__is_slice(t))
        return leat__columns_of(t) != LEAT__NO_COLUMNS;
    const struct leat__type *item = leat__slice_item(t);
    return leat__csv_simple(item) || leat__csv_flat(item);
}

static int refuse_type(const struct leat__type *t, leat_error *err)
{
    struct leat__text name = { 0 };
    leat__columns_refuse(&name, t);
    int code = leat__fail(err, LEAT_ETYPE, "%s: give JSON", name.data ? name.data : "no table");
    leat__text_fini(&name);
    return code;
}

static int no_column(struct csv *c, const char *column)
{
    leat__fail(c->cutter.err, LEAT_EINPUT,
               "column %s alone fills an array of numbers or of text, not of structs", column);
    return leat__cut_wrap(&c->cutter, 1, NULL, LEAT_EINPUT);
}

/* Any column will do, by the name it has. */
static int find_one(struct csv *c, const struct leat__type *item, const char *column,
                    struct leat__fields *out)
{
    struct leat__field *one = leat__arena_alloc(&c->scratch, sizeof *one);
    if (!one)
        return leat__fail_memory(c->cutter.err);
    if (!column && c->columns != 1) {
        leat__fail(c->cutter.err, LEAT_EINPUT,
                   "%u columns for an array of one: name one as FILE.csv:%s", c->columns,
                   c->column[0].name);
        return leat__cut_wrap(&c->cutter, 1, NULL, LEAT_EINPUT);
    }
    column = column ? column : c->column[0].name;
    *one = (struct leat__field){ column, item, (uint32_t)strlen(column), 0, 0, 0 };
    *out = (struct leat__fields){ one, 1 };
    return 0;
}

/* The fields of a row, and its size: the members of a struct, the columns of a
 * table, or the one column asked for. */
static int find_fields(struct csv *c, const struct leat__type *t, const char *column,
                       struct leat__fields *out, uint32_t *out_size)
{
    enum leat__columns how = leat__columns_of(t);
    const struct leat__type *item = leat__is_slice(t)   ? leat__slice_item(t)
                                    : how == LEAT__ROWS ? leat__column_item(leat__column_first(t))
                                                        : NULL;
    *out_size = item ? item->size : 0;
    if (item && leat__csv_simple(item))
        return find_one(c, item, column, out);
    if (column)
        return no_column(c, column);
    int code = leat__is_slice(t) ? leat__fields_of(item, true, &c->scratch, out)
                                 : leat__columns_row(t, c->columns, &c->scratch, out, out_size);
    for (uint32_t i = 0; how == LEAT__GRID && code == 0 && i < c->columns; i++)
        leat__column_aim(&c->column[i], &out->field[i]);    /* in order, whatever their names */
    if (how == LEAT__GRID)
        out->count = 0;
    return code == LEAT_ETYPE ? refuse_type(t, c->cutter.err)
           : code < 0         ? leat__fail_memory(c->cutter.err)
                              : 0;
}

/* Lines of nothing at the end are no rows. */
static void begin(struct csv *c, const char *text, size_t len, const char *where, leat_error *err)
{
    const char *end = text + len;
    if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        text += 3;
    while (end > text && (end[-1] == '\n' || end[-1] == '\r'))
        end--;
    *c = (struct csv){ .cutter = { text, end, where, err, 1, { 0 } } };
    c->setting.pool.arena = &c->parts;
    c->setting.err = err;
    c->setting.has_nul = end > text && memchr(text, 0, (size_t)(end - text));
}

static void finish(struct csv *c)
{
    free(c->column);
    leat__text_fini(&c->cutter.unquoted);
    leat__arena_fini(&c->parts);
    leat__arena_fini(&c->scratch);
}

/* Rows become the items as they stand, or what is in them goes to its columns. */
static int give(struct csv *c, const struct leat__type *t, void *at, uint32_t size)
{
    bool copied = !leat__is_slice(t) && leat__columns_of(t) == LEAT__COLUMNS;
    char *rows = NULL;
    size_t count = 0;
    int code = read_rows(c, size, copied ? &c->scratch : &c->parts, &rows, &count);
    if (code == 0 && leat__is_slice(t))
        leat__put_slice(t, at, rows, count);
    else if (code == 0)
        code = leat__columns_fill(t, at, rows, count, c->columns, &c->parts, c->cutter.err);
    return code;
}

int leat__csv_read(const struct leat__type *t, const char *text, size_t len, const char *where,
                   const char *column, struct leat__arena *arena, void *at, leat_error *err)
{
    struct csv c;
    struct leat__fields fields;
    uint32_t size = 0;
    if (!leat__csv_can_read(t))
        return refuse_type(t, err);
    begin(&c, text, len, where, err);
    int code = read_header(&c);
    if (code == 0)
        code = find_fields(&c, t, column, &fields, &size);
    if (code == 0)
        code = resolve(&c, &fields);
    if (code == 0)
        code = give(&c, t, at, size);
    if (code == 0)
        leat__arena_join(arena, &c.parts);
    finish(&c);
    return code;
}
