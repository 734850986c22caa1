/* decode: see codec.h. Two walks over the layout: the first checks every byte
 * and adds up the memory the value will take; the second, which then trusts the
 * bytes, fills it. Only an allocation can fail in the second. */
#include "base/error.h"
#include "value/codec.h"
#include "value/destroy.h"
#include "value/path.h"
#include "value/width.h"
#include <stdlib.h>

/* Where parts live: in the arena's block, or malloc'ed each. */
struct homes { bool own_block, lent_block; };

/* Parts of a view are not its own, whatever their types say. */
static struct homes inside(const struct leat__type *t, struct homes homes)
{
    if (leat__is_block(t) ? t->flags & LEAT__TO_CONST : leat__is_view(t))
        homes.own_block = homes.lent_block;
    return homes;
}

static bool is_in_block(const struct leat__type *text, struct homes homes)
{
    return text->flags & LEAT__TO_CONST ? homes.lent_block : homes.own_block;
}

static size_t align_up(size_t n, size_t align) { return (n + align - 1) / align * align; }
static size_t align_of(const struct leat__type *t) { return t->align ? t->align : 1; }

/* --- the first walk --- */

struct checker {
    const unsigned char *at, *end;
    size_t budget, memory;      /* memory: what parts take so far          */
    size_t block, align;        /* of the block: its size, its alignment   */
    leat_error *err;
};

static size_t left(const struct checker *c) { return (size_t)(c->end - c->at); }

static int skip(struct checker *c, size_t n, const struct leat__step *at)
{
    if (n > left(c))
        return leat__refuse(at, c->err, LEAT_EINPUT, "cut: of %zu bytes %zu are there", n,
                            left(c));
    c->at += n;
    return 0;
}

/* Room for n items. Alignment counts, so that no order of parts exceeds it. */
static int reserve(struct checker *c, size_t n, size_t size, size_t align, bool in_block,
                   const struct leat__step *at)
{
    size_t all;
    if (__builtin_mul_overflow(n, size, &all) || __builtin_add_overflow(all, align, &all) ||
        all > c->budget - c->memory)
        return leat__refuse(at, c->err, LEAT_EINPUT, "takes more memory than the %zu bytes allowed",
                            c->budget);
    c->memory += all;
    if (in_block) {
        c->block = align_up(c->block, align) + n * size;
        c->align = align > c->align ? align : c->align;
    }
    return 0;
}

static int check_length(struct checker *c, uint64_t *n, const struct leat__step *at)
{
    const unsigned char *from = c->at;
    int code = skip(c, sizeof *n, at);
    if (!code)
        memcpy(n, from, sizeof *n);
    return code;
}

static bool is_signed(const struct leat__type *t)
{
    return t->kind == LEAT__INT || (t->kind == LEAT__ENUM && (t->flags & LEAT__SIGNED));
}

/* The bytes of a bit-field as its bits say: what is above them repeats the sign. */
static uint64_t load_bits(const unsigned char *from, struct leat__spot s, bool *fits)
{
    unsigned width = (unsigned)leat__width(s) * 8, above = 64 - (s.bits < 64 ? s.bits : 64);
    uint64_t raw = 0, all = width < 64 ? ((uint64_t)1 << width) - 1 : UINT64_MAX;
    memcpy(&raw, from, width / 8 < sizeof raw ? width / 8 : sizeof raw);
    uint64_t x = raw << above >> above;
    if (is_signed(s.type))
        x = (uint64_t)((int64_t)(raw << above) >> above);
    *fits = (x & all) == raw;
    return x;
}

static int check_scalar(struct checker *c, struct leat__spot s, const struct leat__step *at)
{
    const unsigned char *from = c->at;
    bool fits = true;
    int code = skip(c, leat__width(s), at);
    if (code)
        return code;
    if (s.type->kind == LEAT__BOOL && *from > 1)
        return leat__refuse(at, c->err, LEAT_EINPUT, "%u is neither true nor false", *from);
    if (s.bits)
        load_bits(from, s, &fits);
    return fits ? 0 : leat__refuse(at, c->err, LEAT_EINPUT, "more than its %u bits hold", s.bits);
}

static int check_chars(struct checker *c, const struct leat__type *t, const struct leat__step *at)
{
    const unsigned char *from = c->at;
    int code = skip(c, t->count, at);
    if (code)
        return code;
    for (size_t i = strnlen((const char *)from, t->count); i < t->count; i++)
        if (from[i])
            return leat__refuse(at, c->err, LEAT_EINPUT, "bytes behind the end of its text");
    return 0;
}

