/* request: what a command line asks for: modules, nodes, inputs. */
#pragma once
#include "options.h"
#include <leat/leat.h>

/* An input as it was given. */
struct given {
    const char *name, *value;
    bool json;                      /* value is JSON, from --inputs           */
    bool needed;                    /* by what is asked; set by select        */
};

struct request {
    const struct options *options;
    struct list modules, nodes;     /* as typed                               */
    struct given *given;
    size_t given_count, given_room;
};

/* Sorts the words of a command line; inputs only where the command takes them.
 * Returns 0, or how the command ends after everything wrong has been told. */
int request_read(struct request *q, const struct options *o);
/* The input given by that name, or NULL. */
struct given *request_given(const struct request *q, const char *name);

/* Tells "no such file wether.c, did you mean weather.c?". */
void request_no_file(const char *path);

/* Gives every input to a run; each refusal is told. Returns 0 or how the
 * command ends. */
int request_give(const struct request *q, leat_run *run);
