/* missing: told as a table that says what to type next. */
#include "missing.h"
#include "report.h"
#include <ctype.h>
#include <string.h>

enum {
    MOST_SLIPS = 64,                /* missing inputs that are held to be one */
    MOST_TYPED = 8                  /* inputs to type; for more there are files */
};

static void add_reads(const leat_driver *d, leat_id id, struct ids *stack)
{
    for (size_t i = 0; i < leat_driver_param_count(d, id); i++)
        if (leat_driver_param(d, id, i)->given)
            ids_add(stack, leat_driver_param(d, id, i)->from);
}

/* The function of an output runs, even where its own value is overridden. */
static void add_call(struct choice *c, leat_id call, struct ids *stack)
{
    if (!c->overridden[call.n])
        ids_add(stack, call);
    else if (!(c->needed[call.n] & NEED_RUN)) {
        c->needed[call.n] |= NEED_RUN;
        add_reads(c->driver, call, stack);
    }
}

void need_of(struct choice *c, const struct request *q, const struct ids *ids)
{
    const leat_driver *d = c->driver;
    static struct ids stack;        /* asked for once per leaf: kept */
    stack.n = 0;
    memset(c->needed, NEED_NOT, c->count);
    for (size_t i = 0; i < ids->n; i++)
        ids_add(&stack, ids->at[i]);
    while (stack.n) {
        leat_id id = stack.at[--stack.n];
        if (id.n >= c->count || c->needed[id.n] & (NEED_YES | NEED_MISSING))
            continue;
        c->needed[id.n] |= NEED_YES;
        if (c->overridden[id.n] || request_given(q, GIVEN_INPUT, leat_driver_name(d, id))) {
            c->needed[id.n] |= NEED_GIVEN;
            continue;
        }
        if (leat_driver_kind(d, id) == LEAT_NODE_INPUT && !leat_driver_default(d, id) && !select_is_seen(d, id))
            c->needed[id.n] = NEED_MISSING;
        if (leat_driver_kind(d, id) == LEAT_NODE_OUTPUT)
            add_call(c, select_call(d, id), &stack);
        add_reads(d, id, &stack);
    }
}

static char *place_of(const leat_driver *d, leat_id id)
{
    return report_place(leat_driver_file(d, id), leat_driver_line(d, id));
}

/* No function reads there: a field stands for the input that it is a field of,
 * an input of a namespace for the input that it is. */
static bool stands_for(const leat_driver *d, leat_id id)
{
    return leat_driver_kind(d, id) == LEAT_NODE_FIELD || select_is_seen(d, id);
}

/* The first reader that is needed, with the parameter it reads through. */
static bool first_reader(const struct choice *c, leat_id id, leat_id *out, const leat_param **param)
{
    const leat_driver *d = c->driver;
    size_t n = leat_driver_readers(d, id, NULL, 0);
    leat_id *readers = text_room(n * sizeof *readers);
    leat_driver_readers(d, id, readers, n);
    for (size_t i = 0; i < n; i++) {
        bool reads = c->needed[readers[i].n] && !stands_for(d, readers[i]);
        for (size_t k = 0; reads && k < leat_driver_param_count(d, readers[i]); k++) {
            const leat_param *p = leat_driver_param(d, readers[i], k);
            if (p->given && p->from.n == id.n) {
                *out = readers[i];
                *param = p;
                return true;
            }
        }
    }
    for (size_t i = 0; i < n; i++)
        if (stands_for(d, readers[i]) && (c->needed[readers[i].n] & (NEED_YES | NEED_GIVEN)) == NEED_YES &&
            first_reader(c, readers[i], out, param))
            return true;
    return false;
}

char *missing_reader(const struct choice *c, leat_id id)
{
    leat_id reader;
    const leat_param *p;
    return first_reader(c, id, &reader, &p)
        ? text_format("for %s (%s)", leat_driver_name(c->driver, reader), place_of(c->driver, reader))
        : text_copy("", 0);
}

/* --- slips of the pen --- */

/* "const struct table *" and "struct table" are one thing to a misspelt name. */
static char *bare_type(const char *type)
{
    char *out = text_copy(type, strlen(type)), *word;
    while ((word = strstr(out, "const ")))
        memmove(word, word + 6, strlen(word + 6) + 1);
    for (size_t n = strlen(out); n && (out[n - 1] == '*' || out[n - 1] == ' '); n--)
        out[n - 1] = 0;
    return out;
}

/* x1 for x2 is no slip, and short names are near to everything. */
static bool may_be_slip(const char *a, const char *b)
{
    if (strlen(a) < 4)
        return false;
    for (; *a && *b && *a == *b; a++, b++)
        ;
    return !isdigit((unsigned char)*a) && !isdigit((unsigned char)*b);
}

/* The name as a reader says it: what follows the namespace of both. */
static const char *said_in(const char *reader, const char *name)
{
    size_t n = strcspn(reader, ".");
    return reader[n] && !strncmp(reader, name, n + 1) ? name + n + 1 : name;
}