static int check_text(struct checker *c, const struct leat__type *t, struct homes homes,
                      const struct leat__step *at)
{
    uint64_t n = 0;
    int code = check_length(c, &n, at);
    if (code || n == UINT64_MAX)
        return code;
    const unsigned char *from = c->at;
    if ((code = skip(c, n, at)) < 0)
        return code;
    if (memchr(from, 0, n))
        return leat__refuse(at, c->err, LEAT_EINPUT, "a NUL inside the text");
    return reserve(c, n + 1, 1, 1, is_in_block(t, homes), at);
}

static int check(struct checker *c, struct leat__spot s, struct homes homes,
                 const struct leat__step *at);

/* n items whose memory is there. */
static int check_items(struct checker *c, const struct leat__type *item, size_t n,
                       struct homes homes, const struct leat__step *at)
{
    size_t least = n ? leat__width_least(item) : 0;
    int code = 0;
    if (!least)
        return 0;
    if (n > left(c) / least)
        return leat__refuse(at, c->err, LEAT_EINPUT, "cut: %zu items do not fit into %zu bytes", n,
                            left(c));
    if (leat__is_flat(item))
        return skip(c, n * least, at);
    for (size_t i = 0; i < n && !code; i++) {
        struct leat__step step = leat__step_item(at, i);
        code = check(c, leat__spot_of(item, NULL), homes, &step);
    }
    return code;
}

static int check_slice(struct checker *c, const struct leat__type *t, struct homes homes,
                       const struct leat__step *at)
{
    const struct leat__type *item = leat__slice_item(t);
    uint64_t n = 0;
    int code = check_length(c, &n, at);
    homes = inside(t, homes);
    if (code || (code = reserve(c, n, item->size, align_of(item), homes.own_block, at)) < 0)
        return code;
    return check_items(c, item, n, homes, at);
}

/* What a block's lengths come to, as they are met. */
struct product { uint64_t n; bool none, bad; };

static void multiply(struct product *p, const unsigned char *from, const struct leat__extent *e)
{
    bool fits;
    struct leat__spot s = { e->type, NULL, e->bits, e->bit };
    uint64_t n = 0;
    size_t width = leat__width(s) < sizeof n ? leat__width(s) : sizeof n;
    if (s.bits)
        n = load_bits(from, s, &fits);
    else
        memcpy(&n, from, width);
    unsigned above = 64 - (unsigned)width * 8;
    if (is_signed(e->type) && (int64_t)(s.bits ? n : n << above) < 0)
        p->bad = true;
    p->bad |= n == UINT64_MAX;
    p->none |= n == 0;
    if (__builtin_mul_overflow(p->n, n, &p->n))
        p->n = UINT64_MAX;
}

static int check_block(struct checker *c, const struct leat__type *t, const struct product *p,
                       struct homes homes, const struct leat__step *at)
{
    size_t n = p->none ? 0 : p->n;
    if (p->bad)
        return leat__refuse(at, c->err, LEAT_EINPUT, "its lengths are no number of items");
    homes = inside(t, homes);
    int code = reserve(c, n, t->of->size, align_of(t->of), homes.own_block, at);
    return code ? code : check_items(c, t->of, n, homes, at);
}

/* Which of the struct's blocks the member is a length of. */
static void note_lengths(const struct leat__type *t, const struct leat__member *m,
                         const unsigned char *from, struct product *products)
{
    for (uint32_t i = 0, b = 0; i < t->count; i++) {
        const struct leat__member *block = &t->members[i];
        if (!leat__is_block(block->type))
            continue;
        for (uint32_t k = 0; k < block->type->count; k++) {
            const struct leat__extent *e = &block->type->extents[k];
            if ((int64_t)block->offset + e->at == m->offset && e->bits == m->bits && e->bit == m->bit)
                multiply(&products[b], from, e);
        }
        b++;
    }
}

static int check_members(struct checker *c, const struct leat__type *t, struct homes homes,
                         struct product *products, const struct leat__step *at)
{
    int code = 0;
    for (uint32_t i = 0; i < t->count && !code; i++) {
        const struct leat__member *m = &t->members[i];
        struct leat__step step = leat__step_member(at, m->name);
        const unsigned char *from = c->at;
        if (leat__is_filler(m) || leat__is_block(m->type))
            continue;
        code = check(c, leat__spot_nowhere(m), homes, &step);
        if (!code && products)
            note_lengths(t, m, from, products);
    }
    return code;
}

