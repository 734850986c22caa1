/* draw: the graph as DOT, Mermaid or JSON text. */
#include "base/error.h"
#include "base/escape.h"
#include "graph/graph.h"
#include <string.h>

struct pen {
    const struct leat__graph *g;
    const uint8_t *need;
    struct leat__text *out;
};

static bool shown(const struct pen *p, uint32_t id)
{
    return p->g->node[id].kind != LEAT__NODE_SAME && (!p->need || p->need[id]);
}

/* What stands for a source of values: an input for those who see it; LEAT__NONE:
 * it is not shown. */
static uint32_t seen(const struct pen *p, uint32_t id)
{
    if (id != LEAT__NONE && p->g->node[id].kind == LEAT__NODE_SAME)
        id = leat__rest_at(p->g, id)->producer;
    return id != LEAT__NONE && shown(p, id) ? id : LEAT__NONE;
}

/* A name is text of the user's; ids are numbers, so nothing there needs escaping. */
static void quote(const struct pen *p, enum leat__draw format, const char *s)
{
    if (format == LEAT__DRAW_JSON)
        leat__escape_json(p->out, s, strlen(s));
    else if (format == LEAT__DRAW_DOT)
        leat__escape_dot(p->out, s);
    else
        leat__escape_mermaid(p->out, s);
}

static const char *label_of(const struct pen *p, const struct leat__node *n)
{
    return n->kind != LEAT__NODE_CONSTANT ? n->name
         : n->flags & LEAT__NODE_SECRET ? "(secret)" : leat__rest(p->g, n)->literal->text;
}

static void type_of(const struct pen *p, enum leat__draw format, const struct leat__node *n)
{
    struct leat__text text = { 0 };
    if (n->type)
        leat__type_print(&text, n->type);
    else
        leat__text_add(&text, "void");
    quote(p, format, text.data ? text.data : "");
    p->out->failed |= text.failed;
    leat__text_fini(&text);
}

/* An edge as it is drawn: what reads, or gives, the value, and as which type. */
struct joint { uint32_t from, to; const char *param; const struct leat__type *type; bool order, reads; };

static struct joint joint_of(uint32_t from, uint32_t to, struct leat__param p)
{
    return (struct joint){ from, to, p.name, p.type, false, false };
}

/* The parameter that gives the output n: those come in the order of the outputs. */
static struct leat__param giver(const struct leat__graph *g, uint32_t id)
{
    const struct leat__node *call = &g->node[leat__rest_at(g, id)->producer];
    for (uint32_t i = 0; i < call->edges; i++) {
        const struct leat__edge *e = &g->edge[call->edge + i];
        if (e->how == LEAT__HOW_OUT && e->from == id)
            return *LEAT__PARAM(call->function, i);
    }
    return (struct leat__param){ "", NULL };
}

/* Calls emit once per pair of nodes joined. */
static void each_edge(const struct pen *p, void (*emit)(const struct pen *, struct joint))
{
    for (uint32_t id = 0; id < p->g->count; id++) {
        const struct leat__node *n = &p->g->node[id];
        if (!shown(p, id))
            continue;
        if (n->kind == LEAT__NODE_OUTPUT && shown(p, leat__rest(p->g, n)->producer))
            emit(p, joint_of(leat__rest(p->g, n)->producer, id, giver(p->g, id)));
        uint32_t whole = leat__is_part(n) ? seen(p, leat__rest(p->g, n)->producer) : LEAT__NONE;
        if (whole != LEAT__NONE)
            emit(p, (struct joint){ whole, id, p->g->node[whole].name, p->g->node[whole].type, false, false });
        for (uint32_t i = 0; n->kind == LEAT__NODE_CALL && i < n->edges; i++) {
            const struct leat__edge *e = &p->g->edge[n->edge + i];
            uint32_t from = e->how <= LEAT__HOW_OBJECT ? seen(p, e->from) : LEAT__NONE;
            struct joint j = joint_of(from, id, *LEAT__PARAM(n->function, i));
            j.reads = e->reads;
            if (from != LEAT__NONE)
                emit(p, j);
        }
        for (uint32_t i = 0; i < leat__rest(p->g, n)->orders; i++)
            if (shown(p, p->g->order[leat__rest(p->g, n)->order + i]))
                emit(p, (struct joint){ p->g->order[leat__rest(p->g, n)->order + i], id, "", NULL, true, false });
    }
}

static void dot_edge(const struct pen *p, struct joint j)
{
    leat__text_printf(p->out, "  n%u -> n%u%s;\n", j.from, j.to,
                      j.order ? " [style=dashed]" : j.reads ? " [label=\"reads\"]" : "");
}

static void draw_dot(const struct pen *p)
{
    static const char *const shape[] = { "box", "ellipse", "box", "plaintext", "ellipse", "box", "box", "ellipse" };
    leat__text_add(p->out, "digraph leat {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for (uint32_t id = 0; id < p->g->count; id++) {
        const struct leat__node *n = &p->g->node[id];
        if (!shown(p, id))
            continue;
        leat__text_printf(p->out, "  n%u [shape=%s, label=\"", id, shape[n->kind]);
        quote(p, LEAT__DRAW_DOT, label_of(p, n));
        leat__text_add(p->out, "\\n");
        type_of(p, LEAT__DRAW_DOT, n);
        leat__text_add(p->out, n->flags & LEAT__NODE_BROKEN ? "\", color=red];\n" : "\"];\n");
    }
    each_edge(p, dot_edge);
    leat__text_add(p->out, "}\n");
}

