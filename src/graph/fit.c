/* fit: T * gives const T *, never the reverse; slices agree by their element;
 * no numeric conversion. */
#include "graph/fit.h"

static bool holds_pointer(const struct leat__type *t, unsigned depth)
{
    if (t->kind == LEAT__POINTER || depth > 16)
        return true;
    if (t->kind == LEAT__ARRAY)
        return holds_pointer(t->of, depth + 1);
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++)
        if (holds_pointer(t->members[i].type, depth + 1))
            return true;
    return false;
}

/* Something in it is borrowed or unknown: what it was made from must stay. */
static bool keeps(const struct leat__type *t, unsigned depth)
{
    if (depth > 16 || (t->flags & LEAT__INCOMPLETE))
        return true;
    if (t->kind == LEAT__POINTER)
        return (t->flags & LEAT__TO_CONST) || t->of->kind == LEAT__VOID;
    if (leat__is_slice(t))
        return leat__is_view(t) || keeps(leat__slice_item(t), depth + 1);
    if (t->kind == LEAT__ARRAY)
        return keeps(t->of, depth + 1);
    if (leat__release_member(t))
        return false;               /* what it looks at it keeps alive itself */
    for (uint32_t i = 0; leat__is_record(t) && i < t->count; i++)
        if (keeps(t->members[i].type, depth + 1))
            return true;
    return false;
}

static bool is_object(const struct leat__type *t)
{
    return leat__is_record(t) || t->size > 8;
}

struct leat__value_form leat__form_of_result(const struct leat__type *t)
{
    struct leat__value_form form = { t, 0 };
    if (t->kind == LEAT__POINTER) {
        form.flags = LEAT__NODE_BY_POINTER;
        if (leat__is_record(t->of)) {
            form.flags |= LEAT__NODE_OBJECT;
            form.type = t->of;
        }
        if (t->flags & LEAT__TO_CONST)
            form.flags |= LEAT__NODE_BORROWED | LEAT__NODE_KEEPS;
        else if (t->of->kind != LEAT__FUNCTION)
            form.flags |= LEAT__NODE_OWNED | (leat__is_record(t->of) && keeps(t->of, 0) ? LEAT__NODE_KEEPS : 0);
    } else if (is_object(t)) {
        form.flags = LEAT__NODE_OBJECT;
        if (!leat__is_trivial(t))
            form.flags |= LEAT__NODE_OWNED;
        if (keeps(t, 0))
            form.flags |= LEAT__NODE_KEEPS;
    }
    return form;
}

struct leat__value_form leat__form_of_input(const struct leat__type *t)
{
    struct leat__value_form form = { t, 0 };
    if (leat__is_object_pointer(t)) {
        form.type = t->of;
        form.flags = LEAT__NODE_OBJECT | (t->of->size ? 0 : LEAT__NODE_BY_POINTER);
    } else if (is_object(t)) {
        form.flags = LEAT__NODE_OBJECT;
    } else if (t->kind == LEAT__POINTER) {
        form.flags = LEAT__NODE_BY_POINTER;
    }
    return form;
}

struct leat__value_form leat__form_of_part(const struct leat__type *t)
{
    struct leat__value_form form = { t, 0 };
    bool function = t->kind == LEAT__POINTER && t->of->kind == LEAT__FUNCTION;
    if (leat__is_object_pointer(t)) {
        form.type = t->of;
        form.flags = LEAT__NODE_OBJECT | LEAT__NODE_BY_POINTER;
    } else if (t->kind == LEAT__POINTER) {
        form.flags = LEAT__NODE_BY_POINTER;
    } else if (t->kind == LEAT__ARRAY || is_object(t)) {
        form.flags = LEAT__NODE_OBJECT;
    }
    if (form.flags)
        form.flags |= LEAT__NODE_KEEPS | (function ? 0 : LEAT__NODE_BORROWED);
    return form;
}

/* What a pointer or slice of `from` may be read as: `to` adds const or is equal. */
static bool item_fits(const struct leat__type *from, bool from_const, const struct leat__type *to, bool to_const)
{
    if (from_const && !to_const)
        return false;
    if (leat__is_text(from) && leat__is_text(to))
        return !(from->flags & LEAT__TO_CONST) || (to->flags & LEAT__TO_CONST);
    return leat__type_equal(from, to);
}

static bool object_fits(const struct leat__type *from, const struct leat__type *to)
{
    if (from == to)
        return true;
    if (leat__is_slice(from) && leat__is_slice(to))
        return from->count >= to->count &&
               item_fits(leat__slice_item(from), leat__is_view(from), leat__slice_item(to), leat__is_view(to));
    return leat__type_equal(from, to);
}

bool leat__fit(const struct leat__node *n, const struct leat__type *t, struct leat__edge *edge)
{
    const struct leat__type *v = n->type;
    edge->how = LEAT__HOW_SLOT;
    edge->writes = 0;
    if (!v)
        return false;
    if (!(n->flags & LEAT__NODE_OBJECT)) {
        if (v == t && t->kind != LEAT__POINTER)
            return true;
        edge->pointer = t->kind == LEAT__POINTER;
        if (v->kind != LEAT__POINTER || t->kind != LEAT__POINTER)
            return leat__type_equal(v, t);
        edge->writes = !(t->flags & LEAT__TO_CONST) && t->of->kind != LEAT__FUNCTION;
        return item_fits(v->of, v->flags & LEAT__TO_CONST, t->of, t->flags & LEAT__TO_CONST);
    }
    if (t->kind == LEAT__POINTER) {
        edge->pointer = 1;
        edge->writes = !(t->flags & LEAT__TO_CONST);
        if (edge->writes && (n->flags & LEAT__NODE_BORROWED))
            return false;
        if (v->kind == LEAT__ARRAY)
            return item_fits(v->of, false, t->of, true);
        return leat__is_record(t->of) && object_fits(v, t->of);
    }
    edge->how = LEAT__HOW_OBJECT;
    edge->pointer = holds_pointer(t, 0);
    return !(v->flags & LEAT__INCOMPLETE) && object_fits(v, t);
}