/* Blocks stand behind the members that tell how many items they have. */
static int check_blocks(struct checker *c, const struct leat__type *t, struct homes homes,
                        const struct leat__step *at)
{
    struct product products[LEAT__MOST_BLOCKS];
    for (uint32_t b = 0; b < LEAT__MOST_BLOCKS; b++)
        products[b] = (struct product){ .n = 1 };
    int code = check_members(c, t, homes, products, at);
    for (uint32_t i = 0, b = 0; i < t->count && !code; i++) {
        struct leat__step step = leat__step_member(at, t->members[i].name);
        if (leat__is_block(t->members[i].type))
            code = check_block(c, t->members[i].type, &products[b++], homes, &step);
    }
    return code;
}

static int check(struct checker *c, struct leat__spot s, struct homes homes,
                 const struct leat__step *at)
{
    const struct leat__type *t = s.type;
    if (leat__is_scalar(t))
        return check_scalar(c, s, at);
    if (t->kind == LEAT__POINTER)
        return check_text(c, t, homes, at);
    if (leat__is_chars(t))
        return check_chars(c, t, at);
    if (at->depth >= LEAT__CODEC_DEEPEST)
        return leat__refuse(at, c->err, LEAT_EINPUT, "nested more than %d deep",
                            LEAT__CODEC_DEEPEST);
    if (leat__is_slice(t))
        return check_slice(c, t, homes, at);
    if (t->kind == LEAT__ARRAY)
        return check_items(c, t->of, t->count, homes, at);
    return t->flags & LEAT__BLOCKS ? check_blocks(c, t, homes, at) : check_members(c, t, homes, NULL, at);
}

/* --- the second walk --- */

struct filler {
    const unsigned char *at;
    char *block;                /* zeros, from where the next part can stand */
};

static void load(struct filler *f, void *to, size_t n)
{
    if (n)
        memcpy(to, f->at, n);
    f->at += n;
}

/* Zeros, and never NULL for no bytes. */
static void *take(struct filler *f, size_t n, size_t align, bool in_block)
{
    if (in_block) {
        char *p = (char *)align_up((uintptr_t)f->block, align);
        f->block = p + n;
        return p;
    }
    if (align <= _Alignof(max_align_t) || (align & (align - 1)))
        return calloc(1, n ? n : 1);
    void *p = aligned_alloc(align, align_up(n ? n : 1, align));
    return p ? memset(p, 0, n) : NULL;
}

static void fill_scalar(struct filler *f, struct leat__spot s)
{
    bool fits;
    if (!s.bits && s.type->kind != LEAT__BOOL) {
        load(f, s.at, leat__width(s));
        return;
    }
    uint64_t raw = s.bits ? load_bits(f->at, s, &fits) : *f->at;
    bool negative = is_signed(s.type) && (int64_t)raw < 0;
    leat__scalar_store(s, (struct leat__integer){ negative ? -raw : raw, negative });
    f->at += leat__width(s);
}

static int fill_text(struct filler *f, const struct leat__type *t, struct homes homes, void *at)
{
    uint64_t n;
    load(f, &n, sizeof n);
    if (n == UINT64_MAX)
        return 0;
    char *text = take(f, n + 1, 1, is_in_block(t, homes));
    if (!text)
        return LEAT_ENOMEM;
    load(f, text, n);
    memcpy(at, &text, sizeof text);
    return 0;
}

static int fill(struct filler *f, struct leat__spot s, struct homes homes);

static int fill_items(struct filler *f, struct leat__items x, struct homes homes)
{
    int code = 0;
    if (!x.count || !leat__width_least(x.type))
        return 0;
    if (leat__is_flat(x.type)) {
        load(f, x.at, x.count * x.type->size);
        return 0;
    }
    for (size_t i = 0; i < x.count && !code; i++)
        code = fill(f, leat__spot_of(x.type, x.at + i * x.type->size), homes);
    return code;
}

/* The items are zeros when they are hung in, so that leat__destroy may come at
 * any time. */
static int fill_slice(struct filler *f, const struct leat__type *t, struct homes homes, void *at)
{
    const struct leat__type *item = leat__slice_item(t);
    uint64_t n;
    load(f, &n, sizeof n);
    homes = inside(t, homes);
    char *items = take(f, n * item->size, align_of(item), homes.own_block);
    if (!items)
        return LEAT_ENOMEM;
    leat__put_slice(t, at, items, n);
    return fill_items(f, (struct leat__items){ item, items, n }, homes);
}

