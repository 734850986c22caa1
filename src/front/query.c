/* query: what a driver tells of itself. Texts are made when they are first
 * asked for, under the driver's lock, and kept. */
#include "base/error.h"
#include "base/escape.h"
#include "base/suggest.h"
#include "front/run.h"
#include "value/io.h"
#include <stdlib.h>
#include <string.h>

static const struct leat__node *node(const leat_driver *d, leat_id id)
{
    return d && id.n < d->graph.count ? &d->graph.node[id.n] : NULL;
}

size_t leat_driver_count(const leat_driver *d) { return d ? d->graph.count : 0; }

int leat_driver_find(const leat_driver *d, const char *name, leat_id *out_id)
{
    uint32_t id = d && name ? leat__graph_find(&d->graph, name) : LEAT__NONE;
    if (id == LEAT__NONE)
        return LEAT_ENOTFOUND;
    out_id->n = id;
    return 0;
}

int leat_driver_owner(const leat_driver *d, const char *name, leat_id *out_id, leat_error *err)
{
    return d ? leat__view_find(&d->graph, name, &out_id->n, NULL, err) : leat__fail_memory(err);
}

const char *leat_driver_suggest(const leat_driver *d, const char *name)
{
    return d && name ? leat__graph_suggest(&d->graph, name) : NULL;
}

const char *leat_driver_name(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n ? n->name : NULL;
}

leat_node_kind leat_driver_kind(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    if (!n)
        return LEAT_NODE_FUNCTION;
    if (n->flags & LEAT__NODE_FLOW)
        return LEAT_NODE_FLOW;
    if (n->flags & LEAT__NODE_DEFAULT)
        return LEAT_NODE_INPUT;
    switch (n->kind) {
    case LEAT__NODE_INPUT:    return LEAT_NODE_INPUT;
    case LEAT__NODE_OUTPUT:   return LEAT_NODE_OUTPUT;
    case LEAT__NODE_CONSTANT: return LEAT_NODE_CONSTANT;
    case LEAT__NODE_FIELD:
    case LEAT__NODE_ITEM:     return LEAT_NODE_FIELD;
    default:                  return n->flags & LEAT__NODE_STREAM ? LEAT_NODE_STREAM : n->flags & LEAT__NODE_SINK ? LEAT_NODE_SINK : LEAT_NODE_FUNCTION;
    }
}

/* One lazily made text per node: fill writes it once. */
static const char *lazy(const leat_driver *cd, leat_id id, size_t table,
                        void (*fill)(struct leat__text *, const struct leat__graph *, const struct leat__node *))
{
    const struct leat__node *n = node(cd, id);
    if (!n)
        return NULL;
    leat_driver *d = (leat_driver *)cd;
    const char ***at = (const char ***)((char *)d + table);
    pthread_mutex_lock(&d->lock);
    if (!*at)
        *at = calloc((size_t)d->graph.count + 1, sizeof **at);
    const char *text = *at ? (*at)[id.n] : NULL;
    if (*at && !text) {
        struct leat__text out = { 0 };
        fill(&out, &d->graph, n);
        text = (*at)[id.n] = out.failed ? NULL : leat__arena_strndup(&d->arena, out.data ? out.data : "", out.len);
        leat__text_fini(&out);
    }
    pthread_mutex_unlock(&d->lock);
    return text ? text : "";
}

static void fill_type(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n)
{
    (void)g;
    if (!n->type) {
        leat__text_add(out, "void");
        return;
    }
    struct leat__type pointer = { .kind = LEAT__POINTER, .size = 8, .of = n->type,
                                  .flags = n->flags & LEAT__NODE_BORROWED ? LEAT__TO_CONST : 0 };
    bool wrap = (n->flags & LEAT__NODE_BY_POINTER) && (n->flags & LEAT__NODE_OBJECT);
    leat__type_print(out, wrap ? &pointer : n->type);
}

