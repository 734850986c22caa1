/* plan: leat plan, and leat run -n: what would run, in order. */
#include "build.h"
#include "cli.h"
#include "deliver.h"
#include "missing.h"
#include "report.h"
#include "say.h"
#include "select.h"
#include <stdio.h>
#include <string.h>

static char *place_of(const leat_driver *d, leat_id id)
{
    return report_place(leat_driver_file(d, id), leat_driver_line(d, id));
}

static char *reads(const leat_driver *d, leat_id id)
{
    struct list names = { 0 };
    for (size_t i = 0; i < leat_driver_param_count(d, id); i++) {
        const leat_param *p = leat_driver_param(d, id, i);
        bool literal = p->given && leat_driver_kind(d, p->from) == LEAT_NODE_CONSTANT;
        const char *name = literal ? leat_driver_shape(d, p->from) : p->given ? select_source(d, p->from) : NULL;
        if (name && !list_has(&names, name))
            list_add(&names, name);
    }
    return names.n ? text_format("reads %s", list_join(&names, ", ", 20)) : text_copy("", 0);
}

/* What would happen, in order: nodes that run and those that a value stands for. */
struct step { leat_id id; bool runs; };

static struct step *steps_of(const struct choice *c, const leat_id *plan, size_t n, size_t *out_n)
{
    struct step *steps = text_room((n + c->count + 1) * sizeof *steps);
    size_t at = 0;
    *out_n = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->overridden[i] && c->needed[i] & NEED_YES)
            steps[(*out_n)++] = (struct step){ { i }, false };
        if (at < n && plan[at].n == i)
            steps[(*out_n)++] = (struct step){ plan[at++], true };
    }
    return steps;
}

static char *urgency(const leat_driver *d, leat_id id)
{
    int n = leat_driver_priority(d, id);
    return n ? text_format("priority %d", n) : NULL;
}

static void print_text(const leat_driver *d, const struct step *steps, size_t n)
{
    struct table t = { 0 };
    for (size_t i = 0; i < n; i++)
        table_add(&t, leat_driver_name(d, steps[i].id), steps[i].runs ? "run" : "override",
                  place_of(d, steps[i].id), steps[i].runs ? reads(d, steps[i].id) : NULL,
                  urgency(d, steps[i].id), NULL);
    table_print(&t);
}

static void print_json(const leat_driver *d, const struct step *steps, size_t n)
{
    printf("{\"schema\":1,\"nodes\":[");
    for (size_t i = 0; i < n; i++) {
        const char *file = leat_driver_file(d, steps[i].id);
        printf("%s\n  {\"node\":%s,\"action\":\"%s\",\"count\":1,\"reason\":\"\",\"why\":\"\","
               "\"estimate_ns\":null,\"priority\":%d,\"file\":%s,\"line\":%d}",
               i ? "," : "", text_json(leat_driver_name(d, steps[i].id)), steps[i].runs ? "run" : "override",
               leat_driver_priority(d, steps[i].id), text_json(file ? file : ""), leat_driver_line(d, steps[i].id));
    }
    printf("%s]}\n", n ? "\n" : "");
}

static int plan(const struct request *q, const struct choice *c)
{
    leat_error err = { 0 };
    leat_place nowhere = { 0 };
    leat_id *ids = text_room((c->count + 1) * sizeof *ids);
    leat_run *r = leat_run_new(c->driver);
    for (size_t i = 0; i < c->all.n; i++)
        leat_run_ask(r, ids_name(&c->all, i, c->driver), nowhere);
    int end = request_give(q, c, r);
    long n = end ? 0 : leat_run_plan(r, ids, c->count, &err);
    if (n < 0) {
        say(SAY_ERROR, "%s", err.message);
        end = report_ending((int)n);
    } else if (!end) {
        size_t count;
        struct step *steps = steps_of(c, ids, (size_t)n, &count);
        (option_is_set(q->options, OPTION_JSON) ? print_json : print_text)(c->driver, steps, count);
    }
    leat_run_free(r);
    return end;
}

int command_plan(const struct options *o)
{
    struct request q;
    struct choice c;
    int end = request_read(&q, o);
    if (end)
        return end;
    leat_builder *b = build_new(&q, true, NULL);
    end = select_build(&c, &q, b);
    report_deferred(b);
    if (!end)
        end = plan(&q, &c);
    select_end(&c);
    leat_builder_free(b);
    return end;
}
