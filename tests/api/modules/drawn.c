/* A flow that is drawn by what nobody but its function reads, one way or another. */
#include "diary.h"
#include <leat/flow.h>
#include <leat/node.h>
#ifndef TRIES
#define TRIES 1
#endif
#define LEAT_SAID_(x) #x
#define LEAT_SAID(x)  LEAT_SAID_(x)

struct steps { const char *first; int last; };

const int tries__default = TRIES;
const char *const note__default = "note " LEAT_SAID(TRIES);

int one(const char *note) { wrote("one"); wrote(note); return 1; }
void one__revert(const char *note) { wrote(note); }
int other(void) { wrote("other"); return 2; }

int hard(leat_context *ctx)
{
    wrote("hard");
    if (leat_context_info(ctx)->attempt < 3)
        leat_fail("not yet");
    return 3;
}

leat_flow *drawn(const struct steps *steps, const char *note, int tries)
{
    wrote(note);
    leat_flow *f = leat_linear("drawn", leat_atom(steps->first));
    return steps->last ? leat_flow_add(f, leat_retry(tries, leat_atom("hard"))) : f;
}
