/* terminal: see terminal.h. The region that scrolls ends above the lines that are kept,
 * so that nobody's output can get among them. How to undo that is written down before it
 * is done, for a signal handler that has no time to think. */
#include "terminal.h"
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LEAST_ROWS = 5, LEAST_COLUMNS = 20, MOST_LINES = 16 };

static struct { size_t rows, columns, lines; } had;     /* the terminal, when lines were last kept */
static size_t most_columns;                             /* COLUMNS; 0: as many as there are */
enum { UNDO = 64 };
static char undo[2][UNDO];              /* one is written while a handler may still read the other */
static _Atomic size_t undo_at;          /* which, by UNDO, and its length; 0: nothing is kept */
static _Atomic bool stopped;

static void write_all(const char *text, size_t n)
{
    int before = errno;
    while (n) {
        ssize_t done = write(2, text, n);
        if (done < 0 && errno != EINTR)
            break;
        text += done > 0 ? done : 0;
        n -= done > 0 ? (size_t)done : 0;
    }
    errno = before;
}

static bool measure(size_t *rows, size_t *columns)
{
    struct winsize size;
    bool known = ioctl(2, TIOCGWINSZ, &size) == 0;
    *rows = known ? size.ws_row : 0;
    *columns = known ? size.ws_col : 0;
    if (most_columns && most_columns < *columns)
        *columns = most_columns;
    return *rows >= LEAST_ROWS && *columns >= LEAST_COLUMNS;
}

bool terminal_is_there(void)
{
    const char *kind = getenv("TERM"), *columns = getenv("COLUMNS");
    size_t rows, wide;
    long n = columns ? strtol(columns, NULL, 10) : 0;
    most_columns = n > 0 ? (size_t)n : 0;
    return isatty(2) && kind && *kind && strcmp(kind, "dumb") && measure(&rows, &wide);
}

size_t terminal_columns(void)
{
    size_t rows, columns;
    return measure(&rows, &columns) ? columns : 0;
}

/* --- the lines that are kept --- */

static void keep(size_t rows, size_t columns, size_t lines)
{
    char text[MOST_LINES * 2 + 64], *to = text;
    static size_t turn;
    turn ^= 1;
    int n = snprintf(undo[turn], UNDO, "\0337\033[r\033[%zu;1H\033[J\0338", rows - lines + 1);
    had.rows = rows;
    had.columns = columns;
    had.lines = lines;
    for (size_t i = 0; i < lines; i++)
        to += sprintf(to, "\033D");
    to += sprintf(to, "\033[%zuA\0337\033[1;%zur\0338", lines, rows - lines);
    undo_at = turn * UNDO + (size_t)n;
    write_all(text, (size_t)(to - text));
}

void terminal_give_back(void)
{
    size_t at = atomic_exchange(&undo_at, 0);
    if (at)
        write_all(undo[at / UNDO], at % UNDO);
}

void terminal_stop(void)
{
    stopped = true;
    terminal_give_back();
}

void terminal_go_on(void) { stopped = false; }

/* In one write, so that no other comes between the two places of the cursor. */
static void draw(const char *const *line, size_t n)
{
    size_t size = 64;
    for (size_t i = 0; i < n; i++)
        size += strlen(line[i]) + 40;
    char *text = malloc(size), *to = text;
    if (!text)
        return;
    to += sprintf(to, "\0337\033[?7l");
    for (size_t i = 0; i < had.lines; i++)
        to += sprintf(to, "\033[%zu;1H\033[2K%s", had.rows - had.lines + 1 + i, i < n ? line[i] : "");
    to += sprintf(to, "\033[?7h\0338");
    if (!stopped && undo_at)
        write_all(text, (size_t)(to - text));
    free(text);
}

/* Behind a shell that goes on they would be in its way. */
static bool is_in_front(void)
{
    pid_t front = tcgetpgrp(2);
    return front < 0 || front == getpgrp();
}

void terminal_show(const char *const *line, size_t n)
{
    size_t rows, columns;
    if (stopped || !measure(&rows, &columns) || !is_in_front()) {
        terminal_give_back();
        return;
    }
    n = n < MOST_LINES ? n : MOST_LINES;
    n = n < rows / 2 ? n : rows / 2;
    if (undo_at && (rows != had.rows || columns != had.columns || n > had.lines))
        terminal_give_back();
    if (!undo_at)
        keep(rows, columns, n);
    draw(line, n);
}
