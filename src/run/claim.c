/* claim: see run/claim.h. The key of a value is its address; serial names count
 * down from where no address is. */
#include "run/claim.h"
#include "run/worker.h"
#include <leat/error.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>

void leat__claim_await(struct leat__await *a, struct leat__run *run)
{
    const struct leat__worker *w = leat__worker_current();
    if (!w || !w->frame || w->task == LEAT__NONE)
        return;
    *a = (struct leat__await){ .claim = w->claim, .of = &w->frame->run->above };
    leat__await_begin(run->turns, &run->above, a);
}

static uint64_t key_of(const struct leat__frame *f, uint32_t entry)
{
    return entry & LEAT__SERIAL ? UINT64_MAX - (entry & ~LEAT__SERIAL) : f->slot[entry].value;
}

/* Few: put where it belongs; one that is there already is dropped. */
static uint32_t insert(struct leat__hold *hold, uint32_t n, uint64_t key)
{
    uint32_t at = n;
    while (at && hold[at - 1].key > key)
        at--;
    if (at && hold[at - 1].key == key)
        return n;
    for (uint32_t i = n; i > at; i--)
        hold[i].key = hold[i - 1].key;
    hold[at].key = key;
    return n + 1;
}

static const struct leat__side *side_of(const struct leat__frame *f, uint32_t t)
{
    return &f->plan->side[f->plan->task[t].side];
}

static uint32_t find_keys(const struct leat__frame *f, uint32_t t, struct leat__hold *hold)
{
    const struct leat__side *side = side_of(f, t);
    uint32_t n = 0;
    for (uint32_t i = 0; i < side->turns; i++) {
        uint64_t key = key_of(f, f->plan->list[side->turn + i]);
        if (key)                        /* NULL is nobody's */
            n = insert(hold, n, key);
    }
    return n;
}

static const char *tell(const struct leat__frame *f, uint32_t t, uint64_t key, char *buf, size_t size)
{
    const struct leat__side *side = side_of(f, t);
    uint32_t entry = f->plan->list[side->turn];
    for (uint32_t i = 1; i < side->turns && key_of(f, entry) != key; i++)
        entry = f->plan->list[side->turn + i];
    bool serial = entry & LEAT__SERIAL;
    const char *name = serial ? f->plan->graph->serial_name[entry & ~LEAT__SERIAL] : leat__frame_node(f, entry)->name;
    snprintf(buf, size, "waits for its turn for ever: %s%s%s is held by a task that waits for this run",
             serial ? "serial(" : "", name, serial ? ")" : "");
    return buf;
}

static void post(struct leat__claim *c) { sem_post(c->user); }

/* A worker of a pool lends its deque while it waits: who holds the turn may need
 * what is in it. */
static int take(struct leat__worker *w, struct leat__claim *c)
{
    sem_t had;
    const struct leat__worker *pooled = leat__worker_pooled();
    if (!pooled || !pooled->deque) {
        w->frame->run->in_turn++;
        int code = leat__turn_take(w->frame->run->turns, c);
        w->frame->run->in_turn--;
        return code;
    }
    sem_init(&had, 0, 0);
    c->wake = post;
    c->user = &had;
    int code = leat__turn_try(w->frame->run->turns, c);
    if (code == LEAT_EBUSY) {
        struct leat__worker *lent = leat__worker_lend();
        w->frame->run->in_turn++;
        while (sem_wait(&had))
            ;                           /* EINTR */
        w->frame->run->in_turn--;
        leat__worker_back(lent);
        code = c->code;
    }
    sem_destroy(&had);
    return code;
}

const char *leat__claim_take(struct leat__worker *w, uint32_t t, struct leat__claim *c, char *buf, size_t size)
{
    struct leat__frame *f = w->frame;
    uint32_t most = side_of(f, t)->turns;
    *c = (struct leat__claim){ .up = &f->run->above, .hold = most > LEAT__NEAR_HOLDS ? malloc(most * sizeof *c->hold)
                                                                                    : c->near };
    if (!c->hold)
        return "out of memory";
    c->count = find_keys(f, t, c->hold);
    if (take(w, c) < 0)
        return tell(f, t, c->stuck, buf, size);
    w->claim = c;
    return NULL;
}

void leat__claim_give(struct leat__worker *w, struct leat__claim *c)
{
    w->claim = NULL;
    if (c->got)
        leat__turn_give(w->frame->run->turns, c);
    if (c->hold != c->near)
        free(c->hold);
    c->hold = c->near;
}
