/* options: the table, and the one parser over it. */
#include "options.h"
#include "cli.h"
#include "say.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
    enum option id;
    char letter;
    const char *name;
    const char *value;              /* what it takes; NULL: nothing; "[X]": may */
    unsigned commands;
    const char *help, *environment;
};

static const struct row table[] = {
    { OPTION_MODULE, 'm', "module", "NS=MODULE", FOR_MODULES, "a module whose nodes are NS.name", NULL },
    { OPTION_INPUT, 'i', "input", "NAME=VALUE", FOR_RUN | FOR_PLAN, "an input, as NAME=VALUE alone", NULL },
    { OPTION_INPUTS, 0, "inputs", "FILE.json", FOR_RUN | FOR_PLAN, "inputs from an object {name: value}", NULL },
    { OPTION_CONFIG, 'c', "config", "KEY=VALUE", FOR_MODULES, "config, by which variants are chosen", NULL },
    { OPTION_OVERRIDE, 0, "override", "NAME=VALUE", FOR_RUN | FOR_PLAN, "a value that replaces a node", NULL },
    { OPTION_TAG, 0, "tag", "KEY[=VALUE]", FOR_NODES, "only nodes with that tag", NULL },
    { OPTION_OUTPUT, 'o', "output", "[NAME=]FILE", FOR_RUN, "results to a file: .json .jsonl .csv", NULL },
    { OPTION_SHOW, 0, "show", "NODE", FOR_RUN, "ask for NODE too, its value on stderr", NULL },
    { OPTION_RAW, 'r', "raw", NULL, FOR_RUN, "print the one value bare", NULL },
    { OPTION_JSON, 0, "json", NULL, FOR_RUN | FOR_PLAN | FOR_NODES, "print one JSON object", NULL },
    { OPTION_FORMAT, 0, "format", "dot|json|mermaid", FOR_GRAPH, "how to draw; dot unless told", NULL },
    { OPTION_DRY, 'n', "dry-run", NULL, FOR_RUN, "run nothing, as leat plan", NULL },
    { OPTION_KEEP_GOING, 'k', "keep-going", NULL, FOR_RUN, "after a failure skip only its readers", NULL },
    { OPTION_DEADLINE, 0, "deadline", "DURATION", FOR_RUN, "start nothing after 5s, 2min, ..: exit 124", NULL },
    { OPTION_JOBS, 'j', "jobs", "N", FOR_RUN, "at most N nodes at a time; all cores unless told", "LEAT_JOBS" },
    { OPTION_EXECUTOR, 0, "executor", "SPEC", FOR_RUN, "where nodes run: inline, threads=N, sim=SEED", NULL },
    { OPTION_PRIORITY, 0, "priority", "N", FOR_RUN, "added to the priorities of its nodes; 0 unless told", NULL },
    { OPTION_FLOW, 0, "flow", "NAME", FOR_RUN, "run that flow: what fails is reverted", NULL },
    { OPTION_STREAM, 0, "stream", "NAME", FOR_RUN, "run that stream to its end", NULL },
    { OPTION_DURABLE, 0, "durable", "[POLICY]", FOR_RUN, "what the flow does outlives a crash: each, effects, batch(50ms), none", NULL },
    { OPTION_DONE, 0, "done", "ATOM[=VALUE]", FOR_RESUME, "it was done, and gave VALUE: nobody else knows", NULL },
    { OPTION_AGAIN, 0, "again", "ATOM", FOR_RESUME, "it was not done, or may be done once more", NULL },
    { OPTION_STORE, 0, "store", "DIR", FOR_RUN | FOR_RESUME, "where that is kept; .leat unless told", "LEAT_STORE" },
    { OPTION_NOTE, 0, "note", "'NODE: CLAUSES'", FOR_MODULES, "a note that goes before those in sources", NULL },
    { OPTION_PROGRESS, 0, "progress", "auto|tty|plain|quiet", FOR_RUN, "on a terminal how far it is; plain: a line per node", "LEAT_PROGRESS" },
    { OPTION_DEBUG, 0, "debug", NULL, FOR_MODULES, "compile with -O0 -g3, not -O2 -g", NULL },
    { OPTION_SANITIZE, 0, "sanitize", "LIST", FOR_MODULES, "compile with -fsanitize=LIST, and run so", NULL },
    { OPTION_CC, 0, "cc", "PROGRAM", FOR_MODULES | FOR_DOCTOR, "the C compiler; cc unless told", "LEAT_CC" },
    { OPTION_CFLAGS, 0, "cflags", "FLAGS", FOR_MODULES, "more flags for compiling", "LEAT_CFLAGS" },
    { OPTION_LDFLAGS, 0, "ldflags", "FLAGS", FOR_MODULES, "more flags for linking", "LEAT_LDFLAGS" },
    { OPTION_DIRECTORY, 'C', "directory", "DIR", FOR_MODULES, "go to DIR first", NULL },
    { OPTION_QUIET, 'q', "quiet", NULL, FOR_MODULES, "errors only", NULL },
    { OPTION_VERBOSE, 'v', "verbose", NULL, FOR_MODULES, "tell what is built and what runs", NULL },
    { OPTION_HELP, 'h', "help", NULL, FOR_ALL, "this page", NULL },
    { OPTION_NOT_YET, 'w', "watch", NULL, FOR_RUN, NULL, NULL },
    { OPTION_NOT_YET, 0, "sweep", "NAME=VALUES", FOR_RUN | FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "zip", NULL, FOR_RUN | FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "flow", "NAME", FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "stream", "NAME", FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "isolate", "[NODE]", FOR_RUN, NULL, NULL },
    { OPTION_NOT_YET, 0, "cache", "[DIR]", FOR_RUN | FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "force", "NODE", FOR_RUN | FOR_PLAN, NULL, NULL },
    { OPTION_NOT_YET, 0, "no-history", NULL, FOR_RUN, NULL, NULL },
    { OPTION_NOT_YET, 0, "events", "WHERE", FOR_RUN, NULL, NULL },
    { OPTION_NOT_YET, 0, "trace", "FILE", FOR_RUN, NULL, NULL },
};
enum { ROWS = sizeof table / sizeof *table };

