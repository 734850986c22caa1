/* batch: see batch.h.
 *
 * The function is known by address only, so a call and a return per packet stay.
 * Round them there is little: arguments from lanes, one look at `failed`, the
 * result. So eight short calls stand in a row, for each way to stop, and what is left
 * of n goes through one plain loop:
 *
 *     for (; n - i >= 8; i += 8) { LEAT_8(ALL) }
 *     for (; i < n; i++) { .. }
 *
 * Types are those of layout.h, where all pointers are alike: two functions of one
 * text share one batch. */
#include "module/batch.h"
#include "module/layout.h"

const char leat__batch_text[] =
    "struct leat_lane { char *at; unsigned long step; };\n"
    "#define LEAT_8(X) X(0) X(1) X(2) X(3) X(4) X(5) X(6) X(7)\n"
    "#define LEAT_NOT(x) __builtin_expect(x, 0)\n";

enum { IN_A_ROW = 8 };          /* as LEAT_8 */

static bool is_pointer(const struct leat__function *f, uint32_t i) { return leat__param_type(f, i)->kind == LEAT__POINTER; }

/* In registers, so that a call is short: what is copied for longer gains nothing in a row. */
static bool is_small(const struct leat__function *f)
{
    bool small = !f->head->result || f->head->result->size <= 16;
    for (uint32_t i = 0; i < f->head->count; i++)
        small &= leat__param_type(f, i)->size <= 16;
    return small;
}

/* Its only argument is the packet: where the next one is need not be asked. */
static bool is_plain(const struct leat__function *f) { return f->head->count == 1 && !is_pointer(f, 0); }

/* How results say stop; NULL: these never do. Who can give a packet otherwise has a
 * pointer to where. */
static const char *bad(const struct leat__function *f, enum leat__stop stop)
{
    const struct leat__type *t = f->head->result;
    bool has_out = false;
    for (uint32_t i = 0; i < f->head->count; i++)
        has_out |= is_pointer(f, i);
    if (!t || !has_out || (t->kind != LEAT__BOOL && (!leat__is_scalar(t) || t->kind == LEAT__FLOAT || t->size != 4)))
        return NULL;
    return stop == LEAT__STOP_TRUE ? "one != 0" : t->kind == LEAT__BOOL ? "!one" : "(int)one <= 0";
}

/* --- parts of a call --- */

/* `k`: "k" for the k-th in a row, of which lanes are not moved one by one. */
static void write_call(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f, const char *k)
{
    leat__layout_function(l, out, f);
    leat__text_addc(out, '(');
    for (uint32_t i = 0; i < f->head->count; i++) {
        leat__text_add(out, i ? ", " : "");
        if (is_pointer(f, i)) {
            leat__text_printf(out, "(void *)at%u", i);
            continue;
        }
        leat__text_add(out, "((");
        leat__layout_declare(l, out, leat__param_type(f, i), "");
        leat__text_printf(out, " *)at%u)[%s]", i, k);
    }
    leat__text_addc(out, ')');
}

static void write_moves(struct leat__text *out, const struct leat__function *f)
{
    for (uint32_t i = 0; i < f->head->count; i++)
        leat__text_printf(out, " at%u += step%u;", i, i);
}

/* --- loops --- */

static void write_row(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f,
                      enum leat__stop stop, const char *wrong)
{
    const char *k = is_plain(f) ? "k" : "0";
    leat__text_add(out, "#define ALL(k) ");
    leat__text_add(out, wrong ? "one = " : f->head->result ? "to[k] = " : "");
    write_call(l, out, f, k);
    if (wrong)
        leat__text_printf(out, "; if (LEAT_NOT(*failed || %s)) { *to = one; return i + k; }", wrong);
    else
        leat__text_add(out, "; if (LEAT_NOT(*failed)) return i + k;");
    if (!is_plain(f))
        write_moves(out, f);
    leat__text_printf(out, "\n    if (stop == %d", stop);
    if (is_plain(f))
        leat__text_printf(out, " && step0 == %u", leat__param_type(f, 0)->size);
    leat__text_printf(out, ")\n        for (; n - i >= %d; i += %d", IN_A_ROW, IN_A_ROW);
    if (f->head->result && !wrong)
        leat__text_printf(out, ", to += %d", IN_A_ROW);
    if (is_plain(f))
        leat__text_printf(out, ", at0 += %d * step0", IN_A_ROW);
    leat__text_add(out, ") {\n            LEAT_8(ALL)\n        }\n#undef ALL\n");
}

static void write_rest(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f)
{
    const char *not_positive = bad(f, LEAT__STOP_NOT_POSITIVE), *true_ = bad(f, LEAT__STOP_TRUE);
    leat__text_add(out, "    for (; i < n; i++) {\n        ");
    leat__text_add(out, f->head->result ? "*to = " : "");
    write_call(l, out, f, "0");
    leat__text_add(out, ";\n        if (*failed)\n            break;\n");
    if (not_positive) {
        leat__text_add(out, "        one = *to;\n");
        leat__text_printf(out, "        if ((stop == %d && (%s)) || (stop == %d && (%s)))\n            break;\n",
                          LEAT__STOP_NOT_POSITIVE, not_positive, LEAT__STOP_TRUE, true_);
    }
    leat__text_printf(out, f->head->result ? "        to += stop == %d;\n       " : "       ", LEAT__STOP_NEVER);
    write_moves(out, f);
    leat__text_add(out, "\n    }\n    return i;\n}\n");
}

static void write_begin(const struct leat__layout *l, struct leat__text *out, const struct leat__function *f)
{
    if (f->head->result) {
        leat__text_add(out, "    ");
        leat__layout_declare(l, out, f->head->result, "");
        leat__text_add(out, " *to = r");
        leat__text_add(out, bad(f, LEAT__STOP_TRUE) ? ", one;\n" : ";\n");
    }
    for (uint32_t i = 0; i < f->head->count; i++)
        leat__text_printf(out, "    char *at%u = a[%u].at;\n    unsigned long step%u = a[%u].step;\n", i, i, i, i);
    leat__text_add(out, "    unsigned i = 0;\n");
}

void leat__batch_write(struct leat__text *out, const struct leat__function *f)
{
    struct leat__layout l = { .out = out };
    leat__text_add(out, "(void *f, const struct leat_lane *a, void *r, unsigned n, int stop, "
                        "const unsigned *failed)\n{\n");
    if (f->head->result)
        leat__layout_define(&l, f->head->result);
    for (uint32_t i = 0; i < f->head->count; i++)
        leat__layout_define(&l, leat__param_type(f, i));
    write_begin(&l, out, f);
    for (enum leat__stop stop = LEAT__STOP_NEVER; is_small(f) && stop <= LEAT__STOP_TRUE; stop++)
        if (!stop || bad(f, stop))
            write_row(&l, out, f, stop, stop ? bad(f, stop) : NULL);
    write_rest(&l, out, f);
}
