/* bind: from what a stream function drew to operators: names to nodes, parameters
 * to packets, states and values, and whether each takes what the one before gives. */
#pragma once
#include "base/text.h"
#include "stream/operator.h"
#include <leat/stream.h>

/* An argument that is a value of the graph: whoever runs it fills it in. */
struct leat__wanted { struct leat__argument *argument; uint32_t node; uint8_t how; };

/* The state of an operator. */
struct leat__held {
    const char *name;                   /* of its parameter                             */
    uint32_t op;
    uint32_t node;                      /* makes it; LEAT__NONE: zeros                  */
    const struct leat__type *type;
    void **at;                          /* by instance; whoever runs it fills it in     */
};

struct leat__binding {
    struct leat__operator *op;
    struct leat__wanted *wanted;
    struct leat__held *state;
    uint32_t ops, wanteds, states;
    struct leat__arena arena;
};

/* `space`: bytes of the stream's name before its own, a namespace and a dot. Every
 * thing that is wrong is added to `wrong`, "m.c:9: ..; m.c:12: ..". false: out of memory. */
bool leat__binding_init(struct leat__binding *b, const struct leat__graph *g, const leat_stream *drawn,
                        const char *name, size_t space, struct leat__text *wrong);
void leat__binding_fini(struct leat__binding *b);
