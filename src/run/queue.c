/* queue: see run/queue.h. */
#include "run/queue.h"
#include "run/open.h"
#include "run/pool.h"

/* Under the lock. */
static void append(struct leat__pool *p, struct leat__item *i, enum leat__band band)
{
    struct leat__queue *q = &p->queue;
    i->queued = true;
    i->next = NULL;
    i->band = (uint8_t)band;
    i->number = q->numbers++;
    *(q->last[band] ? &q->last[band]->next : &q->first[band]) = i;
    q->last[band] = i;
    if (band != LEAT__NORMAL)
        atomic_store_explicit(&p->banded, true, memory_order_relaxed);
    atomic_fetch_or(&p->inbox, 1u << band);
}

static struct leat__item *item_of(struct leat__pool *p, struct leat__frame *f, enum leat__band band)
{
    struct leat__item *i = &f->item[band];
    if (!i->queued) {
        i->frame = f;
        i->run = f->run;
        append(p, i, band);
    }
    return i;
}

/* The bands in which the frame has tasks that wait for nothing. */
static uint32_t first_bands(const struct leat__frame *f)
{
    const struct leat__open *o = f->plan->open;
    uint32_t bands = 0;
    if (!f->plan->priority)
        return 1u << leat__task_band(f, 0);
    for (uint32_t i = 0; i < o->roots; i++)
        for (uint32_t t = o->root[2 * i]; t < o->root[2 * i + 1]; t++)
            bands |= 1u << leat__task_band(f, t);
    return bands;
}

void leat__pool_enqueue(struct leat__pool *p, struct leat__frame *f, uint32_t task)
{
    uint32_t bands = task == LEAT__NONE ? first_bands(f) : 1u << leat__task_band(f, task);
    for (int band = LEAT__HIGH; band >= LEAT__LOW; band--) {
        if (!(bands & 1u << band))
            continue;
        struct leat__item *i = item_of(p, f, (enum leat__band)band);
        if (task == LEAT__NONE) {
            i->starts = true;
        } else {
            atomic_store_explicit(&f->slot[task].count, i->first, memory_order_relaxed);
            i->first = task + 1;
        }
    }
}

void leat__pool_put(struct leat__pool *p, struct leat__frame *f, uint32_t task)
{
    pthread_mutex_lock(&p->lock);
    leat__pool_enqueue(p, f, task);
    pthread_mutex_unlock(&p->lock);
    leat__pool_announce(p);
}

void leat__pool_put_load(struct leat__pool *p, struct leat__load *load, enum leat__band band,
                         const struct leat__run *run)
{
    load->item = (struct leat__item){ .run = run };
    pthread_mutex_lock(&p->lock);
    append(p, &load->item, band);
    pthread_mutex_unlock(&p->lock);
    leat__pool_announce(p);
}

/* Without threads there is nobody but who helps to take what is of several runs. */
static bool is_for(const struct leat__pool *p, const struct leat__item *i, const struct leat__run *only)
{
    return !only || i->run == only || (!i->run && !p->threads);
}

/* The link to the oldest one of a band; to NULL: there is none. *out_before: the one before it. */
static struct leat__item **oldest_of(struct leat__pool *p, int band, const struct leat__run *only,
                                     struct leat__item **out_before)
{
    struct leat__item **at = &p->queue.first[band];
    for (*out_before = NULL; *at && !is_for(p, *at, only); at = &(*at)->next)
        *out_before = *at;
    return at;
}

static struct leat__item *unlink_one(struct leat__pool *p, struct leat__item **at, struct leat__item *before)
{
    struct leat__item *i = *at;
    *at = i->next;
    if (p->queue.last[i->band] == i)
        p->queue.last[i->band] = before;
    if (!p->queue.first[i->band])
        atomic_fetch_and(&p->inbox, ~(1u << i->band));
    i->queued = false;
    return i;
}

static struct leat__item *choose(struct leat__pool *p, struct leat__choice c)
{
    struct leat__item **at = NULL, *before = NULL;
    for (int band = LEAT__HIGH; band >= (c.oldest ? LEAT__LOW : (int)c.least); band--) {
        struct leat__item *last, **next = oldest_of(p, band, c.only, &last);
        if (*next && (!at || (*next)->number < (*at)->number)) {
            at = next;
            before = last;
        }
        if (at && !c.oldest)
            break;
    }
    return at ? unlink_one(p, at, before) : NULL;
}

bool leat__pool_take(struct leat__pool *p, struct leat__choice c, struct leat__taken *out)
{
    if (atomic_load(&p->inbox) < (c.oldest ? 1 : 1u << c.least))
        return false;
    pthread_mutex_lock(&p->lock);
    struct leat__item *i = choose(p, c);
    if (i) {
        struct leat__load *load = i->frame ? NULL : (struct leat__load *)i;
        *out = (struct leat__taken){ i->frame, load, i->first, i->starts, i->band, i->run };
        i->first = 0;
        i->starts = false;
    }
    pthread_mutex_unlock(&p->lock);
    return i;
}

bool leat__pool_holds(struct leat__pool *p, const struct leat__run *only)
{
    struct leat__item *before;
    bool holds = false;
    if (!atomic_load(&p->inbox))
        return false;
    pthread_mutex_lock(&p->lock);
    for (int band = LEAT__LOW; band <= LEAT__HIGH && !holds; band++)
        holds = *oldest_of(p, band, only, &before);
    pthread_mutex_unlock(&p->lock);
    return holds;
}
