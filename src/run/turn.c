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

static pthread_mutex_t awaits = PTHREAD_MUTEX_INITIALIZER;     /* of who waits for which run, of all drivers */
enum { DEEPEST = 16 };

/* x's task waits for that run, or for one that a task waits in which does. */
static bool is_over(const struct leat__claim *x, const struct leat__above *run, int depth)
{
    for (const struct leat__await *a = run && depth < DEEPEST ? run->first : NULL; a; a = a->next)
        if (a->claim == x || is_over(x, a->of, depth + 1))
            return true;
    return false;
}

static bool is_above(const struct leat__claim *x, const struct leat__claim *c) { return x == c || is_over(x, c->up, 0); }

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
    bool found = false;
    t->searches++;
    pthread_mutex_lock(&awaits);
    for (look_at(t, x, &todo); !found && (x = todo);) {
        todo = x->todo;
        found = is_above(x, c);
        if (x->waits)
            look_at(t, find(t, x->hold[x->got].key)->claim, &todo);
        for (struct leat__claim *in = t->inner; in; in = in->inner)
            if (is_over(x, in->up, 0))
                look_at(t, in, &todo);
    }
    pthread_mutex_unlock(&awaits);
    return found;
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

/* It waits no longer, and has what it had not waited for. */
static void leave_queue(struct leat__turns *t, struct leat__claim *c)
{
    struct leat__hold *h = &c->hold[c->got], *held = find(t, h->key), *before = NULL;
    while ((before ? before->next : held->first) != h)
        before = before ? before->next : held->first;
    *(before ? &before->next : &held->first) = h->next;
    if (held->last == h)
        held->last = before;
    end_wait(c);
}

static void end_claim(struct leat__claim *c, struct leat__claim **woken)
{
    c->ended = true;
    if (c->changed) {
        pthread_cond_signal(c->changed);        /* under the lock: it is on the waiter's stack */
    } else {
        c->link = *woken;
        *woken = c;
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
        end_claim(c, &woken);
    }
    return woken;
}

/* One that waits, and would for ever; NULL: none does. */
static struct leat__claim *find_stuck(struct leat__turns *t)
{
    for (struct leat__claim *in = t->inner; in; in = in->inner)
        if (leads_to(t, find(t, in->hold[in->got].key)->claim, in))
            return in;
    return NULL;
}

static struct leat__claim *refuse(struct leat__turns *t, struct leat__claim *c)
{
    struct leat__claim *moving = NULL, *woken, *mine = NULL;
    c->stuck = c->hold[c->got].key;
    c->code = LEAT_EDEADLK;
    leave_queue(t, c);
    pass_on(t, c, &moving);
    woken = move(t, moving);
    end_claim(c, &mine);
    if (mine) {
        mine->link = woken;
        woken = mine;
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

/* --- runs that are waited for --- */

static void link_await(struct leat__above *run, struct leat__await *a)
{
    pthread_mutex_lock(&awaits);
    a->next = run->first;
    a->at = &run->first;
    if (a->next)
        a->next->at = &a->next;
    run->first = a;
    pthread_mutex_unlock(&awaits);
}

void leat__await_begin(struct leat__turns *t, struct leat__above *run, struct leat__await *a)
{
    struct leat__claim *woken = NULL, *stuck;
    link_await(run, a);
    if (!t)
        return;
    do {
        pthread_mutex_lock(&t->lock);
        stuck = find_stuck(t);
        woken = stuck ? refuse(t, stuck) : NULL;
        pthread_mutex_unlock(&t->lock);
        wake(woken);
    } while (stuck);
}

void leat__await_end(struct leat__await *a)
{
    if (!a->at)
        return;
    pthread_mutex_lock(&awaits);
    *a->at = a->next;
    if (a->next)
        a->next->at = a->at;
    pthread_mutex_unlock(&awaits);
    a->at = NULL;
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