static void mermaid_edge(const struct pen *p, struct joint j)
{
    leat__text_printf(p->out, "  n%u %s n%u\n", j.from, j.order ? "-.->" : j.reads ? "-->|reads|" : "-->", j.to);
}

static void draw_mermaid(const struct pen *p)
{
    leat__text_add(p->out, "flowchart LR\n");
    for (uint32_t id = 0; id < p->g->count; id++) {
        const struct leat__node *n = &p->g->node[id];
        if (!shown(p, id))
            continue;
        bool given = n->kind == LEAT__NODE_INPUT;
        leat__text_printf(p->out, "  n%u%s\"", id, given ? "([" : "[");
        quote(p, LEAT__DRAW_MERMAID, label_of(p, n));
        leat__text_add(p->out, given ? "\"])\n" : "\"]\n");
    }
    each_edge(p, mermaid_edge);
}

static void json_type(const struct pen *p, const struct leat__type *t)
{
    struct leat__text text = { 0 };
    if (t)
        leat__type_print(&text, t);
    quote(p, LEAT__DRAW_JSON, text.data ? text.data : "");
    p->out->failed |= text.failed;
    leat__text_fini(&text);
}

static void json_edge(const struct pen *p, struct joint j)
{
    leat__text_add(p->out, "\n  {\"from\":");
    quote(p, LEAT__DRAW_JSON, p->g->node[j.from].name);
    leat__text_add(p->out, ",\"to\":");
    quote(p, LEAT__DRAW_JSON, p->g->node[j.to].name);
    leat__text_add(p->out, ",\"param\":");
    quote(p, LEAT__DRAW_JSON, j.param);
    leat__text_add(p->out, ",\"type\":");
    json_type(p, j.type);
    leat__text_add(p->out, j.reads ? ",\"reads\":true}," : "},");
}

/* What notes say, where they do. */
static void json_notes(const struct pen *p, const struct leat__node *n)
{
    uint32_t count;
    const struct leat__serial *s = leat__graph_serials(p->g, (uint32_t)(n - p->g->node), &count);
    for (uint32_t i = 0; i < count; i++) {
        leat__text_add(p->out, i ? "," : ",\"serial\":[");
        quote(p, LEAT__DRAW_JSON, p->g->serial_name[s[i].name]);
    }
    leat__text_add(p->out, count ? "]" : "");
    if (n->flags & LEAT__NODE_SHARED)
        leat__text_printf(p->out, ",\"sharing\":\"%s\"", n->flags & LEAT__NODE_TURNS ? "turns" : "shared");
    if (n->flags & LEAT__NODE_SECRET)
        leat__text_add(p->out, ",\"secret\":true");
}

static void json_node(const struct pen *p, const struct leat__node *n)
{
    static const char *const kind[] = { "node", "input", "output", "constant", "node", "field", "field", "input" };
    const struct leat__function *f = n->function;
    bool sink = n->flags & LEAT__NODE_SINK && !leat__rest(p->g, n)->outputs;
    leat__text_add(p->out, "\n  {\"id\":");
    quote(p, LEAT__DRAW_JSON, n->name);
    leat__text_printf(p->out, ",\"kind\":\"%s\",\"type\":", n->flags & LEAT__NODE_STREAM ? "stream" : sink ? "sink" : kind[n->kind]);
    type_of(p, LEAT__DRAW_JSON, n);
    leat__text_add(p->out, ",\"file\":");
    quote(p, LEAT__DRAW_JSON, f && f->head->file ? f->head->file : "");
    leat__text_printf(p->out, ",\"line\":%d", f ? f->head->line : 0);
    json_notes(p, n);
    leat__text_add(p->out, "},");
}

/* Drops the comma behind the last of what was added since `before`. */
static void end_list(struct leat__text *out, size_t before, const char *end)
{
    if (!out->failed && out->len > before)
        out->len--;
    leat__text_add(out, end);
}

static void draw_json(const struct pen *p)
{
    leat__text_add(p->out, "{\"schema\":1,\"nodes\":[");
    size_t before = p->out->len;
    for (uint32_t id = 0; id < p->g->count; id++)
        if (shown(p, id))
            json_node(p, &p->g->node[id]);
    end_list(p->out, before, "],\"edges\":[");
    before = p->out->len;
    each_edge(p, json_edge);
    end_list(p->out, before, "]}\n");
}

int leat__graph_draw(const struct leat__graph *g, enum leat__draw format, const uint8_t *need,
                     struct leat__text *out)
{
    struct pen p = { g, need, out };
    switch (format) {
    case LEAT__DRAW_DOT:     draw_dot(&p); break;
    case LEAT__DRAW_MERMAID: draw_mermaid(&p); break;
    case LEAT__DRAW_JSON:    draw_json(&p); break;
    default:                 return LEAT_EUSAGE;
    }
    return out->failed ? LEAT_ENOMEM : 0;
}
