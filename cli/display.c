/* display: see display.h. A thread of its own looks at the run and draws; the run knows
 * nothing of it. Nothing here uses strings of text.h that live on: those are one thread's. */
#include "display.h"
#include "terminal.h"
#include "text.h"
#include <inttypes.h>
#include <pthread.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TICK_MS = 100, PAST = 20, MOST_LINES = 12, MOST_COLUMNS = 400, LONGEST_NAME = 32, AGE = 7, BAR = 20 };

struct line {
    char text[MOST_COLUMNS * 5];
    size_t length, columns, most;
    bool full;
};

static struct display {
    leat_sampler *sampler;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool on, over, coloured;
    struct { uint64_t ns, done; } past[PAST];   /* newest first */
    size_t pasts;
    struct { uint64_t ns, packets; double rate; } *flow;    /* by operator */
    size_t flows;
    struct line line[MOST_LINES];
    size_t lines;
} display;

/* --- lines --- */

static struct line *new_line(struct display *d)
{
    struct line *l = &d->line[d->lines < MOST_LINES - 1 ? d->lines++ : MOST_LINES - 1];
    size_t columns = terminal_columns();
    *l = (struct line){ .most = columns < MOST_COLUMNS ? columns : MOST_COLUMNS };
    return l;
}

/* What does not fit is left out, and all that follows. `colour`: "31", or NULL. */
__attribute__((format(printf, 3, 4)))
static void put(struct line *l, const char *colour, const char *format, ...)
{
    char text[MOST_COLUMNS + 1];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    l->full |= n < 0 || l->columns + (size_t)n > l->most;
    if (l->full)
        return;
    colour = display.coloured ? colour : NULL;
    l->length += (size_t)sprintf(l->text + l->length, "%s%s%s%s%s", colour ? "\033[" : "", colour ? colour : "",
                                 colour ? "m" : "", text, colour ? "\033[0m" : "");
    l->columns += (size_t)n;
}

/* Cut where it is long. */
static void put_name(struct line *l, const char *name, size_t most)
{
    size_t room = l->full ? 0 : l->most - l->columns;
    char text[4 * MOST_COLUMNS + 8];
    size_t columns = text_cut(text, name, most < room ? most : room);
    l->full |= !columns;
    if (l->full)
        return;
    l->length += (size_t)sprintf(l->text + l->length, "%s", text);
    l->columns += columns;
}

static const char *number(char buf[24], double n)
{
    static const char *const unit[] = { "", " k", " M", " G", " T" };
    size_t u = 0;
    while (n >= 99999.5 && u + 1 < sizeof unit / sizeof *unit)
        n /= 1000, u++;
    snprintf(buf, 24, n < 10 && (u || n != (double)(uint64_t)n) ? "%.1f%s" : "%.0f%s", n, unit[u]);
    return buf;
}

static const char *duration(char buf[24], double s)
{
    if (s < 10)
        snprintf(buf, 24, "%.1f s", s);
    else if (s < 120)
        snprintf(buf, 24, "%.0f s", s);
    else if (s < 7200)
        snprintf(buf, 24, "%.0f min", s / 60);
    else
        snprintf(buf, 24, "%.1f h", s / 3600);
    return buf;
}

/* --- the first line: how much --- */

/* Per second, over the last looks; 0: not known. */
static double rate_of(struct display *d, const leat_sample *s)
{
    memmove(d->past + 1, d->past, (PAST - 1) * sizeof *d->past);
    d->past[0].ns = s->now_ns;
    d->past[0].done = s->done;
    d->pasts += d->pasts < PAST;
    size_t last = d->pasts - 1;
    double time = (double)(s->now_ns - d->past[last].ns) / 1e9;
    return time > 0 && s->done > d->past[last].done ? (double)(s->done - d->past[last].done) / time : 0;
}

static void put_bar(struct line *l, const leat_sample *s)
{
    char bar[BAR + 1];
    size_t width = l->most >= 70 ? BAR : l->most >= 50 ? BAR / 2 : 0;
    size_t full = s->total ? (size_t)((double)s->done / (double)s->total * (double)width) : 0;
    memset(bar, '#', full);
    memset(bar + full, '-', width - full);
    bar[width] = 0;
    if (width)
        put(l, s->failed ? "31" : "32", "%s  ", bar);
}

static void put_count(struct line *l, const char *colour, uint64_t n, const char *what)
{
    if (n)
        put(l, colour, "  %" PRIu64 " %s", n, what);
}

