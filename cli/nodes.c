/* nodes: leat nodes: what a module offers, and what it does not and why. */
#include "build.h"
#include "cli.h"
#include "config.h"
#include "report.h"
#include "say.h"
#include "select.h"
#include <stdio.h>
#include <string.h>

/* A part with a name of its own, by a note: not `table.rain`. */
static bool is_named_part(const leat_driver *d, leat_id id)
{
    const leat_param *whole =
        leat_driver_kind(d, id) == LEAT_NODE_FIELD ? leat_driver_param(d, id, 0) : NULL;
    size_t n = whole ? strlen(whole->name) : 0;
    const char *name = leat_driver_name(d, id);
    return whole && (strncmp(name, whole->name, n) || name[n] != '.');
}

/* What is listed: nodes, and names with only a default; not what is asked from
 * outside, literals, or an output (it stands under its function). */
static bool is_listed(const leat_driver *d, leat_id id)
{
    leat_node_kind kind = leat_driver_kind(d, id);
    return is_named_part(d, id) || kind == LEAT_NODE_FUNCTION || kind == LEAT_NODE_SINK ||
           kind == LEAT_NODE_STREAM || kind == LEAT_NODE_FLOW || leat_driver_default(d, id);
}

static struct ids outputs_of(const leat_driver *d, leat_id id)
{
    struct ids out = { 0 };
    if (select_has_value(d, id))
        ids_add(&out, id);
    select_outputs(d, id, &out);
    return out;
}

/* --- tags --- */

/* "KEY" or "KEY=VALUE", all of them. */
static bool has_tags(const leat_driver *d, leat_id id, const struct list *tags)
{
    for (size_t i = 0; i < tags->n; i++) {
        size_t n = strcspn(tags->at[i], "=");
        const char *value = leat_driver_tag(d, id, text_copy(tags->at[i], n));
        if (!value || (tags->at[i][n] && strcmp(value, tags->at[i] + n + 1)))
            return false;
    }
    return true;
}

/* A key that no node is tagged with is a slip. */
static int check_tag(const leat_driver *d, const char *key)
{
    struct nearest near = nearest_to(key);
    for (uint32_t i = 0; i < leat_driver_count(d); i++)
        for (size_t k = 0; k < leat_driver_tag_count(d, (leat_id){ i }); k++) {
            const char *known = leat_driver_tag_at(d, (leat_id){ i }, k)->key;
            if (!strcmp(known, key))
                return 0;
            nearest_offer(&near, known);
        }
    say(SAY_ERROR, "no node is tagged %s%s%s%s", text_shown(key), near.best ? ", did you mean " : "",
        near.best ? near.best : "", near.best ? "?" : "");
    return END_REFUSED;
}

static int check_tags(const leat_driver *d, const struct list *tags)
{
    int end = 0, one;
    for (size_t i = 0; i < tags->n; i++)
        end = (one = check_tag(d, text_copy(tags->at[i], strcspn(tags->at[i], "=")))) ? one : end;
    return end;
}

static const char *kind_of(const leat_driver *d, leat_id id)
{
    leat_node_kind kind = leat_driver_kind(d, id);
    return kind == LEAT_NODE_STREAM ? "stream" : kind == LEAT_NODE_FLOW ? "flow" : outputs_of(d, id).n ? "node" : "sink";
}

/* --- text --- */

static char *declared(const char *type, const char *name)
{
    return text_format("%s%s%s", type, text_ends(type, "*") ? "" : " ", name);
}

static char *parameters(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_param_count(d, id); i++) {
        const leat_param *p = leat_driver_param(d, id, i);
        list_add(&l, declared(p->type, p->name));
    }
    return text_format("(%s)", list_join(&l, ", ", 99));
}

static char *results(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    struct ids out = outputs_of(d, id);
    for (size_t i = 0; i < out.n; i++)
        list_add(&l, out.at[i].n == id.n ? leat_driver_type(d, id)
                 : declared(leat_driver_type(d, out.at[i]), leat_driver_name(d, out.at[i])));
    return l.n ? list_join(&l, ", ", 99) : text_format("%s", kind_of(d, id));
}

static char *first_line(const char *doc)
{
    return doc ? text_copy(doc, strcspn(doc, "\n")) : NULL;
}

