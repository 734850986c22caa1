/* leaves: what is asked where nobody asks; what is left out is noted with why. */
#include "leaves.h"
#include "missing.h"
#include "say.h"

enum { MOST_NOTED = 20 };           /* leaves left out, told one by one */

/* Problems spread to what needs them, but not past what is overridden. */
static bool is_broken(const struct choice *c, leat_id id)
{
    return (c->overrides ? leat_driver_faulty : leat_driver_broken)(c->driver, id);
}

static bool any_broken(const struct choice *c)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (select_runs(c, (leat_id){ i }) && is_broken(c, (leat_id){ i }))
            return true;
    return false;
}

/* Marks what cannot run, in one pass: ids are in plan order. */
static unsigned char *find_lacking(const struct choice *c, const struct request *q)
{
    const leat_driver *d = c->driver;
    unsigned char *lacking = text_room(c->count + 1), *runs_not = text_room(c->count + 1);
    for (uint32_t i = 0; i < c->count; i++) {
        leat_id id = { i };
        leat_node_kind kind = leat_driver_kind(d, id);
        lacking[i] = is_broken(c, id) ||
                     (kind == LEAT_NODE_INPUT && !leat_driver_default(d, id) && !select_is_seen(d, id)) ||
                     (kind == LEAT_NODE_OUTPUT && runs_not[select_call(d, id).n]);
        for (size_t k = 0; k < leat_driver_param_count(d, id) && !lacking[i]; k++) {
            const leat_param *p = leat_driver_param(d, id, k);
            lacking[i] = p->given && p->from.n < c->count && lacking[p->from.n];
        }
        runs_not[i] = lacking[i];
        if (c->overridden[i] ||
            (lacking[i] && select_is_input(d, id) && request_given(q, GIVEN_INPUT, leat_driver_name(d, id))))
            lacking[i] = 0;
    }
    return lacking;
}

/* --- operators of streams --- */

static bool draws_streams(const struct choice *c)
{
    bool any = false;
    for (uint32_t i = 0; i < c->count && !any; i++)
        any = leat_driver_kind(c->driver, (leat_id){ i }) == LEAT_NODE_STREAM;
    return any;
}

/* It writes to what nobody made or gave. In a stream that is a state, and begins as
 * zeros: the function is an operator, and no more asked for by itself than a stream. */
static bool is_operator(const struct choice *c, const unsigned char *lacking, leat_id id)
{
    const leat_driver *d = c->driver;
    for (size_t k = 0; k < leat_driver_param_count(d, id); k++) {
        const leat_param *p = leat_driver_param(d, id, k);
        if (p->given && p->writes && leat_driver_kind(d, p->from) == LEAT_NODE_INPUT && lacking[p->from.n])
            return true;
    }
    return false;
}

/* By node; NULL: nothing here draws a stream. */
static unsigned char *find_operators(const struct choice *c, const unsigned char *lacking)
{
    unsigned char *operators = draws_streams(c) ? text_room(c->count + 1) : NULL;
    for (uint32_t i = 0; operators && i < c->count; i++)
        operators[i] = is_operator(c, lacking, (leat_id){ i });
    return operators;
}

/* --- leaves --- */

static bool is_read(const leat_driver *d, const unsigned char *operators, leat_id id)
{
    size_t n = leat_driver_readers(d, id, NULL, 0), by_others = 0;
    if (!operators || !n)
        return n;
    leat_id *readers = text_room(n * sizeof *readers);
    leat_driver_readers(d, id, readers, n);
    for (size_t i = 0; i < n; i++)
        by_others += !operators[readers[i].n];
    return by_others;
}

/* Nothing stands behind it that reads it, and it is worth asking for. */
static bool is_leaf(const leat_driver *d, const unsigned char *operators, leat_id id)
{
    leat_node_kind kind = leat_driver_kind(d, id);
    if (kind == LEAT_NODE_INPUT || kind == LEAT_NODE_CONSTANT || kind == LEAT_NODE_STREAM || kind == LEAT_NODE_FLOW ||
        leat_driver_default(d, id))
        return false;
    return !is_read(d, operators, id) && (select_has_value(d, id) || !select_outputs(d, id, NULL));
}

/* A name that is near to a node's is told as it is where the leaf is asked for. */
static void note_slips(const char *leaf, const struct table *slips)
{
    for (size_t i = 0; i < slips->n; i++) {
        say(SAY_NOTE, "%s is left out: %s: %s", leaf, slips->row[i][0], slips->row[i][1]);
        if (!say_is_quiet())
            say_detail("%s", slips->row[i][2]);
    }
}

/* What one leaf lacks, in words. */
static void note_lack(struct choice *c, const struct request *q, leat_id leaf)
{
    struct choice one = *c;
    struct table slips = { 0 };
    struct ids meant = { 0 };
    struct list names = { 0 };
    const char *name = leat_driver_name(c->driver, leaf);
    need_of(c, q, &(struct ids){ .at = &leaf, .n = 1 });
    one.missing = (struct ids){ 0 };
    for (uint32_t i = 0; i < c->count; i++)
        if (c->needed[i] == NEED_MISSING)
            ids_add(&one.missing, (leat_id){ i });
    if (any_broken(c)) {
        say(SAY_NOTE, "%s is left out: a problem stands in its way", name);
        return;
    }
    missing_split(&one, &slips, &meant);
    note_slips(name, &slips);
    for (size_t i = 0; i < one.missing.n; i++)
        list_add(&names, leat_driver_name(c->driver, one.missing.at[i]));
    if (names.n)
        say(SAY_NOTE, "%s is left out: it lacks %s", name, list_join(&names, ", ", 10));
}

static void note_left_out(struct choice *c, const struct request *q, const struct ids *left)
{
    for (size_t i = 0; i < left->n && i < MOST_NOTED; i++)
        note_lack(c, q, left->at[i]);
    if (left->n > MOST_NOTED)
        say(SAY_NOTE, "%zu more are left out", left->n - MOST_NOTED);
}

void leaves_ask(struct choice *c, const struct request *q)
{
    const unsigned char *lacking = find_lacking(c, q);
    const unsigned char *operators = find_operators(c, lacking);
    struct ids left = { 0 }, unasked = { 0 };
    for (uint32_t i = 0; i < c->count; i++)
        if (is_leaf(c->driver, operators, (leat_id){ i }))
            ids_add(operators && operators[i] ? &unasked : lacking[i] ? &left : &c->asked, (leat_id){ i });
    if (c->asked.n)
        note_left_out(c, q, &left);
    else
        c->asked = left.n ? left : unasked;
}