static void tell_counts(struct display *d, const leat_sample *s)
{
    struct line *l = new_line(d);
    char buf[24];
    double rate = rate_of(d, s);
    uint64_t left = s->waiting + s->running + s->parked;
    if (!s->traffics)
        put_bar(l, s);
    if (!s->traffics)
        put(l, NULL, "%" PRIu64 "/%" PRIu64, s->done, s->total);
    else
        put(l, NULL, "%" PRIu64 " of %" PRIu64 " at work", s->running, s->total);
    put_count(l, "31", s->failed, "failed");
    if (!s->traffics)
        put_count(l, NULL, s->running, "running");
    put_count(l, NULL, s->gated, "at a gate");
    put_count(l, NULL, s->traffics ? 0 : s->parked - s->gated, "parked");
    put_count(l, NULL, s->in_turn, "in turn");
    put_count(l, NULL, s->skipped, "skipped");
    put_count(l, NULL, s->reverted, "reverted");
    if (s->stopping)
        put(l, "33", "  stopping");
    if (rate > 0 && !s->traffics)
        put(l, NULL, "  %s/s", number(buf, rate));
    if (rate > 0 && left && !s->traffics && !s->levels && !s->stopping)
        put(l, NULL, "  about %s", duration(buf, (double)left / rate));
    put(l, NULL, "  %s", duration(buf, (double)(s->now_ns - s->began_ns) / 1e9));
}

/* --- what is at work --- */

static int by_age(const void *a, const void *b)
{
    const leat_working *x = *(const leat_working *const *)a, *y = *(const leat_working *const *)b;
    return (x->ns < y->ns) - (x->ns > y->ns);
}

static void put_working(struct line *l, const leat_working *w)
{
    char buf[24];
    put(l, NULL, "  ");
    size_t room = l->full || l->most < l->columns + AGE ? 0 : l->most - l->columns - AGE;
    put_name(l, w->node, room < LONGEST_NAME ? room : LONGEST_NAME);
    put(l, NULL, " %s%s%s%s", duration(buf, (double)w->ns / 1e9), w->reverting ? " reverting" : "",
        w->blocked ? " waits" : "", w->abandoned ? " abandoned" : "");
}

/* The oldest first; how many more there are where they do not fit. */
static void tell_working(struct display *d, const leat_sample *s)
{
    struct line *l = new_line(d);
    const leat_working **of = malloc((s->workings + 1) * sizeof *of);
    for (size_t i = 0; of && i < s->workings; i++)
        of[i] = &s->working[i];
    if (of)
        qsort(of, s->workings, sizeof *of, by_age);
    for (size_t i = 0; of && i < s->workings; i++) {
        struct line before = *l;
        size_t room = i + 1 < s->workings ? AGE : 0;        /* for "  +1234" */
        l->most -= room;
        put_working(l, of[i]);
        l->most += room;
        if (!l->full)
            continue;
        *l = before;
        put(l, NULL, "  +%zu", s->workings - i);
        break;
    }
    free(of);
}

/* --- levels and operators --- */

static const char *state_of(const leat_level *v)
{
    return v->state == LEAT_LEVEL_REVERTING ? " reverting" : v->state == LEAT_LEVEL_FAILED ? " failed" : "";
}

/* Those that are at work: the first attempt of a level that goes forward says nothing. */
static void tell_levels(struct display *d, const leat_sample *s)
{
    struct line *l = new_line(d);
    for (size_t i = 0; i < s->levels; i++) {
        const leat_level *v = &s->level[i];
        bool goes = v->state == LEAT_LEVEL_RUNNING && v->attempts > 1;
        if (!goes && v->state != LEAT_LEVEL_REVERTING && v->state != LEAT_LEVEL_FAILED)
            continue;
        put(l, NULL, "  ");
        put_name(l, v->node, LONGEST_NAME);
        put(l, v->state == LEAT_LEVEL_RUNNING ? NULL : "33", " attempt %" PRIu32 " of %" PRIu32 "%s, %" PRIu64 " of %" PRIu64 " done", v->attempt,
            v->attempts, state_of(v), v->done, v->total);
    }
}

static double flow_of(struct display *d, size_t i, uint64_t packets, uint64_t now)
{
    double time = (double)(now - d->flow[i].ns) / 1e9;
    if (d->flow[i].ns && time > 0) {
        double rate = (double)(packets - d->flow[i].packets) / time;
        d->flow[i].rate = d->flow[i].rate > 0 ? 0.7 * d->flow[i].rate + 0.3 * rate : rate;
    }
    d->flow[i].ns = now;
    d->flow[i].packets = packets;
    return d->flow[i].rate;
}