/* "reads csv", "secret password": its parameters of one kind. */
static void add_params(struct list *words, const leat_driver *d, leat_id id, bool secret)
{
    struct list names = { 0 };
    for (size_t i = 0; i < leat_driver_param_count(d, id); i++) {
        const leat_param *p = leat_driver_param(d, id, i);
        if (secret ? p->secret : p->reads)
            list_add(&names, p->name);
    }
    if (names.n)
        list_add(words, text_format("%s %s", secret ? "secret" : "reads", list_join(&names, ", ", names.n)));
}

static struct list serials_of(const leat_driver *d, leat_id id)
{
    struct list names = { 0 };
    const char *name;
    while ((name = leat_driver_serial(d, id, names.n)))
        list_add(&names, name);
    return names;
}

static const char *sharing_of(const leat_driver *d, leat_id id)
{
    static const char *const words[] = { NULL, "shared", "turns" };
    return words[leat_driver_sharing(d, id)];
}

static void add_secrets(struct list *words, const leat_driver *d, leat_id id)
{
    struct ids out = outputs_of(d, id);
    for (size_t i = 0; i < out.n; i++)
        if (leat_driver_secret(d, out.at[i]))
            list_add(words, out.at[i].n == id.n ? "secret" : text_format("secret %s", leat_driver_name(d, out.at[i])));
}

/* As a note writes it: "5s", "1500ms". */
static char *duration(int64_t ns)
{
    static const struct { int64_t ns; const char *name; } units[] = {
        { INT64_C(60000000000), "min" }, { 1000000000, "s" }, { 1000000, "ms" }, { 1000, "us" }, { 1, "ns" },
    };
    size_t i = 0;
    while (ns % units[i].ns)
        i++;
    return text_format("%lld%s", (long long)(ns / units[i].ns), units[i].name);
}

/* Behind the place: what notes say, then its comment. */
static char *remarks(const leat_driver *d, leat_id id)
{
    struct list words = { 0 }, serials = serials_of(d, id);
    const char *doc = first_line(leat_driver_doc(d, id));
    if (leat_driver_default(d, id))
        list_add(&words, "default");
    if (sharing_of(d, id))
        list_add(&words, sharing_of(d, id));
    add_secrets(&words, d, id);
    if (serials.n)
        list_add(&words, text_format("serial %s", list_join(&serials, ", ", serials.n)));
    if (leat_driver_priority(d, id))
        list_add(&words, text_format("priority %d", leat_driver_priority(d, id)));
    if (leat_driver_blocking(d, id))
        list_add(&words, "blocking");
    if (leat_driver_timeout(d, id))
        list_add(&words, text_format("timeout %s", duration(leat_driver_timeout(d, id))));
    if (leat_driver_effect(d, id))
        list_add(&words, text_format("effect %s", leat_driver_effect(d, id)));
    add_params(&words, d, id, false);
    add_params(&words, d, id, true);
    if (doc && *doc)
        list_add(&words, doc);
    return words.n ? list_join(&words, "; ", words.n) : NULL;
}

/* Below a node: the functions that stand for it by config. */
static void add_variants(struct table *t, const leat_driver *d, leat_id id)
{
    for (size_t i = 0; i < leat_driver_variant_count(d, id); i++) {
        const leat_variant *v = leat_driver_variant(d, id, i);
        table_add(t, text_format("  %s", *v->when ? v->when : "otherwise"), v->chosen ? "chosen" : "", v->parameters,
                  report_place(v->file, v->line), NULL, NULL);
    }
}

static void add_config(struct table *t, const leat_driver *d)
{
    for (size_t i = 0; i < leat_driver_config_count(d); i++) {
        const leat_config *c = leat_driver_config(d, i);
        struct list values = { 0 };
        for (size_t k = 0; c->values[k]; k++)
            list_add(&values, c->values[k]);
        table_add(t, c->key, "config", list_join(&values, ", ", 20), c->value ? text_format("is %s", c->value) : NULL,
                  NULL, NULL);
    }
}

static void add_loaders(struct table *t, const leat_driver *d)
{
    for (size_t i = 0; i < leat_driver_loader_count(d); i++) {
        const leat_loader *l = leat_driver_loader(d, i);
        if (l)
            table_add(t, l->function, l->saves ? "saver" : "loader",
                      text_format(l->saves ? "%s to *.%s" : "%s from *.%s", l->type, l->suffix),
                      report_place(l->file, l->line), NULL, NULL);
    }
}

