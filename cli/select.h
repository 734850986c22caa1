/* select: what is asked of a graph, what that needs, and what is missing. */
#pragma once
#include "request.h"

struct ids {
    leat_id *at;
    const char **name;              /* of a field that is no id of its own; else NULL */
    size_t n, room;
};

struct choice {
    leat_driver *driver;
    struct ids asked;               /* in the order asked, each once          */
    struct ids shown;               /* by --show: asked too, told on stderr   */
    struct ids all;                 /* both                                   */
    struct ids missing;             /* inputs without value and default, by id */
    unsigned char *needed;          /* by id                                  */
    unsigned char *overridden;      /* by id: a value stands for it           */
    bool overrides;                 /* ... for any                            */
    size_t count;                   /* of the driver's ids                    */
    bool refused;                   /* a function that cannot be a node was asked */
};

/* Builds for a request and chooses: after it `c` may be run. Everything wrong
 * has been told when the returned ending is not 0. Notes of what is left out
 * and warnings are told here too. */
int select_build(struct choice *c, struct request *q, leat_builder *b);
/* Only the driver, without a word of what is wrong in places nobody asks for. */
int select_driver(struct choice *c, struct request *q, leat_builder *b);
/* The same without inputs, and nothing is checked but that the asked nodes are
 * there: for commands that only look. None asked: c->asked is empty. */
int select_names(struct choice *c, struct request *q, leat_builder *b);
/* The same for a run of a flow, which says itself what it needs. */
int select_flow(struct choice *c, struct request *q, leat_builder *b);
void select_end(struct choice *c);

bool ids_has(const struct ids *l, leat_id id);
void ids_add(struct ids *l, leat_id id);
/* What the i-th is called: a node, or a field of it that was asked. */
const char *ids_name(const struct ids *l, size_t i, const leat_driver *d);
/* true: an input as a namespace sees it: its one parameter is the input. */
bool select_is_seen(const leat_driver *d, leat_id id);
/* The name of what is read there: of an input as seen, the input's. */
const char *select_source(const leat_driver *d, leat_id from);
/* true: a value may be given for it: an input, or a node with only a default. */
bool select_is_input(const leat_driver *d, leat_id id);
/* The named outputs of a function, which stand behind it. Returns how many;
 * `out` may be NULL. */
size_t select_outputs(const leat_driver *d, leat_id id, struct ids *out);
/* It is needed, and no value stands for all that it gives. */
bool select_runs(const struct choice *c, leat_id id);
/* The function that an output belongs to. */
leat_id select_call(const leat_driver *d, leat_id output);
/* false: a void function, which has no value of its own. */
bool select_has_value(const leat_driver *d, leat_id id);