static int fill_block(struct filler *f, const struct leat__type *t, struct homes homes, void *at)
{
    size_t n = 0;
    leat__block_count(t, at, &n);
    homes = inside(t, homes);
    char *items = take(f, n * t->of->size, align_of(t->of), homes.own_block);
    if (!items)
        return LEAT_ENOMEM;
    memcpy(at, &items, sizeof items);
    return fill_items(f, (struct leat__items){ t->of, items, n }, homes);
}

static int fill_members(struct filler *f, struct leat__spot s, struct homes homes, bool blocks)
{
    const struct leat__type *t = s.type;
    int code = 0;
    for (uint32_t i = 0; i < t->count && !code; i++)
        if (!leat__is_filler(&t->members[i]) && leat__is_block(t->members[i].type) == blocks)
            code = fill(f, leat__spot_member(&t->members[i], s.at), homes);
    return code;
}

static int fill(struct filler *f, struct leat__spot s, struct homes homes)
{
    const struct leat__type *t = s.type;
    int code = 0;
    if (leat__is_scalar(t))
        fill_scalar(f, s);
    else if (leat__is_text(t))
        code = fill_text(f, t, homes, s.at);
    else if (leat__is_block(t))
        code = fill_block(f, t, homes, s.at);
    else if (leat__is_chars(t))
        load(f, s.at, t->count);
    else if (leat__is_slice(t))
        code = fill_slice(f, t, homes, s.at);
    else if (t->kind == LEAT__ARRAY)
        code = fill_items(f, leat__items_of(t, s.at), homes);
    else if (!(code = fill_members(f, s, homes, false)) && (t->flags & LEAT__BLOCKS))
        code = fill_members(f, s, homes, true);
    return code;
}

/* --- both --- */

static int check_all(const struct leat__type *t, struct leat__encoded in, struct homes homes,
                     struct checker *c)
{
    const struct leat__step root = { 0 };
    c->end = c->at = in.bytes;
    c->end += in.size;
    int code = check(c, leat__spot_of(t, NULL), homes, &root);
    if (!code && left(c))
        code = leat__refuse(&root, c->err, LEAT_EINPUT, "%zu bytes are left over", left(c));
    return code;
}

/* Built aside: when memory runs out, `at` is as it was. */
static int build(const struct leat__type *t, struct filler *f, struct homes homes, void *at)
{
    void *aside = calloc(1, t->size ? t->size : 1);
    if (!aside)
        return LEAT_ENOMEM;
    int code = fill(f, leat__spot_of(t, aside), homes);
    if (code == 0)
        memcpy(at, aside, t->size);
    else if (!homes.lent_block)
        leat__destroy_copy(t, aside);
    else if (!homes.own_block)
        leat__destroy(t, aside);
    free(aside);
    return code;
}

static int decode(const struct leat__type *t, struct leat__encoded in, struct homes homes,
                  struct leat__arena *arena, void *at, leat_error *err)
{
    struct checker c = { .budget = in.budget, .align = 1, .err = err };
    struct filler f = { .at = in.bytes };
    if (!leat__is_derivable(t))
        return leat__refuse_opaque(t, err);
    int code = check_all(t, in, homes, &c);
    if (code)
        return code;
    if (arena) {
        size_t slack = c.align > _Alignof(max_align_t) ? c.align : 0;
        if (!(f.block = leat__arena_alloc(arena, c.block + slack)))
            return leat__fail_memory(err);
        f.block = (char *)align_up((uintptr_t)f.block, c.align);
    }
    if (homes.own_block) {      /* nothing can fail */
        memset(at, 0, t->size);
        return fill(&f, leat__spot_of(t, at), homes);
    }
    return build(t, &f, homes, at) ? leat__fail_memory(err) : 0;
}

int leat__decode(const struct leat__type *t, struct leat__encoded in, struct leat__arena *arena,
                 void *at, leat_error *err)
{
    return decode(t, in, (struct homes){ arena, arena }, arena, at, err);
}

int leat__decode_to_own(const struct leat__type *t, struct leat__encoded in,
                        struct leat__arena *arena, void *at, leat_error *err)
{
    return decode(t, in, (struct homes){ false, true }, arena, at, err);
}
