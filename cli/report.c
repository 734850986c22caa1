/* report: the library's texts name the user's functions and files; the command
 * adds columns and counts. */
#include "report.h"
#include "cli.h"
#include "text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_LINE = 120 };

void report_compiler(const leat_builder *b)
{
    const char *output = leat_builder_compiler_output(b);
    if (output && *output && (!say_is_quiet() || leat_builder_problem_count(b)))
        fprintf(stderr, "%s%s", text_shown_lines(output), text_ends(output, "\n") ? "" : "\n");
}

int report_ending(int code)
{
    switch (code) {
    case 0: return END_OK;
    case LEAT_EFAILED: return END_FAILED;
    case LEAT_EDEADLINE: return END_DEADLINE;
    case LEAT_EREVERTED: return END_REVERTED;
    case LEAT_EREVERT: case LEAT_EUNKNOWN: return END_LEFT;
    case LEAT_ESUSPENDED: return END_STOPPED;
    case LEAT_ENOMEM: case LEAT_ESYSTEM: case LEAT_EUSAGE: case LEAT_EFORKED: return END_BROKEN;
    default: return END_REFUSED;
    }
}

char *report_place(const char *file, int line)
{
    if (!file || !*file)
        return text_copy("", 0);
    return line > 0 ? text_format("%s:%d", file, line) : text_copy(file, strlen(file));
}

/* The message, with the second place if it does not name it itself. */
static const char *message(const leat_problem *p)
{
    const char *other = report_place(p->other_file, p->other_line);
    if (!*other || strstr(p->message, other))
        return p->message;
    return text_format(p->file && *p->file ? "%s (and %s)" : "%s (%s)", p->message, other);
}

/* One problem that is no parameter's: the line is enough. */
static void say_one(enum say_level level, const leat_problem *p)
{
    const char *place = report_place(p->file, p->line), *fix = p->hint;
    bool named =
        strstr(p->message, place) || (p->file && !strncmp(p->message, p->file, strlen(p->file)));
    if (*place && !named)
        say(level, "%s: %s", place, message(p));
    else
        say(level, "%s", message(p));
    if (fix && *fix)
        say_detail("%s", fix);
}

static void say_headline(size_t n, size_t parameters)
{
    if (n == parameters)
        say(SAY_ERROR, "%zu parameter%s fit", n, n == 1 ? " does not" : "s do not");
    else
        say(SAY_ERROR, "%zu things are wrong", n);
}

