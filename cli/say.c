/* say: the command speaks from one thread; `hidden` is of what it said last. */
#include "say.h"
#include "text.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool quiet, hidden;

void say_quietly(void) { quiet = true; }
bool say_is_quiet(void) { return quiet; }

/* One outlet, so that nothing reaches a terminal that was not escaped. */
static void put_line(const char *before, const char *format, va_list args)
{
    char *text = NULL;
    if (hidden || vasprintf(&text, format, args) < 0)
        return;
    flockfile(stderr);
    fputs(before, stderr);
    text_show(stderr, text);
    fputc('\n', stderr);
    funlockfile(stderr);
    free(text);
}

void say(enum say_level level, const char *format, ...)
{
    static const char *const before[] = { "leat: error: ", "leat: warning: ", "leat: note: " };
    va_list args;
    hidden = quiet && level != SAY_ERROR;
    va_start(args, format);
    put_line(before[level], format, args);
    va_end(args);
}

void say_detail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    put_line("  ", format, args);
    va_end(args);
}

void say_plain(const char *format, ...)
{
    va_list args;
    hidden = quiet;
    va_start(args, format);
    put_line("leat: ", format, args);
    va_end(args);
}

bool say_flushed(FILE *to)
{
    bool failed = ferror(to);       /* earlier: why is no longer known */
    if (fflush(to) == EOF)
        say(SAY_ERROR, "cannot write standard output: %m");
    else if (failed)
        say(SAY_ERROR, "cannot write standard output");
    else
        return true;
    return false;
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
            text_show(to, cell);
            fprintf(to, "%*s", (int)room, "");
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
