/* encode: see codec.h. One walk over the layout; small pieces are gathered so
 * that a sink is called once a block. */
#include "base/error.h"
#include "value/codec.h"
#include "value/path.h"
#include "value/width.h"

struct writer {
    struct leat__sink *sink;
    leat_error *err;
    size_t used;
    unsigned char block[1024];
};

static int flush(struct writer *w)
{
    int code = w->used ? w->sink->take(w->sink, w->block, w->used) : 0;
    w->used = 0;
    return code;
}

static int put(struct writer *w, const void *bytes, size_t n)
{
    int code = 0;
    if (n > sizeof w->block - w->used && (code = flush(w)) < 0)
        return code;
    if (n >= sizeof w->block)
        return w->sink->take(w->sink, bytes, n);
    if (n)
        memcpy(w->block + w->used, bytes, n);
    w->used += n;
    return 0;
}

static int put_length(struct writer *w, uint64_t n) { return put(w, &n, sizeof n); }

static int put_scalar(struct writer *w, struct leat__spot s)
{
    if (!s.bits && s.type->kind != LEAT__BOOL)
        return put(w, s.at, leat__width(s));
    struct leat__integer x = leat__scalar_load(s);
    uint64_t raw = x.negative ? -x.magnitude : x.magnitude;
    if (s.type->kind == LEAT__BOOL)
        raw = raw != 0;
    return put(w, &raw, leat__width(s));
}

/* What stands behind the NUL is whatever the memory held before. */
static int put_chars(struct writer *w, const struct leat__type *t, const char *at)
{
    static const char zeros[64];
    size_t n = strnlen(at, t->count), rest = t->count - n;
    int code = put(w, at, n);
    for (size_t most = sizeof zeros; rest && !code; rest -= most) {
        most = rest < most ? rest : most;
        code = put(w, zeros, most);
    }
    return code;
}

static int put_text(struct writer *w, const void *at)
{
    const char *text;
    memcpy(&text, at, sizeof text);
    size_t n = text ? strlen(text) : 0;
    int code = put_length(w, text ? n : UINT64_MAX);
    return code ? code : put(w, text, n);
}

static int encode(struct writer *w, struct leat__spot s, const struct leat__step *at);

static int put_items(struct writer *w, struct leat__items x, const struct leat__step *at)
{
    int code = 0;
    if (!x.count || !leat__width_least(x.type))
        return 0;
    if (leat__is_flat(x.type))
        return put(w, x.at, x.count * x.type->size);
    for (size_t i = 0; i < x.count && !code; i++) {
        struct leat__step step = leat__step_item(at, i);
        code = encode(w, leat__spot_of(x.type, x.at + i * x.type->size), &step);
    }
    return code;
}

static int put_slice(struct writer *w, const struct leat__type *t, const void *from,
                     const struct leat__step *at)
{
    struct leat__items x = leat__items_of(t, from);
    size_t told;
    memcpy(&told, (const char *)from + t->members[1].offset, sizeof told);
    if (told != x.count)
        return leat__refuse(at, w->err, LEAT_EINPUT, "its len is %zu and its data is NULL", told);
    int code = put_length(w, x.count);
    return code ? code : put_items(w, x, at);
}

static int put_block(struct writer *w, const struct leat__type *t, const void *from,
                     const struct leat__step *at)
{
    struct leat__items x = leat__block_items(t, from);
    size_t told;
    if (!leat__block_count(t, from, &told))
        return leat__refuse(at, w->err, LEAT_EINPUT, "its lengths are no number of items");
    if (told != x.count)
        return leat__refuse(at, w->err, LEAT_EINPUT, "it is NULL, and of %zu items", told);
    return put_items(w, x, at);
}

static int put_members(struct writer *w, const struct leat__type *t, const void *from, bool blocks,
                       const struct leat__step *at)
{
    int code = 0;
    for (uint32_t i = 0; i < t->count && !code; i++) {
        const struct leat__member *m = &t->members[i];
        struct leat__step step = leat__step_member(at, m->name);
        if (!leat__is_filler(m) && leat__is_block(m->type) == blocks)
            code = encode(w, leat__spot_member(m, from), &step);
    }
    return code;
}

static int put_struct(struct writer *w, const struct leat__type *t, const void *from,
                      const struct leat__step *at)
{
    int code = put_members(w, t, from, false, at);
    return code || !(t->flags & LEAT__BLOCKS) ? code : put_members(w, t, from, true, at);
}

static int encode(struct writer *w, struct leat__spot s, const struct leat__step *at)
{
    const struct leat__type *t = s.type;
    if (leat__is_scalar(t))
        return put_scalar(w, s);
    if (leat__is_text(t))
        return put_text(w, s.at);
    if (leat__is_chars(t))
        return put_chars(w, t, s.at);
    if (at->depth >= LEAT__CODEC_DEEPEST)
        return leat__refuse(at, w->err, LEAT_EINPUT, "nested more than %d deep",
                            LEAT__CODEC_DEEPEST);
    if (leat__is_block(t))
        return put_block(w, t, s.at, at);
    if (leat__is_slice(t))
        return put_slice(w, t, s.at, at);
    if (t->kind == LEAT__ARRAY)
        return put_items(w, leat__items_of(t, s.at), at);
    return put_struct(w, t, s.at, at);
}

int leat__encode_to(const struct leat__type *t, const void *at, struct leat__sink *sink,
                    leat_error *err)
{
    struct writer w;
    w.sink = sink;
    w.err = err;
    w.used = 0;
    if (!leat__is_derivable(t))
        return leat__refuse_opaque(t, err);
    int code = encode(&w, leat__spot_of(t, at), &(struct leat__step){ 0 });
    return code ? code : flush(&w);
}

struct text_sink { struct leat__sink sink; struct leat__text *out; };

static int take_text(struct leat__sink *sink, const void *bytes, size_t n)
{
    struct leat__text *out = ((struct text_sink *)sink)->out;
    leat__text_addn(out, bytes, n);
    return out->failed ? LEAT_ENOMEM : 0;
}

int leat__encode(const struct leat__type *t, const void *at, struct leat__text *out,
                 leat_error *err)
{
    struct text_sink s = { { take_text }, out };
    int code = leat__encode_to(t, at, &s.sink, err);
    return code == LEAT_ENOMEM ? leat__fail_memory(err) : code;
}
