/* hook: see run/hook.h and leat/hook.h. */
#include "run/hook.h"
#include "base/ticks.h"
#include "run/run.h"
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

leat_hook *leat_hook_new(const leat_call_ops *ops, void *user)
{
    struct leat_hook *h = calloc(1, sizeof *h);
    size_t size = ops && ops->size < sizeof h->ops ? ops->size : sizeof h->ops;
    if (!ops || !h) {
        free(h);
        if (ops && ops->size >= offsetof(leat_call_ops, destroy) + sizeof ops->destroy && ops->destroy)
            ops->destroy(user);
        return NULL;
    }
    memcpy(&h->ops, ops, size);     /* an older caller knows fewer slots */
    if (h->ops.name && !(h->ops.name = strdup(h->ops.name))) {
        leat_call_ops had = h->ops;
        free(h);
        if (had.destroy)
            had.destroy(user);
        return NULL;
    }
    h->user = user;
    h->refs = 1;
    pthread_mutex_init(&h->turn, NULL);
    pthread_mutex_init(&h->mail, NULL);
    return h;
}

leat_hook *leat_hook_new_events(const leat_event_ops *ops, void *user)
{
    leat_call_ops none = { .size = sizeof none, .destroy = ops && ops->size > offsetof(leat_event_ops, destroy) ? ops->destroy : NULL };
    leat_hook *h = leat_hook_new(&none, user);
    leat__ticks_start();
    if (h && ops)
        memcpy(&h->event_ops, ops, ops->size < sizeof h->event_ops ? ops->size : sizeof h->event_ops);
    return h;
}

void leat_hook_stop(leat_hook *h)
{
    if (h)
        h->stopped = true;
}

void leat_hook_free(leat_hook *h)
{
    if (h)
        leat__hook_unref(h);
}

void leat__hook_ref(struct leat_hook *h)
{
    atomic_fetch_add_explicit(&h->refs, 1, memory_order_relaxed);
}

void leat__hook_unref(struct leat_hook *h)
{
    if (atomic_fetch_sub_explicit(&h->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (h->ops.destroy)
        h->ops.destroy(h->user);
    pthread_mutex_destroy(&h->turn);
    pthread_mutex_destroy(&h->mail);
    free((char *)h->ops.name);
    free(h);
}

/* --- hearing --- */

/* Copies, which outlive their run: its driver is held. */
struct leat__post {
    struct leat__post *next;
    const struct leat_driver *driver;
    void (*hold)(const struct leat_driver *d, bool more);
    uint32_t n;
    leat_event at[];
};

static _Thread_local const struct leat_hook *hearing;

bool leat__is_hearing(void) { return hearing; }

static void count_failures(struct leat__run *run, uint32_t n)
{
    atomic_fetch_add_explicit(&run->hook_failures, n, memory_order_relaxed);
}

static void tell(struct leat_hook *h, struct leat__run *run, const leat_event *e, uint32_t n)
{
    const struct leat_hook *outer = hearing;
    hearing = h;
    if (!h->stopped && h->event_ops.events(h->user, e, n))
        count_failures(run, 1);
    hearing = outer;
}

static struct leat__post *copy(const struct leat__run *run, const leat_event *e, uint32_t n)
{
    size_t texts = 0, size = sizeof(struct leat__post) + n * sizeof *e;
    for (uint32_t i = 0; i < n; i++)
        texts += e[i].message ? strlen(e[i].message) + 1 : 0;
    struct leat__post *p = malloc(size + texts);
    if (!p)
        return NULL;
    *p = (struct leat__post){ .driver = run->driver, .hold = run->hold, .n = n };
    memcpy(p->at, e, n * sizeof *e);
    char *text = (char *)p + size;
    for (uint32_t i = 0; i < n; i++)
        if (e[i].message) {
            p->at[i].message = strcpy(text, e[i].message);
            text += strlen(text) + 1;
        }
    p->hold(p->driver, true);
    return p;
}

static bool post(struct leat_hook *h, const struct leat__run *run, const leat_event *e, uint32_t n)
{
    struct leat__post *p = copy(run, e, n);
    if (!p)
        return false;
    pthread_mutex_lock(&h->mail);
    if (h->last)
        h->last->next = p;
    else
        h->first = p;
    h->last = p;
    pthread_mutex_unlock(&h->mail);
    return true;
}

/* What comes just now is seen by has_posts, afterwards. */
static struct leat__post *take_posts(struct leat_hook *h)
{
    if (!atomic_load_explicit(&h->first, memory_order_relaxed))
        return NULL;
    pthread_mutex_lock(&h->mail);
    struct leat__post *p = h->first;
    h->first = NULL;
    h->last = NULL;
    pthread_mutex_unlock(&h->mail);
    return p;
}

static bool has_posts(struct leat_hook *h)
{
    pthread_mutex_lock(&h->mail);
    bool has = h->first;
    pthread_mutex_unlock(&h->mail);
    return has;
}

/* Drivers may go with their last batch: not while the hook is inside. */
static void forget(struct leat__post *p)
{
    for (struct leat__post *next; p; p = next) {
        next = p->next;
        p->hold(p->driver, false);
        free(p);
    }
}

/* Who has its turn: first what others have left, then its own, if n. */
static void use_turn(struct leat_hook *h, struct leat__run *run, const leat_event *e, uint32_t n)
{
    struct leat__post *posts = take_posts(h);
    atomic_store_explicit(&h->caller, (uint64_t)pthread_self(), memory_order_relaxed);
    for (struct leat__post *p = posts; p; p = p->next)
        tell(h, run, p->at, p->n);
    if (n)
        tell(h, run, e, n);
    atomic_store_explicit(&h->caller, 0, memory_order_relaxed);
    pthread_mutex_unlock(&h->turn);
    forget(posts);
}

/* Two hooks that wait for each other's turn would do so for ever. */
void leat__hook_hear(struct leat_hook *h, struct leat__run *run, const leat_event *e, uint32_t n)
{
    if (!h->event_ops.events || h->stopped)
        return;
    if (atomic_load_explicit(&h->caller, memory_order_relaxed) == (uint64_t)pthread_self()) {
        count_failures(run, n);     /* inside its own call it hears nothing */
        return;
    }
    if (!hearing)
        pthread_mutex_lock(&h->turn);
    if (!hearing || !pthread_mutex_trylock(&h->turn))
        use_turn(h, run, e, n);
    else if (!post(h, run, e, n))
        count_failures(run, n);
    while (has_posts(h) && !pthread_mutex_trylock(&h->turn))
        use_turn(h, run, NULL, 0);
}