static void tell_operator(struct display *d, const leat_sample *s, size_t i)
{
    const leat_traffic *t = &s->traffic[i];
    struct line *l = new_line(d);
    char a[24], b[24];
    uint64_t packets = i ? t->in : t->out;
    double rate = flow_of(d, i, packets, s->now_ns);
    put(l, NULL, "  ");
    size_t from = l->columns;
    put_name(l, t->node, LONGEST_NAME / 2);
    put(l, NULL, "%*s  %s  %s/s", (int)(l->columns - from < LONGEST_NAME / 2 ? LONGEST_NAME / 2 - (l->columns - from) : 0), "",
        number(a, (double)packets), number(b, rate));
    if (t->capacity)
        put(l, NULL, "  queue %" PRIu64 "/%" PRIu64, t->waiting, t->capacity);
    if (t->instances > 1)
        put(l, NULL, "  x %zu", t->instances);
    if (t->stalled)
        put(l, "33", "  full behind it");
    else if (t->starved == t->instances)
        put(l, NULL, "  waits for packets");
}

static void tell_operators(struct display *d, const leat_sample *s)
{
    if (d->flows < s->traffics) {
        void *more = calloc(s->traffics, sizeof *d->flow);
        if (!more)
            return;
        free(d->flow);
        d->flow = more;
        d->flows = s->traffics;
    }
    for (size_t i = 0; i < s->traffics; i++)
        tell_operator(d, s, i);
}

static void show(struct display *d)
{
    const leat_sample *s = leat_sampler_look(d->sampler);
    const char *line[MOST_LINES];
    d->lines = 0;
    if (!s->total || s->ended)
        return;
    tell_counts(d, s);
    tell_working(d, s);
    if (s->levels > 1 || (s->levels && s->level[0].state != LEAT_LEVEL_RUNNING))
        tell_levels(d, s);
    tell_operators(d, s);
    for (size_t i = 0; i < d->lines; i++)
        line[i] = d->line[i].text;
    terminal_show(line, d->lines);
}

/* --- its thread --- */

static struct timespec later(struct timespec t)
{
    t.tv_nsec += TICK_MS * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void *draw(void *user)
{
    struct display *d = user;
    struct timespec until;
    pthread_mutex_lock(&d->lock);
    for (;;) {
        clock_gettime(CLOCK_MONOTONIC, &until);
        until = later(until);
        while (!d->over && !pthread_cond_timedwait(&d->changed, &d->lock, &until))
            ;
        if (d->over)
            break;
        pthread_mutex_unlock(&d->lock);
        show(d);
        pthread_mutex_lock(&d->lock);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

/* Those that end or stop the command while lines are kept, unless somebody else sees to
 * them: the terminal comes first. */
static void on_signal(int signal_number)
{
    sigset_t it;
    struct sigaction was, none = { .sa_handler = SIG_DFL };
    int before = errno;
    terminal_stop();
    sigemptyset(&it);
    sigaddset(&it, signal_number);
    sigaction(signal_number, &none, &was);
    raise(signal_number);
    sigprocmask(SIG_UNBLOCK, &it, NULL);
    sigaction(signal_number, &was, NULL);       /* it was only stopped */
    terminal_go_on();
    errno = before;
}

static void set_handlers(bool on)
{
    static const int numbers[] = { SIGHUP, SIGQUIT, SIGTSTP };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction was, action = { .sa_handler = on ? on_signal : SIG_DFL, .sa_flags = SA_RESTART };
        sigemptyset(&action.sa_mask);
        if (!sigaction(numbers[i], NULL, &was) && was.sa_handler == (on ? SIG_DFL : on_signal))
            sigaction(numbers[i], &action, NULL);
    }
}

static bool start(struct display *d)
{
    pthread_condattr_t attr;
    sigset_t every, before;
    pthread_mutex_init(&d->lock, NULL);
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&d->changed, &attr);
    pthread_condattr_destroy(&attr);
    sigfillset(&every);
    pthread_sigmask(SIG_SETMASK, &every, &before);      /* signals are the others' */
    bool on = pthread_create(&d->thread, NULL, draw, d) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return on;
}

void display_begin(leat_run *r)
{
    struct display *d = &display;
    const char *plain = getenv("NO_COLOR");
    static bool again;
    *d = (struct display){ .sampler = leat_sampler_new(r), .coloured = !plain || !*plain };
    if (!again)
        atexit(terminal_stop);
    again = true;
    terminal_go_on();
    d->on = d->sampler && start(d);
    if (d->on)
        set_handlers(true);
}

void display_end(void)
{
    struct display *d = &display;
    if (d->on) {
        pthread_mutex_lock(&d->lock);
        d->over = true;
        pthread_cond_signal(&d->changed);
        pthread_mutex_unlock(&d->lock);
        pthread_join(d->thread, NULL);
        set_handlers(false);
    }
    terminal_stop();
    leat_sampler_free(d->sampler);
    free(d->flow);
    *d = (struct display){ 0 };
}
