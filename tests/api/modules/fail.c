/* leat: -pthread */
/* Nodes that fail in every way. */
#include "diary.h"
#include <leat/node.h>
#include <pthread.h>
#include <stdio.h>

struct thing { int n; };
struct thing *thing(int n)
{
    struct thing *t = malloc(sizeof *t);
    t->n = n;
    wrote("+thing");
    return t;
}
void thing_free(struct thing *t) { wrote("-thing"); free(t); }

int checked(const struct thing *thing, const char *label, double weight)
{
    if (thing->n < 0)
        leat_fail("negative count at row %d of %s", thing->n, label);
    return thing->n + (int)weight;
}
int reads_checked(int checked) { wrote("reader"); return checked; }
int beside(const struct thing *thing) { wrote("beside"); return thing->n; }
int joins(int reads_checked, int beside) { return reads_checked + beside; }
int far(int joins) { return joins; }
int ahead(const struct thing *thing) { wrote("ahead"); return thing->n * 2; }

/* hands over nothing although it returned something */
struct thing *dropped(int n)
{
    static struct thing kept;
    leat_fail("dropped");
    kept.n = n;
    return &kept;
}
int reads_dropped(const struct thing *dropped) { return dropped->n; }

/* promised ownership of what nobody may free */
char *literal(int n) { return (char *)(n ? "yes" : "no"); }
struct thing *fixed(int n) { static struct thing t; t.n = n; return &t; }
__attribute__((noinline)) static void *hide(void *p) { __asm__("" : "+r"(p)); return p; }
struct thing *on_stack(int n) { struct thing t = { n }; return hide(&t); }
int gives_literal(int n, char **out_word) { *out_word = (char *)"word"; return n * 0; }
const char *fine(int n) { return n ? "yes" : "no"; }

/* NULL */
struct thing *none(int n) { return n ? thing(n) : NULL; }
int reads_none(const struct thing *none) { return none->n; }
struct thing *maybe(int n) { return n ? thing(n) : NULL; }
LEAT_NODE(maybe, nullable);
int reads_maybe(const struct thing *maybe) { return maybe ? maybe->n : -1; }
LEAT_NODE(reads_maybe, accepts_null(maybe));
int gives_null(int n, char **out_note) { *out_note = n ? strdup("note") : NULL; return 0; }
const char *no_name(int n) { return n ? "name" : NULL; }

/* from another thread of the module */
static void *fails_apart(void *arg) { leat_fail("apart: %d", *(int *)arg); return NULL; }
int threaded(int n)
{
    pthread_t t;
    pthread_create(&t, NULL, fails_apart, &n);
    pthread_join(t, NULL);
    return n;
}
static void *fails_by_context(void *ctx) { leat_context_fail(ctx, "by context"); return NULL; }
int by_context(leat_context *ctx, int n)
{
    pthread_t t;
    pthread_create(&t, NULL, fails_by_context, ctx);
    pthread_join(t, NULL);
    return n;
}
int twice(int n) { leat_fail("first"); leat_fail("second"); return n; }
int odd(int n) { leat_fail("odd \033[31m\n\001 text %s", "\xff"); return n; }
int lengthy(int n)
{
    char text[3000];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = 0;
    leat_fail("%s", text);
    return n;
}
struct cell { int x; double y; };
enum colour { RED, GREEN };
int shown(const char *name, struct cell cell, enum colour colour, float small)
{
    leat_fail("shown");
    return (int)name[0] + cell.x + (int)colour + (int)small;
}

/* promised ownership of what nobody may free, inside a struct */
struct nums { int *data; size_t len; };
struct person { int age; char *name; };
struct nums made(int n) { struct nums s = { calloc((size_t)n + 1, sizeof(int)), (size_t)n }; return s; }
struct nums passed_on(struct nums made) { return made; }
struct nums fixed_nums(int n) { static int at[4]; struct nums s = { at, (size_t)n }; return s; }
struct person person(int n) { return (struct person){ n, (char *)"bob" }; }
struct wrapped { struct nums in; };
struct wrapped wrapped(const struct nums *made) { return (struct wrapped){ *made }; }
struct nums stolen(struct nums *made) { struct nums s = *made; made->data = NULL; made->len = 0; return s; }
struct nums half_stolen(struct nums *loot) { return *loot; }
struct nums loot(int n) { return (struct nums){ calloc((size_t)n + 1, sizeof(int)), (size_t)n }; }
void both(int n, struct thing **out_one, struct thing **out_two)
{
    static struct thing *volatile kept;     /* handed to nobody: it stays ours */
    *out_one = *out_two = kept = thing(n);
}
LEAT_NODE(neither, nullable);
void neither(int n, struct thing **out_no_one, struct thing **out_no_two) { (void)n; *out_no_one = *out_no_two = NULL; }
LEAT_NODE(counts_none, accepts_null(no_one, no_two));
int counts_none(const struct thing *no_one, const struct thing *no_two) { return !no_one + !no_two; }
void lends(const struct thing *thing, const struct thing **out_this, const struct thing **out_that) { *out_this = *out_that = thing; }
int adds_both(const struct thing *this, const struct thing *that) { return this->n + that->n; }
void half(struct thing *thing, struct thing **out_whole, struct thing **out_missing) { *out_whole = thing; *out_missing = NULL; }
int reads_half(const struct thing *whole, const struct thing *missing) { return whole->n + missing->n; }
int wrote_both(const struct thing *one, const struct thing *two) { return one->n + two->n; }
