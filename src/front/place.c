/* place: whether a caller's place can hold a value, and putting it there. */
#include "base/error.h"
#include "front/run.h"
#include <stdio.h>
#include <string.h>

static bool is_number(const struct leat__type *t)
{
    return t->kind == LEAT__BOOL || t->kind == LEAT__INT || t->kind == LEAT__UINT || t->kind == LEAT__FLOAT ||
           t->kind == LEAT__ENUM || t->kind == LEAT__CHAR;
}

static void type_name(const struct leat__node *n, char *buf, size_t size)
{
    struct leat__text text = { 0 };
    if (n->type) {
        struct leat__type pointer = { .kind = LEAT__POINTER, .size = 8, .of = n->type,
                                      .flags = n->flags & LEAT__NODE_BORROWED ? LEAT__TO_CONST : 0 };
        bool wrap = (n->flags & LEAT__NODE_BY_POINTER) && (n->flags & LEAT__NODE_OBJECT);
        leat__type_print(&text, wrap ? &pointer : n->type);
    }
    snprintf(buf, size, "%s", text.data ? text.data : "void");
    leat__text_fini(&text);
}

/* Two spellings of a type are the same but for spaces, and `const` in front. */
static bool same_spelling(const char *a, const char *b)
{
    if (!strncmp(a, "const ", 6))
        a += 6;
    if (!strncmp(b, "const ", 6))
        b += 6;
    for (;;) {
        a += strspn(a, " ");
        b += strspn(b, " ");
        if (*a != *b)
            return false;
        if (!*a)
            return true;
        a++;
        b++;
    }
}

enum shape { NO, NUMBER, BYTES, ADDRESS };

/* How a value of n goes to the place: as a number, as its bytes, as an address. */
static enum shape shape_of(const struct leat__node *n, const leat_place *p)
{
    char text[300], value[310];
    bool object = n->flags & LEAT__NODE_OBJECT;
    size_t size = n->type->size;
    if (p->kind >= LEAT_KIND_BOOL && p->kind <= LEAT_KIND_FLOAT)
        return is_number(n->type) && size <= 8 ? NUMBER : NO;
    if (p->kind == LEAT_KIND_STRING && !p->type)
        return leat__is_text(n->type) && p->size == sizeof(char *) ? BYTES : NO;
    if (!p->type)
        return object && p->size == size ? BYTES : (!object && p->size == size) ? BYTES
             : object && p->size == sizeof(void *) && (n->flags & LEAT__NODE_BY_POINTER) ? ADDRESS : NO;
    type_name(n, text, sizeof text);
    if (same_spelling(p->type, text))
        return object && (n->flags & LEAT__NODE_BY_POINTER) ? ADDRESS : p->size == size ? BYTES : NO;
    snprintf(value, sizeof value, "%.*s", (int)(strlen(text) - (object && (n->flags & LEAT__NODE_BY_POINTER))), text);
    if (object && same_spelling(p->type, value))
        return p->size == size ? BYTES : NO;
    snprintf(value, sizeof value, "%s*", text);
    if (object && same_spelling(p->type, value))
        return ADDRESS;
    if (p->size != size)
        return NO;
    bool as_float = same_spelling(p->type, "float") || same_spelling(p->type, "double");
    return leat__is_slice(n->type) || (is_number(n->type) && as_float == (n->type->kind == LEAT__FLOAT)) ? BYTES : NO;
}

bool leat__place_is_address(const struct leat__node *n, leat_place place)
{
    return shape_of(n, &place) == ADDRESS;
}

int leat__place_check(const struct leat__node *n, leat_place place, leat_error *err)
{
    char text[300];
    if (!place.to || (n->type && shape_of(n, &place) != NO))
        return 0;
    type_name(n, text, sizeof text);
    return leat__fail(err, LEAT_ETYPE, "%s is %s, and the place is %s", n->name, text,
                      place.type ? place.type : "of another type");
}

static bool write_number(const struct leat__type *t, const void *at, leat_place p)
{
    int64_t i = 0;
    uint64_t u = 0;
    double d;
    float f;
    memcpy(&u, at, t->size);
    bool is_signed = t->kind == LEAT__INT || t->kind == LEAT__CHAR || (t->kind == LEAT__ENUM && (t->flags & LEAT__SIGNED));
    i = is_signed && t->size < 8 ? (int64_t)(u << (64 - 8 * t->size)) >> (64 - 8 * t->size) : (int64_t)u;
    if (t->kind == LEAT__FLOAT) {
        memcpy(&f, at, 4);
        if (t->size == 8)
            memcpy(&d, at, 8);
        else
            d = (double)f;
        if (p.kind != LEAT_KIND_FLOAT) {
            if (d != (double)(int64_t)d)
                return false;
            i = (int64_t)d;
            u = (uint64_t)i;
            is_signed = true;
        }
    } else {
        d = is_signed ? (double)i : (double)u;
    }
    bool negative = is_signed && i < 0;
    switch (p.kind) {
    case LEAT_KIND_FLOAT:
        f = (float)d;
        memcpy(p.to, p.size == 4 ? (void *)&f : (void *)&d, p.size == 4 ? 4 : 8);
        return p.size == 4 || p.size == 8;
    case LEAT_KIND_BOOL:
        *(bool *)p.to = u != 0;
        return u <= 1;
    case LEAT_KIND_UINT:
        if (negative || (p.size < 8 && u >> (8 * p.size)))
            return false;
        memcpy(p.to, &u, p.size);
        return true;
    default:
        if ((!is_signed && u > INT64_MAX) ||
            (p.size < 8 && (i < -((int64_t)1 << (8 * p.size - 1)) || i >= (int64_t)1 << (8 * p.size - 1))))
            return false;
        memcpy(p.to, &i, p.size);
        return true;
    }
}

int leat__place_write(const struct leat__node *n, const void *at, leat_place place, leat_error *err)
{
    if (!place.to)
        return 0;
    switch (shape_of(n, &place)) {
    case NUMBER:
        if (!at)
            return leat__fail(err, LEAT_ENOVALUE, "%s is NULL", n->name);
        if (write_number(n->type, at, place))
            return 0;
        return leat__fail(err, LEAT_ETYPE, "%s: the number does not fit the place", n->name);
    case BYTES:
        if (!at)
            return leat__fail(err, LEAT_ENOVALUE, "%s is NULL", n->name);
        memcpy(place.to, at, place.size);
        return 0;
    case ADDRESS:
        memcpy(place.to, &at, sizeof at);
        return 0;
    default:
        return leat__place_check(n, place, err);
    }
}
