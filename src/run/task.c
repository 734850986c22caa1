/* task: see run/task.h. */
#include "run/task.h"
#include <assert.h>

#define B(name) (1u << LEAT__##name)
static const struct { const char *name; uint32_t to; } table[] = {
#define X(name, to) { #name, to },
    LEAT__STATES(X)
#undef X
};

const char *leat__state_name(enum leat__state s)
{
    return s < LEAT__STATE_COUNT ? table[s].name : "?";
}

bool leat__state_may(enum leat__state from, enum leat__state to)
{
    return table[from].to & (1u << to);
}

void leat__task_move(struct leat__frame *f, uint32_t t, enum leat__state to)
{
    assert(t < f->plan->n);
    uint32_t word = leat__slot_word(&f->slot[t]);
    assert(leat__state_may((enum leat__state)(word & LEAT__SLOT_STATE), to));
    if (word & LEAT__SLOT_ABANDONED)        /* its call may return just now */
        atomic_fetch_add_explicit(&f->slot[t].word, to - (word & LEAT__SLOT_STATE), memory_order_acq_rel);
    else
        atomic_store_explicit(&f->slot[t].word, (word & ~(uint32_t)LEAT__SLOT_STATE) | to, memory_order_release);
}
