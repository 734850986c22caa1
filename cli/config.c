/* config: its keys are known once the modules are read. So the graph is built
 * without the words that may be config, and again with those that are. */
#include "config.h"
#include "cli.h"
#include "report.h"
#include "say.h"
#include <string.h>

bool config_has(const leat_driver *d, const char *key)
{
    for (size_t i = 0; i < leat_driver_config_count(d); i++)
        if (!strcmp(leat_driver_config(d, i)->key, key))
            return true;
    return false;
}

bool config_is_needed(const struct choice *c, const char *key)
{
    for (size_t i = 0; i < leat_driver_config_count(c->driver); i++)
        if (leat_driver_config(c->driver, i)->built && !strcmp(leat_driver_config(c->driver, i)->key, key))
            return true;
    for (uint32_t i = 0; i < c->count; i++)
        if (select_runs(c, (leat_id){ i }) && leat_driver_asks(c->driver, (leat_id){ i }, key))
            return true;
    return false;
}

int config_no_input(const char *name)
{
    say(SAY_ERROR, "%s is no input but a config key: -c %s=VALUE", name, name);
    return END_REFUSED;
}

static int no_key(const leat_driver *d, const char *key)
{
    struct nearest near = nearest_to(key);
    for (size_t i = 0; i < leat_driver_config_count(d); i++)
        nearest_offer(&near, leat_driver_config(d, i)->key);
    if (near.best)
        say(SAY_ERROR, "no config key %s, did you mean %s?", text_shown(key), near.best);
    else if (leat_driver_config_count(d))
        say(SAY_ERROR, "no config key %s: leat nodes lists them", text_shown(key));
    else
        say(SAY_ERROR, "no config key %s: no function has variants", text_shown(key));
    return END_REFUSED;
}

/* A name that is both would be guessed. */
static int both(const leat_driver *d, leat_id id)
{
    const char *name = leat_driver_name(d, id);
    say(SAY_ERROR, "%s is an input (%s) and a config key: -i %s=VALUE or -c %s=VALUE", name,
        report_place(leat_driver_file(d, id), leat_driver_line(d, id)), name, name);
    return END_REFUSED;
}

/* 0, or how the command ends. *added: it is config that the builder does not know yet. */
static int settle(const struct request *q, struct given *g, const leat_driver *d, const leat_builder *b, bool *added)
{
    leat_id id;
    bool known = config_has(d, g->name);
    if (g->kind == GIVEN_CONFIG)
        return known || leat_builder_deferred_count(b) ? 0 : no_key(d, g->name);
    if (g->kind != GIVEN_INPUT || !g->word || !known)
        return 0;
    if (leat_driver_find(d, g->name, &id) == 0 && select_is_input(d, id))
        return both(d, id);
    g->kind = GIVEN_CONFIG;
    *added = true;
    return request_twice(q, g);
}

int config_settle(struct request *q, leat_builder *b, leat_driver **driver)
{
    leat_error err = { 0 };
    bool added = false, any = false;
    int end = 0, one;
    for (size_t i = 0; i < q->given_count; i++, added = false) {
        end = (one = settle(q, &q->given[i], *driver, b, &added)) ? one : end;
        any |= added;
        if (added)
            leat_builder_set_config(b, q->given[i].name, q->given[i].value);
    }
    if (end || !any)
        return end;
    leat_driver_free(*driver);
    *driver = NULL;
    int code = leat_builder_build(b, driver, &err);
    return code < 0 ? report_build(b, &err, NULL) : 0;
}
