/* crash: what a fatal-signal handler can still tell. No allocation, no lock,
 * no stdio: digits by hand into the caller's buffer. */
#include "run/context.h"
#include <leat/run.h>
#include <math.h>
#include <string.h>

enum { LONGEST_INPUT = 200 };

struct out { char *at, *end; };

static void addn(struct out *o, const char *s, size_t n)
{
    for (; n && o->at < o->end; n--)
        *o->at++ = *s++;
}

static void add(struct out *o, const char *s) { addn(o, s, strlen(s)); }

static void add_uint(struct out *o, uint64_t x)
{
    char digits[20];
    size_t n = sizeof digits;
    do
        digits[--n] = (char)('0' + x % 10);
    while (x /= 10);
    addn(o, digits + n, sizeof digits - n);
}

static void add_int(struct out *o, int64_t x)
{
    if (x < 0)
        add(o, "-");
    add_uint(o, x < 0 ? -(uint64_t)x : (uint64_t)x);
}

/* Six digits behind the point, an exponent where needed: enough to recognise. */
static void add_double(struct out *o, double x)
{
    if (x != x) {
        add(o, "nan");
        return;
    }
    if (x < 0) {
        add(o, "-");
        x = -x;
    }
    if (x > 1.7e308) {
        add(o, "inf");
        return;
    }
    int exponent = 0;
    for (; x >= 1e15; exponent++)
        x /= 10;
    for (; x > 0 && x < 1e-5; exponent--)
        x *= 10;
    uint64_t whole = (uint64_t)x, part = (uint64_t)((x - (double)whole) * 1e6 + 0.5);
    if (part >= 1000000) {
        whole++;
        part -= 1000000;
    }
    add_uint(o, whole);
    if (part) {
        char digits[7] = ".000000";
        for (int i = 6; i > 0; i--, part /= 10)
            digits[i] = (char)('0' + part % 10);
        size_t n = 7;
        while (digits[n - 1] == '0')
            n--;
        addn(o, digits, n);
    }
    if (exponent) {
        add(o, "e");
        add_int(o, exponent);
    }
}

static void add_text(struct out *o, const char *s)
{
    static const char hex[] = "0123456789abcdef";
    if (!s) {
        add(o, "null");
        return;
    }
    add(o, "\"");
    size_t n = 0;
    for (; n < LONGEST_INPUT && s[n]; n++) {
        unsigned char c = (unsigned char)s[n];
        if (c >= 0x20 && c < 0x7f && c != '"' && c != '\\')
            addn(o, s + n, 1);
        else
            addn(o, (const char[]){ '\\', 'x', hex[c >> 4], hex[c & 15] }, 4);
    }
    add(o, n == LONGEST_INPUT ? "\"..." : "\"");
}

static void add_value(struct out *o, const struct leat__type *t, const void *at)
{
    int64_t i = 0;
    float f;
    switch (t->kind) {
    case LEAT__FLOAT:
        if (t->size == 4) {
            memcpy(&f, at, 4);
            add_double(o, (double)f);
        } else {
            double d;
            memcpy(&d, at, 8);
            add_double(o, d);
        }
        break;
    case LEAT__POINTER:
        add_text(o, *(const char *const *)at);
        break;
    case LEAT__BOOL:
        add(o, *(const uint8_t *)at ? "true" : "false");
        break;
    default:
        memcpy(&i, at, t->size);
        if (t->kind == LEAT__INT || (t->kind == LEAT__ENUM && (t->flags & LEAT__SIGNED)))
            add_int(o, t->size < 8 ? (int64_t)((uint64_t)i << (64 - 8 * t->size)) >> (64 - 8 * t->size) : i);
        else
            add_uint(o, (uint64_t)i);
    }
}

static void add_inputs(struct out *o, const struct leat__worker *w, const struct leat__node *n)
{
    const struct leat__plan *p = w->frame->plan;
    for (uint32_t i = 0; i < n->edges; i++) {
        const struct leat__edge *e = &p->graph->edge[n->edge + i];
        if (e->how > LEAT__HOW_OBJECT || e->takes)
            continue;
        const struct leat__type *t = p->graph->node[e->from].type;
        if (!(leat__is_scalar(t) || leat__is_text(t)) || t->size > 8)
            continue;
        add(o, "  ");
        add(o, leat__param_name(n->function, i));
        add(o, " = ");
        if (p->graph->node[e->from].flags & LEAT__NODE_SECRET)
            add(o, "(secret)");
        else
            add_value(o, t, &w->frame->slot[p->in[p->task[w->task].in + i] & LEAT__IN_SLOT].value);
        add(o, "\n");
    }
}

static void add_place(struct out *o, const char *name, const struct leat__function *f)
{
    add(o, name);
    if (f && f->head->file && *f->head->file) {
        add(o, " (");
        add(o, f->head->file);
        add(o, ":");
        add_int(o, f->head->line);
        add(o, ")");
    }
    add(o, "\n");
}

size_t leat_task_at_crash(char *buf, size_t size, int inputs)
{
    const struct leat__node *dying = leat__value_dying();
    const struct leat__worker *w = leat__worker_suspect();
    uint32_t task = w ? w->task : LEAT__NONE;
    if (!size)
        return 0;
    buf[0] = 0;
    const struct leat__function *building = w ? w->building : NULL;
    if (!dying && !building && task == LEAT__NONE)
        return 0;
    struct out o = { buf, buf + size - 1 };
    const struct leat__node *n = dying ? dying : building ? NULL : leat__frame_node(w->frame, task);
    if (building && !dying) {
        if (!inputs) {
            add(&o, "builder function ");
            add_place(&o, building->name, building);
        }
    } else if (!inputs) {
        add(&o, dying ? "value of " : "node ");
        add_place(&o, n->name, n->function);
    } else if (!dying) {
        add_inputs(&o, w, n);
    }
    *o.at = 0;
    return (size_t)(o.at - buf);
}