static int by_place(const void *a, const void *b)
{
    const leat_problem *x = *(const leat_problem *const *)a, *y = *(const leat_problem *const *)b;
    int order = strcmp(x->file ? x->file : "", y->file ? y->file : "");
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* The errors, in the order of the sources. */
static const leat_problem **errors_of(const leat_builder *b, size_t *n)
{
    size_t count = leat_builder_problem_count(b);
    const leat_problem **list = text_room((count + 1) * sizeof *list);
    *n = 0;
    for (size_t i = 0; i < count; i++)
        if (!leat_builder_problem(b, i)->warning)
            list[(*n)++] = leat_builder_problem(b, i);
    qsort(list, *n, sizeof *list, by_place);
    return list;
}

/* Three columns; hints that would make the lines long go below. */
static void say_rows(const struct table *rows)
{
    struct table below = { 0 };
    size_t widest = 0;
    for (size_t i = 0; i < rows->n; i++) {
        const char *fix = rows->row[i][2];
        size_t n =
            text_width(rows->row[i][0]) + text_width(rows->row[i][1]) + (fix ? text_width(fix) : 0);
        widest = n > widest ? n : widest;
        table_add(&below, rows->row[i][0], rows->row[i][1], NULL, NULL, NULL, NULL);
        if (fix && *fix)
            table_add(&below, NULL, text_format("  %s", fix), NULL, NULL, NULL, NULL);
    }
    table_say(widest > LONG_LINE ? &below : rows);
}

int report_build(const leat_builder *b, const leat_error *err, const struct table *more)
{
    struct table rows = { 0 };
    size_t parameters = more ? more->n : 0, n;
    const leat_problem **errors = errors_of(b, &n);
    for (size_t i = 0; i < n; i++) {
        table_add(&rows, report_place(errors[i]->file, errors[i]->line), message(errors[i]),
                  errors[i]->hint, NULL, NULL, NULL);
        parameters += errors[i]->param != NULL;
    }
    for (size_t i = 0; more && i < more->n; i++)
        table_add(&rows, more->row[i][0], more->row[i][1], more->row[i][2], NULL, NULL, NULL);
    if (!rows.n) {
        say(SAY_ERROR, "%s", err->message);
        return report_ending(err->code);
    }
    if (rows.n == 1 && !parameters) {
        say_one(SAY_ERROR, errors[0]);
        return report_ending(errors[0]->code);
    }
    say_headline(rows.n, parameters);
    say_rows(&rows);
    return END_REFUSED;
}

/* An error was told of the same line. */
static bool is_told(const leat_builder *b, const leat_problem *warning)
{
    bool told = false;
    for (size_t i = 0; warning->file && i < leat_builder_problem_count(b) && !told; i++) {
        const leat_problem *p = leat_builder_problem(b, i);
        told = !p->warning && p->file && p->line == warning->line && !strcmp(p->file, warning->file);
    }
    return told;
}

void report_warnings(const leat_builder *b) { report_other_warnings(b, ""); }

void report_other_warnings(const leat_builder *b, const char *told)
{
    for (size_t i = 0; i < leat_builder_problem_count(b); i++) {
        const leat_problem *p = leat_builder_problem(b, i);
        if (p->warning && p->code != LEAT_EINPUT && !is_told(b, p) && !strstr(told, p->message))     /* config, where nobody asks */
            say_one(SAY_WARNING, p);
    }
}

static bool has_failure(const leat_run *r, const char *node)
{
    for (size_t i = 0; i < leat_run_failure_count(r); i++)
        if (!strcmp(leat_run_failure(r, i)->node, node))
            return true;
    return false;
}

/* A run that stops at a failure has no entry for what it never reached: that
 * is the end of the plan. */
static void add_unreached(struct list *names, const leat_run *r, const leat_driver *d,
                          const leat_id *plan, size_t n, size_t not_run)
{
    size_t more = not_run > names->n ? not_run - names->n : 0, from = n;
    for (size_t found = 0; from > 0 && found < more; from--)
        found += !has_failure(r, leat_driver_name(d, plan[from - 1]));
    for (size_t i = from; i < n; i++)
        if (!has_failure(r, leat_driver_name(d, plan[i])))
            list_add(names, leat_driver_name(d, plan[i]));
}

static bool was_tried_again(const leat_run *r, const leat_failure *f)
{
    bool again = f->attempt > 1;
    for (size_t i = 0; i < leat_run_failure_count(r) && !again; i++)
        again = leat_run_failure(r, i)->attempt > 1 && !strcmp(leat_run_failure(r, i)->node, f->node);
    return again;
}

static void say_failure(const leat_run *r, const leat_failure *f)
{
    const char *place = report_place(f->file, f->line);
    say(SAY_ERROR, "%s failed%s: %s%s", f->node, was_tried_again(r, f) ? text_format(" in attempt %d", f->attempt) : "", f->message,
        *place ? text_format(" (%s)", place) : "");
    if (f->inputs && *f->inputs)
        say_detail("%s", f->inputs);
}

void report_failed(const leat_run *r)
{
    for (size_t i = 0; i < leat_run_failure_count(r); i++)
        if (leat_run_failure(r, i)->code != LEAT_ECANCELLED)
            say_failure(r, leat_run_failure(r, i));
}

void report_counts(const leat_run *r, const leat_driver *d, const leat_id *plan, size_t n)
{
    uint64_t ok = 0, failed = 0, not_run = 0;
    struct list skipped = { 0 };
    leat_run_counts(r, &ok, &failed, &not_run);
    for (size_t i = 0; i < leat_run_failure_count(r); i++)
        if (leat_run_failure(r, i)->code == LEAT_ECANCELLED)
            list_add(&skipped, leat_run_failure(r, i)->node);
    add_unreached(&skipped, r, d, plan, n, (size_t)not_run);
    say_plain("%llu task%s ok, %llu failed, %llu not run%s%s%s", (unsigned long long)ok,
              ok == 1 ? "" : "s", (unsigned long long)failed, (unsigned long long)not_run,
              skipped.n ? " (" : "", skipped.n ? list_join(&skipped, ", ", 10) : "",
              skipped.n ? ")" : "");
}

void report_failures(const leat_run *r, const leat_driver *d, const leat_id *plan, size_t n)
{
    report_failed(r);
    report_counts(r, d, plan, n);
}

void report_deferred(const leat_builder *b)
{
    for (size_t i = 0; i < leat_builder_deferred_count(b); i++) {
        const leat_problem *p = leat_builder_deferred(b, i);
        say(SAY_NOTE, "built at run: %s (%s)", p->node, report_place(p->file, p->line));
    }
}
