/* turn: see run/turn.h. A token is there only while it is held: it is the
 * holder's leat__hold, in a hash table by key, with the queue of who waits. */
#include "run/turn.h"
#include <leat/error.h>
#include <stddef.h>

void leat__turns_init(struct leat__turns *t)
{
    *t = (struct leat__turns){ 0 };
    pthread_mutex_init(&t->lock, NULL);
}

void leat__turns_fini(struct leat__turns *t) { pthread_mutex_destroy(&t->lock); }

/* --- tokens --- */

static struct leat__hold **bucket(struct leat__turns *t, uint64_t key)
{
    return &t->held[key * 0x9e3779b97f4a7c15u >> 58];
}

static struct leat__hold *find(struct leat__turns *t, uint64_t key)
{
    struct leat__hold *h = *bucket(t, key);
    while (h && h->key != key)
        h = h->next;
    return h;
}

static void hold(struct leat__turns *t, struct leat__hold *h)
{
    struct leat__hold **at = bucket(t, h->key);
    h->next = *at;
    *at = h;
}

static void unhold(struct leat__turns *t, struct leat__hold *h)
{
    struct leat__hold **at = bucket(t, h->key);
    while (*at != h)
        at = &(*at)->next;
    *at = h->next;
}

/* --- waits that would never end --- */

static bool is_above(const struct leat__claim *x, const struct leat__claim *c)
{
    while (c && c != x)
        c = c->up;
    return c;
}

static void look_at(struct leat__turns *t, struct leat__claim *c, struct leat__claim **todo)
{
    if (c->seen == t->searches)
        return;
    c->seen = t->searches;
    c->todo = *todo;
    *todo = c;
}

/* x waits, directly or not, for c or for a task that waits for c's run. A claim
 * waits for who holds what it wants next, and for those within its own runs. */
static bool leads_to(struct leat__turns *t, struct leat__claim *x, const struct leat__claim *c)
{
    struct leat__claim *todo = NULL;
    t->searches++;
    for (look_at(t, x, &todo); (x = todo);) {
        todo = x->todo;
        if (is_above(x, c))
            return true;
        if (x->waits)
            look_at(t, find(t, x->hold[x->got].key)->claim, &todo);
        for (struct leat__claim *in = t->inner; in; in = in->inner)
            if (is_above(x, in->up))
                look_at(t, in, &todo);
    }
    return false;
}

/* --- waiting --- */

static void enqueue(struct leat__turns *t, struct leat__hold *held, struct leat__hold *h)
{
    struct leat__claim *c = h->claim;
    h->next = NULL;
    *(held->last ? &held->last->next : &held->first) = h;
    held->last = h;
    if (c->up) {
        c->inner = t->inner;
        c->inner_at = &t->inner;
        if (c->inner)
            c->inner->inner_at = &c->inner;
        t->inner = c;
    }
    c->waits = true;
}

static void end_wait(struct leat__claim *c)
{
    if (c->waits && c->up) {
        *c->inner_at = c->inner;
        if (c->inner)
            c->inner->inner_at = c->inner_at;
    }
    c->waits = false;
}

/* Holds what can be held, in order. LEAT_EBUSY: it waits for the next. */
static int advance(struct leat__turns *t, struct leat__claim *c)
{
    for (; c->got < c->count; c->got++) {
        struct leat__hold *h = &c->hold[c->got], *held = find(t, h->key);
        h->claim = c;
        h->first = h->last = NULL;
        if (held && leads_to(t, held->claim, c)) {
            c->stuck = h->key;
            return LEAT_EDEADLK;
        }
        if (held) {
            enqueue(t, held, h);
            return LEAT_EBUSY;
        }
        hold(t, h);
    }
    return 0;
}

/* The claim holds nothing more; who got something is added to `moving`. */
static void pass_on(struct leat__turns *t, struct leat__claim *c, struct leat__claim **moving)
{
    while (c->got) {
        struct leat__hold *h = &c->hold[--c->got], *next = h->first;
        unhold(t, h);
        if (!next)
            continue;
        next->first = next->next;
        next->last = next->first ? h->last : NULL;
        hold(t, next);
        end_wait(next->claim);
        next->claim->got++;
        next->claim->link = *moving;
        *moving = next->claim;
    }
}

/* Lets those who got something go on; returns who is to be woken without lock. */
static struct leat__claim *move(struct leat__turns *t, struct leat__claim *moving)
{
    struct leat__claim *woken = NULL, *c;
    while ((c = moving)) {
        moving = c->link;
        int code = advance(t, c);
        if (code == LEAT_EBUSY)
            continue;
        c->code = code;
        if (code < 0)
            pass_on(t, c, &moving);
        c->ended = true;
        if (c->changed) {
            pthread_cond_signal(c->changed);    /* under the lock: it is on the waiter's stack */
        } else {
            c->link = woken;
            woken = c;
        }
    }
    return woken;
}

static void wake(struct leat__claim *c)
{
    for (struct leat__claim *next; c; c = next) {
        next = c->link;
        c->wake(c);
    }
}

/* --- claims --- */

static int start(struct leat__turns *t, struct leat__claim *c, struct leat__claim **woken)
{
    struct leat__claim *moving = NULL;
    c->got = 0;
    c->waits = c->ended = false;
    c->code = advance(t, c);
    if (c->code == LEAT_EDEADLK)
        pass_on(t, c, &moving);
    *woken = move(t, moving);
    return c->code;
}

int leat__turn_try(struct leat__turns *t, struct leat__claim *c)
{
    struct leat__claim *woken;
    pthread_mutex_lock(&t->lock);
    c->changed = NULL;
    int code = start(t, c, &woken);
    pthread_mutex_unlock(&t->lock);
    wake(woken);
    return code;
}

int leat__turn_take(struct leat__turns *t, struct leat__claim *c)
{
    pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
    struct leat__claim *woken;
    pthread_mutex_lock(&t->lock);
    c->changed = &changed;
    if (start(t, c, &woken) == LEAT_EBUSY)
        while (!c->ended)
            pthread_cond_wait(&changed, &t->lock);
    int code = c->code;
    pthread_mutex_unlock(&t->lock);
    wake(woken);
    pthread_cond_destroy(&changed);
    return code;
}

void leat__turn_give(struct leat__turns *t, struct leat__claim *c)
{
    struct leat__claim *moving = NULL, *woken;
    pthread_mutex_lock(&t->lock);
    pass_on(t, c, &moving);
    woken = move(t, moving);
    pthread_mutex_unlock(&t->lock);
    wake(woken);
}
