/* streaming: a run of a stream, private to front/: its function called, its operators
 * bound, what they read made by runs of their own, the pipeline laid out and run. */
#pragma once
#include "front/run.h"
#include "stream/bind.h"
#include "stream/stream.h"

struct leat__streaming {
    uint32_t node;                      /* the stream's function                       */
    leat_stream *drawn;                 /* what it gave; NULL: not called yet          */
    leat_run **inner;                   /* runs that made what it and operators read   */
    uint32_t inners, inner_cap;
    struct leat__binding binding;
    struct leat__stream stream;
    _Atomic bool laid;                  /* `stream` is laid out                        */
    leat_state *states;
    leat_traffic *traffic;
    struct leat__arena arena;
};

/* Calls, binds, makes and lays out; 0: leat__streaming_run may go. */
int leat__streaming_prepare(leat_run *r, leat_error *err);
/* To the end, on the calling thread and those of the pool; how the run ended. */
int leat__streaming_run(leat_run *r);
/* The run is as if no stream had run; `forget`: and as if none was set. */
void leat__streaming_clear(leat_run *r, bool forget);
/* What goes through operator i; l: who runs just now, NULL: nobody. */
leat_traffic leat__streaming_traffic(const leat_run *r, const struct leat__look *l, uint32_t i);
/* A state as JSON or as `leat run` prints it, those of several instances as an array. */
int leat__streaming_print(const leat_run *r, const char *name, bool json, struct leat__text *out, leat_error *err);