static bool slip_for(const struct choice *c, leat_id input, leat_id *out)
{
    const leat_driver *d = c->driver;
    const char *name = leat_driver_name(d, input), *type = bare_type(leat_driver_type(d, input));
    const leat_param *p;
    leat_id reader;
    const char *space = first_reader(c, input, &reader, &p) ? leat_driver_name(d, reader) : "";
    struct nearest near = nearest_to(name);
    for (uint32_t i = 0; i < c->count; i++) {
        leat_id id = { i };
        leat_node_kind kind = leat_driver_kind(d, id);
        struct nearest now = near;
        const char *other = said_in(space, leat_driver_name(d, id));
        if ((kind != LEAT_NODE_FUNCTION && kind != LEAT_NODE_OUTPUT && kind != LEAT_NODE_FIELD) ||
            !may_be_slip(name, other))
            continue;
        nearest_offer(&now, other);
        if (now.best == near.best || strcmp(type, bare_type(leat_driver_type(d, id))))
            continue;
        near = now;
        *out = id;
    }
    return near.best;
}

static void add_misfit(const struct choice *c, leat_id input, leat_id meant, struct table *misfits)
{
    const leat_driver *d = c->driver;
    const leat_param *p = NULL;
    leat_id reader = input;
    const char *name = leat_driver_name(d, input), *said = name;
    if (first_reader(c, input, &reader, &p))
        said = text_format("%s(%s%s%s)",
                           leat_driver_function(d, reader) && !strchr(leat_driver_name(d, reader), '.')
                               ? leat_driver_function(d, reader) : leat_driver_name(d, reader),
                           p->type, text_ends(p->type, "*") ? "" : " ", p->name);
    table_add(misfits, place_of(d, reader), text_format("%s: no node or value of that name", said),
              text_format("did you mean %s (%s)?", leat_driver_name(d, meant), place_of(d, meant)),
              NULL, NULL, NULL);
}

void missing_split(struct choice *c, struct table *misfits, struct ids *meant)
{
    struct ids rest = { 0 };
    for (size_t i = 0; i < c->missing.n; i++) {
        leat_id node = { 0 };
        if (i >= MOST_SLIPS || !slip_for(c, c->missing.at[i], &node)) {
            ids_add(&rest, c->missing.at[i]);
            continue;
        }
        add_misfit(c, c->missing.at[i], node, misfits);
        if (!ids_has(meant, node))
            ids_add(meant, node);
    }
    c->missing = rest;
}

/* --- the table --- */

/* The run knows best: what it says when text is given all the same. */
static const char *why_no_text(const leat_driver *d, leat_id id)
{
    leat_run *r = leat_run_new((leat_driver *)d);
    const char *name = leat_driver_name(d, id), *why = "no text can stand for it";
    size_t n = strlen(name);
    if (leat_run_set_text(r, name, "") < 0 && strlen(leat_run_refusal(r)) > n + 2) {
        const char *reason = strstr(leat_run_refusal(r) + n + 2, ": ");
        why = reason ? text_format("%s%s", why, reason) : why;
    }
    leat_run_free(r);
    return why;
}

static char *forms(const leat_driver *d, leat_id id)
{
    const char *placeholder = leat_driver_placeholder(d, id), *shape = leat_driver_shape(d, id);
    bool lines = shape && !strncmp(shape, "array of ", 9);      /* else columns side by side */
    const char *how = !placeholder ? why_no_text(d, id) :
                      !strcmp(placeholder, "@FILE") ? lines ? "@FILE.csv .json .jsonl" : "@FILE.csv .json" :
                      !strcmp(placeholder, "JSON") ? "JSON or @FILE.json" : "";
    if (!placeholder)
        return text_copy(how, strlen(how));
    return text_format("%s%s%s", shape ? shape : "", shape && *shape && *how ? ": " : "", how);
}

/* The command as it was typed, and what it lacks. */
static char *next_try(const struct choice *c, const struct request *q)
{
    struct list words = { 0 };
    list_add(&words, "leat");
    for (int i = 1; i < q->options->argc; i++)
        list_add(&words, text_shell(q->options->argv[i]));
    if (c->missing.n > MOST_TYPED)
        list_add(&words, "--inputs=FILE.json");
    for (size_t i = 0; i < c->missing.n; i++) {
        const char *placeholder = leat_driver_placeholder(c->driver, c->missing.at[i]);
        if (!placeholder)
            return NULL;
        if (c->missing.n <= MOST_TYPED)
            list_add(&words, text_format("%s=%s", leat_driver_name(c->driver, c->missing.at[i]),
                                         placeholder));
    }
    return list_join(&words, " ", words.n);
}

/* Where nobody asks for a node, a stream may be what is meant. */
static void say_streams(const leat_driver *d)
{
    struct list names = { 0 };
    for (uint32_t i = 0; i < leat_driver_count(d); i++)
        if (leat_driver_kind(d, (leat_id){ i }) == LEAT_NODE_STREAM)
            list_add(&names, text_format("--stream %s", leat_driver_name(d, (leat_id){ i })));
    if (names.n)
        say_detail("streams are drawn here, and run by %s", list_join(&names, ", ", 5));
}

void missing_say(const struct choice *c, const struct request *q)
{
    const leat_driver *d = c->driver;
    struct table t = { 0 };
    for (size_t i = 0; i < c->missing.n; i++) {
        leat_id id = c->missing.at[i];
        table_add(&t, leat_driver_name(d, id), leat_driver_type(d, id), missing_reader(c, id), forms(d, id),
                  NULL, NULL);
    }
    say(SAY_ERROR, "%zu input%s missing", t.n, t.n == 1 ? " is" : "s are");
    table_say(&t);
    const char *next = next_try(c, q);
    if (next)
        say_detail("try: %s", next);
    if (!q->nodes.n)
        say_streams(d);
}
