/* sig: see codec.h. A struct round itself is told by how many structs up it
 * stands: ^1 is the nearest. So is a slice whose items are such slices, [^1]. */
#include "base/error.h"
#include "base/escape.h"
#include "value/codec.h"
#include "value/path.h"
#include "value/width.h"

/* Structs and slices on the way down. */
struct way { const struct way *up; const struct leat__type *type; };

/* How many of its kind up it stands; 0: it does not. */
static unsigned find_up(const struct way *up, const struct leat__type *t)
{
    unsigned n = 0;
    for (; up; up = up->up) {
        n += leat__is_slice(up->type) == leat__is_slice(t);
        if (up->type == t || leat__type_equal(up->type, t))
            return n;
    }
    return 0;
}

static void print_name(struct leat__text *out, const char *name)
{
    leat__escape_json(out, name ? name : "", name ? strlen(name) : 0);
}

/* An enumerator means its value, so both count. */
static void print_enum(struct leat__text *out, const struct leat__type *t)
{
    print_name(out, t->name);
    for (uint32_t i = 0; i < t->count; i++) {
        leat__text_addc(out, i ? ',' : '{');
        print_name(out, t->enumerators[i].name);
        leat__text_printf(out, "=%lld", (long long)t->enumerators[i].value);
    }
    leat__text_add(out, t->count ? "}" : "{}");
}

static void print_scalar(struct leat__text *out, struct leat__spot s)
{
    static const char *const letters[] = {
        [LEAT__BOOL] = "b", [LEAT__INT] = "i",   [LEAT__UINT] = "u",
        [LEAT__CHAR] = "c", [LEAT__FLOAT] = "f", [LEAT__ENUM] = "e"
    };
    leat__text_add(out, letters[s.type->kind]);
    if (s.type->kind == LEAT__ENUM)
        leat__text_add(out, s.type->flags & LEAT__SIGNED ? "i" : "u");
    if (s.bits)
        leat__text_printf(out, ":%u", s.bits);
    else if (s.type->kind != LEAT__BOOL && s.type->kind != LEAT__CHAR)
        leat__text_printf(out, "%zu", leat__width(s));
    if (s.type->kind == LEAT__ENUM)
        print_enum(out, s.type);
}

static void print(struct leat__text *out, struct leat__spot s, const struct way *up);

/* Members of a struct without a name stand in a struct of their own: they are
 * encoded where they would be without it, but told with it. */
static void print_struct(struct leat__text *out, const struct leat__type *t, const struct way *up)
{
    unsigned n = find_up(up, t);
    if (n) {
        leat__text_printf(out, "^%u", n);
        return;
    }
    const struct way here = { up, t };
    const char *between = "{";
    leat__text_add(out, "struct");
    print_name(out, t->name);
    for (uint32_t i = 0; i < t->count; i++) {
        if (leat__is_filler(&t->members[i]))
            continue;
        leat__text_add(out, between);
        print_name(out, t->members[i].name);
        leat__text_addc(out, ':');
        print(out, leat__spot_nowhere(&t->members[i]), &here);
        between = ",";
    }
    leat__text_add(out, *between == '{' ? "{}" : "}");
}

static void print_slice(struct leat__text *out, const struct leat__type *t, const struct way *up)
{
    unsigned n = find_up(up, t);
    const struct way here = { up, t };
    if (n) {
        leat__text_printf(out, "[^%u]", n);
        return;
    }
    print(out, leat__spot_of(leat__slice_item(t), NULL), &here);
    leat__text_add(out, "[]");
}

/* Element first: i4[3], t[], f8["rows"*"cols"], struct"day"{...}[]. */
static void print(struct leat__text *out, struct leat__spot s, const struct way *up)
{
    const struct leat__type *t = s.type;
    if (leat__is_scalar(t)) {
        print_scalar(out, s);
    } else if (leat__is_text(t)) {
        leat__text_addc(out, 't');
    } else if (leat__is_block(t)) {
        print(out, leat__spot_of(t->of, NULL), up);
        for (uint32_t i = 0; i < t->count; i++) {
            leat__text_addc(out, i ? '*' : '[');
            print_name(out, t->extents[i].name);
        }
        leat__text_addc(out, ']');
    } else if (leat__is_slice(t)) {
        print_slice(out, t, up);
    } else if (t->kind == LEAT__ARRAY) {
        print(out, leat__spot_of(t->of, NULL), up);
        leat__text_printf(out, "[%u]", t->count);
    } else {
        print_struct(out, t, up);
    }
}

int leat__sig_print(struct leat__text *out, const struct leat__type *t)
{
    if (!leat__is_derivable(t))
        return LEAT_ETYPE;
    print(out, leat__spot_of(t, NULL), NULL);
    return out->failed ? LEAT_ENOMEM : 0;
}