/* "[DIR]" may be left out, "[NAME=]FILE" may not. */
static bool must_take(const struct row *r)
{
    return r->value && !(r->value[0] == '[' && r->value[strlen(r->value) - 1] == ']');
}

static const struct row *by_name(unsigned command, const char *name, size_t n)
{
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].commands & command && strlen(table[i].name) == n && !strncmp(table[i].name, name, n))
            return &table[i];
    return NULL;
}

static const struct row *by_letter(unsigned command, char letter)
{
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].commands & command && table[i].letter == letter)
            return &table[i];
    return NULL;
}

/* "run", "run and resume": the commands of those bits. */
static char *commands_of(unsigned commands)
{
    static const struct { unsigned bit; const char *name; } all[] = {
        { FOR_RUN, "run" }, { FOR_PLAN, "plan" }, { FOR_CHECK, "check" }, { FOR_NODES, "nodes" }, { FOR_GRAPH, "graph" },
        { FOR_RESUME, "resume" }, { FOR_DOCTOR, "doctor" }, { FOR_VERSION, "version" },
    };
    struct list names = { 0 };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].bit & commands)
            list_add(&names, all[i].name);
    return names.n == 2 ? list_join(&names, " and ", 2) : list_join(&names, ", ", names.n);
}

/* The commands that take an option of that name, "--raw" or "-r". */
static unsigned takers(const char *name)
{
    unsigned commands = 0;
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].id != OPTION_NOT_YET &&
            (name[1] == '-' ? !strcmp(table[i].name, name + 2) : table[i].letter && table[i].letter == name[1]))
            commands |= table[i].commands;
    return commands;
}

static int unknown(unsigned command, const char *word, size_t n)
{
    char *name = text_copy(word, n);
    if (takers(name)) {
        say(SAY_ERROR, "leat %s has no option %s, which is one of leat %s", commands_of(command), text_shown(name),
            commands_of(takers(name)));
        return END_USAGE;
    }
    struct nearest near = nearest_to(name + strspn(name, "-"));
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].commands & command && table[i].id != OPTION_NOT_YET)
            nearest_offer(&near, table[i].name);
    if (near.best)
        say(SAY_ERROR, "no option %s, did you mean --%s?", text_shown(name), near.best);
    else
        say(SAY_ERROR, "no option %s", text_shown(name));
    return END_USAGE;
}