static void fill_shape(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n)
{
    const struct leat__literal *literal = n->kind == LEAT__NODE_CONSTANT ? leat__rest(g, n)->literal : NULL;
    if (literal && n->flags & LEAT__NODE_SECRET) {
        leat__text_add(out, "(secret)");
        return;
    }
    if (literal && n->type && leat__is_text(n->type))
        leat__escape_json(out, literal->text, strlen(literal->text));
    else if (literal)
        leat__text_add(out, literal->text);
    else if (n->type)
        leat__type_shape(out, n->type);
}

static void fill_default(struct leat__text *out, const struct leat__graph *g, const struct leat__node *n)
{
    (void)g;
    leat__text_printf(out, "%s:%d", n->function->head->file ? n->function->head->file : "", n->function->head->line);
}

const char *leat_driver_type(const leat_driver *d, leat_id id)
{
    return lazy(d, id, offsetof(leat_driver, type_text), fill_type);
}

const char *leat_driver_shape(const leat_driver *d, leat_id id)
{
    return lazy(d, id, offsetof(leat_driver, shape_text), fill_shape);
}

const char *leat_driver_default(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    bool has = n && n->flags & LEAT__NODE_DEFAULT && n->kind != LEAT__NODE_SAME;
    return has ? lazy(d, id, offsetof(leat_driver, default_text), fill_default) : NULL;
}

const char *leat_driver_placeholder(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    if (!n || !n->type)
        return NULL;
    const struct leat__type *t = n->type;
    if (leat__is_text(t))
        return n->flags & LEAT__NODE_PATH ? "FILE" : "TEXT";
    if (leat__graph_reader_of(&d->graph, n))
        return "@FILE";
    if (!leat__is_derivable(t))
        return NULL;
    if (leat__csv_can_read(t))
        return "@FILE";
    return t->kind == LEAT__BOOL ? "true|false" : t->kind == LEAT__ENUM ? "NAME"
         : t->kind == LEAT__CHAR ? "TEXT" : leat__is_scalar(t) ? "NUM" : "JSON";
}

/* Its function makes its value; that of an input, literal or part is only near. */
static bool is_own(const struct leat__node *n)
{
    return n && n->function && n->kind != LEAT__NODE_INPUT && n->kind != LEAT__NODE_CONSTANT && !leat__is_derived(n);
}

const char *leat_driver_doc(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return is_own(n) ? leat__function_doc(n->function) : "";
}

const char *leat_driver_file(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n && n->function ? n->function->head->file : NULL;
}

int leat_driver_line(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n && n->function ? n->function->head->line : 0;
}

const char *leat_driver_function(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return is_own(n) ? leat__function_symbol(n->function) : NULL;
}

int leat_driver_broken(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n && n->flags & LEAT__NODE_BROKEN ? 1 : 0;
}

int leat_driver_faulty(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    return n && n->flags & LEAT__NODE_FAULTY ? 1 : 0;
}

size_t leat_driver_param_count(const leat_driver *d, leat_id id)
{
    const struct leat__node *n = node(d, id);
    size_t count = 0;
    for (uint32_t i = 0; n && i < n->edges; i++)
        count += d->graph.edge[n->edge + i].how != LEAT__HOW_OUT;
    return count;
}

static leat_param *make_params(leat_driver *d, const struct leat__node *n)
{
    leat_param *p = leat__arena_array(&d->arena, n->edges + 1, sizeof *p), *to = p;
    for (uint32_t i = 0; p && i < n->edges; i++) {
        const struct leat__edge *e = &d->graph.edge[n->edge + i];
        if (e->how == LEAT__HOW_OUT)
            continue;
        bool part = leat__is_derived(n);
        const struct leat__node *of = part ? &d->graph.node[leat__rest(&d->graph, n)->producer] : NULL;
        struct leat__text type = { 0 };
        if (part)
            fill_type(&type, &d->graph, of);
        else
            leat__type_print(&type, leat__param_type(n->function, i));
        to->type = type.failed || !type.data ? "" : leat__arena_strdup(&d->arena, type.data);
        if (e->how == LEAT__HOW_CONTEXT)
            to->type = "leat_context *";        /* debug info follows the typedef */
        leat__text_fini(&type);
        to->name = part ? of->name : leat__param_name(n->function, i);
        to->from.n = e->from;
        to->given = e->how != LEAT__HOW_CONTEXT && e->from != LEAT__NONE;
        to->reads = e->reads;
        to->writes = e->writes;
        to->secret = to->given && d->graph.node[e->from].flags & LEAT__NODE_SECRET;
        to++;
    }
    return p;
}

