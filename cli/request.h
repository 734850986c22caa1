/* request: what a command line asks for: modules, nodes, inputs, config. */
#pragma once
#include "options.h"
#include <leat/leat.h>

/* NAME=VALUE as it was given, and what it is: a word may turn out to be config. */
enum given_kind { GIVEN_INPUT, GIVEN_CONFIG, GIVEN_OVERRIDE };
struct given {
    const char *name, *value;
    enum given_kind kind;
    bool word;                      /* NAME=VALUE alone: no option says what  */
    bool json;                      /* value is JSON, from --inputs           */
    bool left_out;                  /* only what config did not choose reads it */
};

struct request {
    const struct options *options;
    struct list modules, nodes;     /* as typed                               */
    struct list spaces;             /* by module: its namespace, or ""        */
    struct given *given;
    size_t given_count, given_room;
};

/* Sorts the words of a command line; inputs only where the command takes them.
 * Returns 0, or how the command ends after everything wrong has been told. */
int request_read(struct request *q, const struct options *o);
/* "input", "config", "override" */
const char *request_word(enum given_kind kind);
/* What was given by that name, or NULL. */
struct given *request_given(const struct request *q, enum given_kind kind, const char *name);
/* Tells it, if there is another of that kind and name; returns how the command ends. */
int request_twice(const struct request *q, const struct given *g);

/* Tells "no such file wether.c, did you mean weather.c?", for an input "days: no such..";
 * input "": for none. */
void request_no_file(const char *input, const char *path);

/* Gives every input and override to a run of c's driver; each refusal is told, with who reads
 * it. Returns 0 or how the command ends. */
struct choice;
int request_give(const struct request *q, const struct choice *c, leat_run *run);
