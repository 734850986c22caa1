/* columns: tables of Arrow columns as values, and a file format of our own.
 *
 *     leat run columns.c mean_spread days=@days.cols
 *
 * A struct with a `release` callback needs no note: Leat calls it when the last
 * reader is done. Nodes read columns where their maker put them. */
#include "arrow.h"
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- making columns: what is released was made by calloc --- */

static void drop_schema(struct ArrowSchema *s)
{
    for (int64_t i = 0; i < s->n_children; i++) {
        s->children[i]->release(s->children[i]);
        free(s->children[i]);
    }
    free(s->children);
    free(s->private_data);              /* the name */
    s->release = NULL;
}

static void drop_array(struct ArrowArray *a)
{
    for (int64_t i = 0; i < a->n_children; i++) {
        a->children[i]->release(a->children[i]);
        free(a->children[i]);
    }
    free(a->children);
    free(a->private_data);              /* the values */
    free((void *)a->buffers);
    a->release = NULL;
}

static struct frame empty(int64_t columns)
{
    struct frame f = { { .format = "+s", .name = "", .n_children = columns, .release = drop_schema },
                       { .n_buffers = 1, .n_children = columns, .release = drop_array } };
    f.schema.children = calloc((size_t)columns, sizeof *f.schema.children);
    f.array.children = calloc((size_t)columns, sizeof *f.array.children);
    f.array.buffers = calloc(1, sizeof *f.array.buffers);
    for (int64_t i = 0; i < columns; i++) {
        f.schema.children[i] = calloc(1, sizeof **f.schema.children);
        *f.schema.children[i] = (struct ArrowSchema){ .format = "g", .release = drop_schema };
        f.array.children[i] = calloc(1, sizeof **f.array.children);
        *f.array.children[i] = (struct ArrowArray){ .n_buffers = 2, .release = drop_array };
    }
    return f;
}

static double *add_column(struct frame *f, int64_t column, const char *name, int64_t rows)
{
    struct ArrowSchema *s = f->schema.children[column];
    struct ArrowArray *a = f->array.children[column];
    s->name = s->private_data = strdup(name);
    a->length = f->array.length = rows;
    a->buffers = calloc(2, sizeof *a->buffers);
    a->buffers[1] = a->private_data = calloc((size_t)rows + 1, sizeof(double));
    return a->private_data;
}

/* --- a format of our own: rows and columns, names, numbers. A loader and a
 *     saver are no nodes; Leat finds them by their names --- */

static int read_columns(FILE *in, struct frame *f, int64_t rows)
{
    char name[64];
    int64_t columns = f->array.n_children;
    for (int64_t i = 0; i < columns; i++)
        if (fscanf(in, "%63s", name) != 1 || !add_column(f, i, name, rows))
            return 0;
    for (int64_t k = 0; k < rows; k++)
        for (int64_t i = 0; i < columns; i++)
            if (fscanf(in, "%lf", (double *)values_of(f, i) + k) != 1)
                return 0;
    return 1;
}

struct frame frame_from_cols(const char *path)
{
    long rows = 0, columns = 0;
    struct frame f = { 0 };
    FILE *in = fopen(path, "r");
    if (!in || fscanf(in, "%ld %ld", &rows, &columns) != 2 || rows < 0 || columns < 1 || rows > 1000000 || columns > 1000) {
        leat_fail("it does not begin with a number of rows and of columns");
    } else {
        f = empty(columns);
        if (!read_columns(in, &f, rows)) {
            leat_fail("it ends too early");
            drop_schema(&f.schema);     /* what fails hands nothing over */
            drop_array(&f.array);
        }
    }
    if (in)
        fclose(in);
    return f;
}

int frame_to_cols(const struct frame *f, const char *path)
{
    FILE *out = fopen(path, "w");
    if (!out)
        return -1;
    int64_t columns = f->array.n_children, rows = f->array.length;
    fprintf(out, "%ld %ld\n", (long)rows, (long)columns);
    for (int64_t i = 0; i < columns; i++)
        fprintf(out, "%s%c", f->schema.children[i]->name, i + 1 < columns ? ' ' : '\n');
    for (int64_t k = 0; k < rows; k++)
        for (int64_t i = 0; i < columns; i++)
            fprintf(out, "%.17g%c", values_of(f, i)[k], i + 1 < columns ? ' ' : '\n');
    return fclose(out);
}

/* --- the nodes --- */

/* A new column: of each row the second less the first. */
struct frame spread(const struct frame *days)
{
    struct frame f = empty(1);
    if (days->array.n_children < 2) {
        leat_fail("two columns are needed, not %ld", (long)days->array.n_children);
        drop_schema(&f.schema);
        drop_array(&f.array);
        return f;
    }
    const double *low = values_of(days, 0), *high = values_of(days, 1);
    double *at = add_column(&f, 0, "spread", days->array.length);
    for (int64_t i = 0; i < days->array.length; i++)
        at[i] = high[i] - low[i];
    return f;
}

double mean_spread(const struct frame *spread)
{
    double sum = 0;
    for (int64_t i = 0; i < spread->array.length; i++)
        sum += values_of(spread, 0)[i];
    return sum / (double)spread->array.length;
}

double widest(const struct frame *spread)
{
    double most = 0;
    for (int64_t i = 0; i < spread->array.length; i++)
        most = values_of(spread, 0)[i] > most ? values_of(spread, 0)[i] : most;
    return most;
}

/* Where readers find the numbers: host.c looks whether they are its own. */
const void *days_at(const struct frame *days) { return values_of(days, 0); }
const void *spread_at(const struct frame *spread) { return values_of(spread, 0); }