const leat_param *leat_driver_param(const leat_driver *cd, leat_id id, size_t i)
{
    const struct leat__node *n = node(cd, id);
    leat_driver *d = (leat_driver *)cd;
    if (!n || i >= leat_driver_param_count(cd, id))
        return NULL;
    pthread_mutex_lock(&d->lock);
    if (!d->params)
        d->params = calloc((size_t)d->graph.count + 1, sizeof *d->params);
    if (d->params && !d->params[id.n])
        d->params[id.n] = make_params(d, n);
    leat_param *p = d->params ? d->params[id.n] : NULL;
    pthread_mutex_unlock(&d->lock);
    return p ? p + i : NULL;
}

/* Marked ids, except `self`, in order. */
static size_t list(const leat_driver *d, const uint8_t *marked, uint32_t self, leat_id *out, size_t cap)
{
    size_t n = 0;
    for (uint32_t i = 0; i < d->graph.count; i++)
        if (marked[i] && i != self) {
            if (n < cap)
                out[n].n = i;
            n++;
        }
    return n;
}

size_t leat_driver_upstream(const leat_driver *d, leat_id id, leat_id *out, size_t cap)
{
    uint8_t *need = node(d, id) ? calloc((size_t)d->graph.count + 1, 1) : NULL;
    size_t n = need && leat__graph_select(&d->graph, &id.n, 1, NULL, need) >= 0 ? list(d, need, id.n, out, cap) : 0;
    free(need);
    return n;
}

size_t leat_driver_downstream(const leat_driver *d, leat_id id, leat_id *out, size_t cap)
{
    uint8_t *reached = node(d, id) ? calloc((size_t)d->graph.count + 1, 1) : NULL;
    size_t n = reached && leat__graph_downstream(&d->graph, id.n, reached) >= 0 ? list(d, reached, id.n, out, cap) : 0;
    free(reached);
    return n;
}

size_t leat_driver_readers(const leat_driver *d, leat_id id, leat_id *out, size_t cap)
{
    uint32_t readers = 0;
    const uint32_t *reader = node(d, id) ? leat__graph_readers(&d->graph, id.n, &readers) : NULL;
    size_t count = 0;
    for (uint32_t i = 0; i < readers; i++) {
        if (i && reader[i] == reader[i - 1])
            continue;
        if (count < cap)
            out[count].n = reader[i];
        count++;
    }
    return count;
}

int leat_driver_draw(const leat_driver *d, int format, const leat_id *ids, size_t n, char **out_text, leat_error *err)
{
    if (!d)
        return leat__fail_memory(err);
    uint8_t *need = calloc((size_t)d->graph.count + 1, 1);
    struct leat__text out = { 0 };
    int code = need ? 0 : LEAT_ENOMEM;
    if (!code && n && leat__graph_select(&d->graph, (const uint32_t *)ids, (uint32_t)n, NULL, need) < 0)
        code = LEAT_ENOMEM;
    if (!code)
        code = leat__graph_draw(&d->graph, (enum leat__draw)format, n ? need : NULL, &out);
    free(need);
    char *text = code ? NULL : leat__text_take(&out);
    leat__text_fini(&out);
    if (code == LEAT_EUSAGE)
        return leat__fail(err, code, "no such format");
    if (!text)
        return leat__fail_memory(err);
    *out_text = text;
    return 0;
}