static void print_text(const leat_driver *d, const leat_builder *b, const struct list *tags)
{
    struct table t = { 0 }, no = { 0 };
    for (uint32_t i = 0; i < leat_driver_count(d); i++) {
        leat_id id = { i };
        if (!is_listed(d, id) || !has_tags(d, id, tags))
            continue;
        const char *place = leat_driver_default(d, id) ? leat_driver_default(d, id)
            : report_place(leat_driver_file(d, id), leat_driver_line(d, id));
        table_add(&t, leat_driver_name(d, id), results(d, id), parameters(d, id), place,
                  remarks(d, id), NULL);
        add_variants(&t, d, id);
    }
    table_print(&t);
    if (!tags->n) {
        add_loaders(&no, d);
        add_config(&no, d);
    }
    for (size_t i = 0; i < leat_builder_refused_count(b) && !tags->n; i++) {
        const leat_problem *p = leat_builder_refused(b, i);
        table_add(&no, p->node, "refused", report_place(p->file, p->line), p->message, NULL, NULL);
    }
    table_print(&no);
}

/* --- JSON --- */

static char *text_or_null(const char *s) { return s ? text_json(s) : text_copy("null", 4); }

static const char *truth(int x) { return x ? "true" : "false"; }

static char *serials_json(const leat_driver *d, leat_id id)
{
    struct list names = serials_of(d, id), l = { 0 };
    for (size_t i = 0; i < names.n; i++)
        list_add(&l, text_json(names.at[i]));
    return list_join(&l, ",", l.n);
}

static char *outputs_json(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    struct ids out = outputs_of(d, id);
    for (size_t i = 0; i < out.n; i++)
        list_add(&l, text_format("{\"name\":%s,\"type\":%s,\"sharing\":%s,\"secret\":%s}",
                                 text_json(leat_driver_name(d, out.at[i])), text_json(leat_driver_type(d, out.at[i])),
                                 text_or_null(sharing_of(d, out.at[i])), truth(leat_driver_secret(d, out.at[i]))));
    return list_join(&l, ",", l.n);
}

static char *parameters_json(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_param_count(d, id); i++) {
        const leat_param *p = leat_driver_param(d, id, i);
        const char *from = p->given ? select_source(d, p->from) : NULL;
        list_add(&l, text_format("{\"name\":%s,\"type\":%s,\"from\":%s,\"default\":%s,\"reads\":%s,\"secret\":%s}",
                                 text_json(p->name), text_json(p->type), text_or_null(from),
                                 text_or_null(from ? leat_driver_default(d, p->from) : NULL), truth(p->reads),
                                 truth(p->secret)));
    }
    return list_join(&l, ",", l.n);
}

static char *tags_json(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_tag_count(d, id); i++) {
        const leat_tag *t = leat_driver_tag_at(d, id, i);
        list_add(&l, text_format("%s:%s", text_json(t->key), text_json(t->value)));
    }
    return list_join(&l, ",", l.n);
}

static char *variants_json(const leat_driver *d, leat_id id)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_variant_count(d, id); i++) {
        const leat_variant *v = leat_driver_variant(d, id, i);
        list_add(&l, text_format("{\"function\":%s,\"when\":%s,\"chosen\":%s,\"file\":%s,\"line\":%d}",
                                 text_json(v->function), text_json(v->when), v->chosen ? "true" : "false",
                                 text_json(v->file ? v->file : ""), v->line));
    }
    return list_join(&l, ",", l.n);
}

static char *config_json(const leat_driver *d)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_config_count(d); i++) {
        const leat_config *c = leat_driver_config(d, i);
        struct list values = { 0 };
        for (size_t k = 0; c->values[k]; k++)
            list_add(&values, text_json(c->values[k]));
        list_add(&l, text_format("{\"key\":%s,\"value\":%s,\"values\":[%s]}", text_json(c->key),
                                 text_or_null(c->value), list_join(&values, ",", values.n)));
    }
    return list_join(&l, ",", l.n);
}

