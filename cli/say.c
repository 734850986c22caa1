/* say: the command speaks from one thread; `hidden` is of what it said last. */
#include "say.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool quiet, hidden;

void say_quietly(void) { quiet = true; }
bool say_is_quiet(void) { return quiet; }

void say(enum say_level level, const char *format, ...)
{
    static const char *const word[] = { "error", "warning", "note" };
    hidden = quiet && level != SAY_ERROR;
    if (hidden)
        return;
    va_list args;
    va_start(args, format);
    fprintf(stderr, "leat: %s: ", word[level]);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void say_detail(const char *format, ...)
{
    if (hidden)
        return;
    va_list args;
    va_start(args, format);
    fputs("  ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void say_plain(const char *format, ...)
{
    hidden = quiet;
    if (hidden)
        return;
    va_list args;
    va_start(args, format);
    fputs("leat: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
}

void table_add(struct table *t, const char *a, const char *b, const char *c, const char *d,
               const char *e, const char *f)
{
    if (t->n == t->room) {
        size_t room = t->room ? t->room * 2 : 8;
        void *rows = text_room(room * sizeof *t->row);
        if (t->n)
            memcpy(rows, t->row, t->n * sizeof *t->row);
        t->row = rows;
        t->room = room;
    }
    const char *cells[TABLE_COLUMNS] = { a, b, c, d, e, f };
    memcpy(t->row[t->n++], cells, sizeof cells);
}

static size_t widest(const struct table *t, size_t column)
{
    size_t most = 0;
    for (size_t i = 0; i < t->n; i++) {
        size_t n = t->row[i][column] ? text_width(t->row[i][column]) : 0;
        most = n > most ? n : most;
    }
    return most;
}

static size_t cells_of(const char *const *row)
{
    size_t n = TABLE_COLUMNS;
    while (n > 0 && (!row[n - 1] || !*row[n - 1]))
        n--;
    return n;
}

static void print(const struct table *t, FILE *to, const char *indent)
{
    size_t width[TABLE_COLUMNS];
    for (size_t c = 0; c < TABLE_COLUMNS; c++)
        width[c] = widest(t, c);
    for (size_t i = 0; i < t->n; i++) {
        size_t last = cells_of(t->row[i]);
        fputs(indent, to);
        for (size_t c = 0; c < last; c++) {
            const char *cell = t->row[i][c] ? t->row[i][c] : "";
            size_t room = c + 1 < last && width[c] ? width[c] + 2 - text_width(cell) : 0;
            fprintf(to, "%s%*s", cell, (int)room, "");
        }
        fputc('\n', to);
    }
}

void table_say(const struct table *t)
{
    if (!hidden)
        print(t, stderr, "  ");
}

void table_print(const struct table *t) { print(t, stdout, ""); }
