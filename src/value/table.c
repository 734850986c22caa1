/* table: cells are made first, for their widths, then laid out: numbers to the
 * right, the rest to the left. */
#include "value/table.h"
#include "value/fields.h"
#include "value/io.h"
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 10, WIDEST = 40, SUMMARIES = 3 };

static const char *const summary_names[SUMMARIES] = { "min", "mean", "max" };

struct table {
    struct leat__items rows;
    struct leat__fields columns;
    size_t shown;                   /* rows with cells                     */
    bool cut;
    size_t lines;                   /* header, shown rows, summaries       */
    struct leat__text *cell;        /* lines * columns                     */
    size_t *width;                  /* of each column, in characters       */
};

/* Characters, as near as a terminal's columns can be told without its font. */
static size_t characters(const struct leat__text *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->len; i++)
        n += ((unsigned char)t->data[i] & 0xc0) != 0x80;
    return n;
}

static struct leat__text *cell(struct table *t, size_t line, size_t column)
{
    return &t->cell[line * t->columns.count + column];
}

/* Cuts at a character's border. */
static void shorten(struct leat__text *t)
{
    size_t at = 0, n = 0;
    if (characters(t) <= WIDEST)
        return;
    for (; at < t->len; at++)
        if (((unsigned char)t->data[at] & 0xc0) != 0x80 && ++n > WIDEST - 3)
            break;
    t->len = at;
    leat__text_add(t, "...");
}

static void fill_cell(struct leat__text *out, struct leat__spot s)
{
    if (s.bits)
        leat__scalar_print(out, s);
    else
        leat__print_text(out, s.type, s.at, 0);
    shorten(out);
}

static void fill_column(struct table *t, size_t column)
{
    const struct leat__field *f = &t->columns.field[column];
    struct leat__summary x;
    leat__text_add(cell(t, 0, column), f->name);
    for (size_t i = 0; i < t->shown; i++)
        fill_cell(cell(t, 1 + i, column), leat__spot_field(f, t->rows.at + i * t->rows.type->size));
    if (t->cut &&
        leat__summarize(leat__spot_field(f, t->rows.at), t->rows.count, t->rows.type->size, &x)) {
        double of[SUMMARIES] = { x.least, x.mean, x.greatest };
        for (size_t i = 0; i < SUMMARIES; i++) {
            char number[LEAT__NUMBER_ROOM];
            leat__text_addn(cell(t, 1 + t->shown + i, column), number,
                            leat__print_rounded(number, of[i], 6));
        }
    }
    for (size_t i = 0; i < t->lines; i++) {
        size_t n = characters(cell(t, i, column));
        t->width[column] = n > t->width[column] ? n : t->width[column];
    }
}

static void put_line(struct leat__text *out, struct table *t, size_t line)
{
    size_t blanks = 2;
    leat__text_addc(out, '\n');
    if (t->cut) {
        const char *label = line > t->shown ? summary_names[line - t->shown - 1] : "";
        leat__text_printf(out, "  %-4s", label);
    }
    for (size_t i = 0; i < t->columns.count; i++) {
        const struct leat__text *c = cell(t, line, i);
        uint8_t kind = t->columns.field[i].type->kind;
        bool right = kind == LEAT__INT || kind == LEAT__UINT || kind == LEAT__FLOAT;
        size_t room = t->width[i] - characters(c);
        leat__text_pad(out, ' ', blanks + (right ? room : 0));
        leat__text_addn(out, c->data ? c->data : "", c->len);
        blanks = 2 + (right ? 0 : room);
    }
}

static void lay_out(struct leat__text *out, struct table *t)
{
    for (size_t i = 0; i < t->columns.count; i++)
        fill_column(t, i);
    for (size_t line = 0; line < t->lines; line++) {
        if (t->cut && line == 1 + t->shown)
            leat__text_printf(out, "\n  ...   %zu rows", t->rows.count);
        put_line(out, t, line);
    }
}

static void free_cells(struct table *t)
{
    for (size_t i = 0; t->cell && i < t->lines * t->columns.count; i++)
        leat__text_fini(&t->cell[i]);
    free(t->cell);
    free(t->width);
}

bool leat__table_print(struct leat__text *out, struct leat__items rows)
{
    struct leat__arena scratch = { 0 };
    struct table t = { .rows = rows, .cut = rows.count > LEAT__MOST_SHOWN };
    int code = leat__fields_of(rows.type, true, &scratch, &t.columns);
    t.shown = t.cut ? SHOWN : rows.count;
    t.lines = 1 + t.shown + (t.cut ? SUMMARIES : 0);
    if (code == 0) {
        t.cell = calloc(t.lines * t.columns.count + 1, sizeof *t.cell);
        t.width = calloc(t.columns.count + 1, sizeof *t.width);
        if (t.cell && t.width)
            lay_out(out, &t);
    }
    out->failed |= code == LEAT_ENOMEM || (code == 0 && (!t.cell || !t.width));
    for (size_t i = 0; t.cell && i < t.lines * t.columns.count; i++)
        out->failed |= t.cell[i].failed;
    free_cells(&t);
    leat__arena_fini(&scratch);
    return code != LEAT_ETYPE;
}