static char *loaders_json(const leat_driver *d)
{
    struct list l = { 0 };
    for (size_t i = 0; i < leat_driver_loader_count(d); i++) {
        const leat_loader *x = leat_driver_loader(d, i);
        if (x)
            list_add(&l, text_format("{\"function\":%s,\"type\":%s,\"suffix\":%s,\"saves\":%s,\"file\":%s,\"line\":%d}",
                                     text_json(x->function), text_json(x->type), text_json(x->suffix),
                                     x->saves ? "true" : "false", text_json(x->file ? x->file : ""), x->line));
    }
    return list_join(&l, ",", l.n);
}

static char *node_json(const leat_driver *d, leat_id id)
{
    const char *file = leat_driver_file(d, id), *doc = leat_driver_doc(d, id);
    return text_format(
        "  {\"name\":%s,\"kind\":\"%s\",\"file\":%s,\"line\":%d,\"doc\":%s,\"tags\":{%s},\"serial\":[%s],\"priority\":%d,"
        "\"blocking\":%s,\"timeout_ns\":%lld,\"effect\":%s,\"default\":%s,\"variants\":[%s],\n   \"outputs\":[%s],\n   \"parameters\":[%s]}",
        text_json(leat_driver_name(d, id)), kind_of(d, id),
        text_json(file ? file : ""), leat_driver_line(d, id), text_json(doc ? doc : ""),
        tags_json(d, id), serials_json(d, id), leat_driver_priority(d, id),
        truth(leat_driver_blocking(d, id)), (long long)leat_driver_timeout(d, id), text_or_null(leat_driver_effect(d, id)),
        text_or_null(leat_driver_default(d, id)), variants_json(d, id), outputs_json(d, id), parameters_json(d, id));
}

static char *builders_json(const leat_builder *b)
{
    struct list all = { 0 };
    for (size_t i = 0; i < leat_builder_deferred_count(b); i++) {
        const leat_problem *p = leat_builder_deferred(b, i);
        list_add(&all, text_format("\n  {\"name\":%s,\"file\":%s,\"line\":%d}", text_json(p->node),
                                   text_json(p->file ? p->file : ""), p->line));
    }
    return all.n ? text_format("%s\n", list_join(&all, ",", all.n)) : text_copy("", 0);
}

static void print_json(const leat_driver *d, const leat_builder *b, const struct list *tags)
{
    struct list nodes = { 0 }, refused = { 0 };
    for (uint32_t i = 0; i < leat_driver_count(d); i++)
        if (is_listed(d, (leat_id){ i }) && has_tags(d, (leat_id){ i }, tags))
            list_add(&nodes, node_json(d, (leat_id){ i }));
    for (size_t i = 0; i < leat_builder_refused_count(b) && !tags->n; i++) {
        const leat_problem *p = leat_builder_refused(b, i);
        list_add(&refused, text_format("  {\"name\":%s,\"reason\":%s,\"file\":%s,\"line\":%d}",
                                       text_json(p->node ? p->node : ""), text_json(p->message),
                                       text_json(p->file ? p->file : ""), p->line));
    }
    printf("{\"schema\":1,\"nodes\":[%s%s%s],\"config\":[%s],\"loaders\":[%s],\"builders\":[%s],\"refused\":[%s%s%s]}\n",
           nodes.n ? "\n" : "", list_join(&nodes, ",\n", nodes.n), nodes.n ? "\n" : "",
           tags->n ? "" : config_json(d), tags->n ? "" : loaders_json(d), builders_json(b), refused.n ? "\n" : "", list_join(&refused, ",\n", refused.n), refused.n ? "\n" : "");
}

int command_nodes(const struct options *o)
{
    struct request q;
    leat_driver *driver = NULL;
    const struct list *tags = &o->values[OPTION_TAG];
    int end = request_read(&q, o);
    if (end)
        return end;
    leat_builder *b = build_new(&q, true, NULL);
    end = build_loosely(b, &driver);
    if (!end && !(end = config_settle(&q, b, &driver)) && !(end = check_tags(driver, tags))) {
        report_warnings(b);
        if (!option_is_set(o, OPTION_JSON))
            report_deferred(b);
        (option_is_set(o, OPTION_JSON) ? print_json : print_text)(driver, b, tags);
    }
    leat_driver_free(driver);
    leat_builder_free(b);
    return end;
}