/* What was typed, "--cc" or "-j", for messages. */
static const char *typed(const struct row *r, bool as_letter)
{
    return as_letter ? text_format("-%c", r->letter) : text_format("--%s", r->name);
}

static int take(struct options *o, const struct row *r, const char *value, bool as_letter)
{
    if (r->id == OPTION_NOT_YET) {
        say(SAY_ERROR, "not yet: %s", typed(r, as_letter));
        return END_USAGE;
    }
    list_add(&o->values[r->id], value);
    return 0;
}

static int missing(const struct row *r, bool as_letter)
{
    say(SAY_ERROR, "%s needs a value: %s", typed(r, as_letter), r->value);
    return END_USAGE;
}

/* --name, --name=value or --name value; *at is moved past what was used. */
static int read_long(struct options *o, const char *word, int *at)
{
    const char *equals = strchr(word, '=');
    size_t n = equals ? (size_t)(equals - word) : strlen(word);
    const struct row *r = by_name(o->command, word + 2, n - 2);
    if (!r)
        return unknown(o->command, word, n);
    if (!r->value && equals) {
        say(SAY_ERROR, "--%s takes no value", r->name);
        return END_USAGE;
    }
    if (equals)
        return take(o, r, equals + 1, false);
    if (!must_take(r) || r->id == OPTION_NOT_YET)
        return take(o, r, "", false);
    return *at + 1 < o->argc ? take(o, r, o->argv[++*at], false) : missing(r, false);
}

/* -k, -kq, -Cdir or -C dir. */
static int read_letters(struct options *o, const char *word, int *at)
{
    for (const char *p = word + 1; *p; p++) {
        const struct row *r = by_letter(o->command, *p);
        int end;
        if (!r)
            return unknown(o->command, word[2] ? text_format("-%s", p) : word, 2);
        if (must_take(r) && r->id != OPTION_NOT_YET) {
            if (p[1])
                return take(o, r, p + 1, true);
            return *at + 1 < o->argc ? take(o, r, o->argv[++*at], true) : missing(r, true);
        }
        if ((end = take(o, r, "", true)))
            return end;
    }
    return 0;
}

int options_read(struct options *o, unsigned command, int argc, char *const *argv, int from)
{
    *o = (struct options){ .command = command, .argc = argc, .argv = argv };
    bool only_words = false;
    int end = 0;
    for (int i = from; i < argc && !end; i++) {
        const char *word = argv[i];
        if (only_words || word[0] != '-' || !word[1])
            list_add(&o->words, word);
        else if (!strcmp(word, "--"))
            only_words = true;
        else if (word[1] == '-')
            end = read_long(o, word, &i);
        else
            end = read_letters(o, word, &i);
    }
    return end;
}

bool option_is_set(const struct options *o, enum option id) { return o->values[id].n > 0; }

const char *option_value(const struct options *o, enum option id)
{
    const struct list *given = &o->values[id];
    if (given->n)
        return given->at[given->n - 1];
    for (size_t i = 0; i < ROWS; i++)
        if (table[i].id == id && table[i].environment)
            return getenv(table[i].environment);
    return NULL;
}

static void print_row(const struct row *r)
{
    char *letter = r->letter ? text_format("-%c,", r->letter) : "   ";
    char *name = text_format("--%s%s%s", r->name, r->value ? "=" : "", r->value ? r->value : "");
    printf("  %s %-26s %s%s%s\n", letter, name, r->help, r->environment ? "; " : "",
           r->environment ? r->environment : "");
}

void options_help(unsigned command)
{
    struct list later = { 0 };
    puts("options:");
    for (size_t i = 0; i < ROWS; i++) {
        if (!(table[i].commands & command))
            continue;
        if (table[i].id != OPTION_NOT_YET)
            print_row(&table[i]);
        else
            list_add(&later, typed(&table[i], table[i].letter));
    }
    if (later.n)
        printf("not yet: %s\n", list_join(&later, " ", 99));
}
