/* gate: see run/gate.h. Open questions are found by number in one table for all runs:
 * a number may be answered when its run, its driver and its hook are long gone.
 *
 * Who answers holds the bucket's lock until the task is queued, and the task passes
 * that lock before it runs: so it and its run are there. Inside of it the pool's lock
 * is taken, never the reverse. */
#include "run/gate.h"
#include "run/call.h"
#include "run/pool.h"
#include "run/queue.h"
#include "run/sim.h"
#include "run/task.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { OPEN = -1, BUCKETS = 64 };

struct leat__question {
    uint64_t id;
    struct leat__question *next, **at;  /* in its bucket; at NULL: answered   */
    int answer;                         /* OPEN, LEAT_ALLOW, LEAT_REFUSE      */
    bool parked;
    struct leat__handle task;
    uint32_t hook;                      /* of the run: whose question it is   */
    struct leat__question *next_parked, **parked_at;    /* in its pool, under its lock */
    char reason[400];
};

static struct bucket { pthread_mutex_t lock; struct leat__question *first; } table[BUCKETS] = {
    [0 ... BUCKETS - 1] = { PTHREAD_MUTEX_INITIALIZER, NULL }
};

static struct bucket *bucket_of(uint64_t id) { return &table[id % BUCKETS]; }

/* --- open questions: under the bucket's lock --- */

static void link_in(struct leat__question *q)
{
    struct bucket *b = bucket_of(q->id);
    q->next = b->first;
    q->at = &b->first;
    if (q->next)
        q->next->at = &q->next;
    b->first = q;
}

static void link_out(struct leat__question *q)
{
    if (!q->at)
        return;
    *q->at = q->next;
    if (q->next)
        q->next->at = q->at;
    q->at = NULL;
}

static void settle(struct leat__question *q, int answer, const char *reason)
{
    q->answer = answer;
    snprintf(q->reason, sizeof q->reason, "%s", reason ? reason : "");
    link_out(q);
}

/* --- answers --- */

static int answer(leat_gate gate, int how, const char *reason)
{
    struct bucket *b = bucket_of(gate.id);
    int code = LEAT_ENOTFOUND;
    pthread_mutex_lock(&b->lock);
    struct leat__question *q = b->first;
    while (q && q->id != gate.id)
        q = q->next;
    if (q) {
        settle(q, code = how, reason);
        if (q->parked)
            leat__task_wake(q->task);
    }
    pthread_mutex_unlock(&b->lock);
    return code;
}

int leat_gate_allow(leat_gate gate) { return answer(gate, LEAT_ALLOW, NULL); }

int leat_gate_refuse(leat_gate gate, const char *reason) { return answer(gate, LEAT_REFUSE, reason); }

/* --- tasks parked at a gate --- */

static void park_in(struct leat__pool *p, struct leat__question *q)
{
    struct leat__run *run = q->task.frame->run;
    pthread_mutex_lock(&p->lock);
    q->next_parked = p->parked;
    q->parked_at = &p->parked;
    if (q->next_parked)
        q->next_parked->parked_at = &q->next_parked;
    p->parked = q;
    if (run->due_ns && (!p->due_ns || run->due_ns < p->due_ns))
        p->due_ns = run->due_ns;
    atomic_fetch_add(&run->parked, 1);
    atomic_fetch_add(&p->parked_count, 1);
    pthread_mutex_unlock(&p->lock);
}

static void park_out(struct leat__pool *p, struct leat__question *q)
{
    pthread_mutex_lock(&p->lock);
    *q->parked_at = q->next_parked;
    if (q->next_parked)
        q->next_parked->parked_at = q->parked_at;
    if (!p->parked)
        p->due_ns = 0;
    atomic_fetch_sub(&q->task.frame->run->parked, 1);
    atomic_fetch_sub(&p->parked_count, 1);
    pthread_mutex_unlock(&p->lock);
}

/* What the slot of a task holds that was parked; it is answered, or never will be. */
static struct leat__question *take_back(struct leat__frame *f, uint32_t t)
{
    struct leat__slot *s = &f->slot[t];
    if (!(leat__slot_word(s) & LEAT__SLOT_ASKED))
        return NULL;
    struct leat__question *q = (void *)(uintptr_t)s->value;
    struct bucket *b = bucket_of(q->id);
    s->value = 0;
    atomic_fetch_and_explicit(&s->word, ~(uint32_t)LEAT__SLOT_ASKED, memory_order_relaxed);
    pthread_mutex_lock(&b->lock);       /* who answers has done with us */
    link_out(q);
    pthread_mutex_unlock(&b->lock);
    park_out(f->run->pool, q);
    return q;
}

void leat__gate_forget(struct leat__frame *f, uint32_t t) { free(take_back(f, t)); }

/* The question is kept: the task parks, unless it has been answered, or its run ends. */
static enum leat__verdict park(struct leat__worker *w, struct leat__question *q)
{
    struct leat__frame *f = w->frame;
    uint32_t t = q->task.task, running = LEAT__RUNNING | LEAT__SLOT_ASKED;
    struct leat__sim *sim = w->pool->sim;
    struct bucket *b = bucket_of(q->id);
    uint64_t id = q->id;
    f->slot[t].value = (uint64_t)(uintptr_t)q;
    leat__slot_mark(&f->slot[t], LEAT__SLOT_ASKED);
    park_in(w->pool, q);
    pthread_mutex_lock(&b->lock);
    q->parked = true;
    bool open = q->answer == OPEN;
    pthread_mutex_unlock(&b->lock);
    if (f->run->stop | f->stop)
        return LEAT__STOPPED;
    if (open && atomic_compare_exchange_strong(&f->slot[t].word, &running, LEAT__PARKED | LEAT__SLOT_ASKED)) {
        if (sim)
            leat__sim_answer(sim, id);
        return LEAT__PARK;
    }
    atomic_store_explicit(&f->slot[t].word, LEAT__READY | LEAT__SLOT_ASKED, memory_order_release);
    return LEAT__AGAIN;
}

/* --- asking --- */

static const char *name_of(const struct leat_hook *h) { return h->ops.name ? h->ops.name : "a gate"; }

/* Its node fails, and says of whom and why. */
static void refuse(struct leat__worker *w, const struct leat__question *q)
{
    const struct leat_hook *h = w->frame->run->hooks[q->hook];
    snprintf(w->text, sizeof w->text, "refused by %s%s%s%s", h->ops.name ? "gate " : "", name_of(h),
             *q->reason ? ": " : "", q->reason);
    w->refuse = w->text;
}

/* Puts it; an answer that is none refuses: who is to watch over something and cannot,
 * lets nothing pass. */
static void put(struct leat__run *run, struct leat__question *q, const leat_call *call)
{
    static _Atomic uint64_t serial;
    const struct leat_hook *h = run->hooks[q->hook];
    struct bucket *b = bucket_of(q->id = atomic_fetch_add_explicit(&serial, 1, memory_order_relaxed) + 1);
    char wrong[80] = "";
    q->answer = OPEN;
    pthread_mutex_lock(&b->lock);
    link_in(q);
    pthread_mutex_unlock(&b->lock);
    int how = h->ops.gate(h->user, call, (leat_gate){ q->id });
    if (how < LEAT_ALLOW || how > LEAT_LATER) {
        atomic_fetch_add_explicit(&run->hook_failures, 1, memory_order_relaxed);
        snprintf(wrong, sizeof wrong, "it answered %d", how);
        how = LEAT_REFUSE;
    }
    pthread_mutex_lock(&b->lock);
    if (q->answer == OPEN && how != LEAT_LATER)
        settle(q, how, wrong);
    pthread_mutex_unlock(&b->lock);
}

/* From the stack to where it can stay. NULL: no memory; it is refused. */
static struct leat__question *keep(struct leat__question *q)
{
    struct leat__question *kept = malloc(sizeof *kept);
    struct bucket *b = bucket_of(q->id);
    pthread_mutex_lock(&b->lock);
    if (kept) {
        *kept = *q;
        if (q->at) {
            link_out(q);
            link_in(kept);
        } else {
            kept->at = NULL;
        }
    } else if (q->answer == OPEN) {
        settle(q, LEAT_REFUSE, "out of memory");
    }
    pthread_mutex_unlock(&b->lock);
    return kept;
}

static bool is_open(const struct leat__question *q)
{
    struct bucket *b = bucket_of(q->id);
    pthread_mutex_lock(&b->lock);
    bool open = q->answer == OPEN;
    pthread_mutex_unlock(&b->lock);
    return open;
}

static void begin(struct leat__frame *f, uint32_t t)
{
    if (leat__task_state(f, t) == LEAT__WAITING)
        leat__task_move(f, t, LEAT__READY);
    if (leat__task_state(f, t) == LEAT__READY)
        leat__task_move(f, t, LEAT__RUNNING);
}

/* From hook `first` on, until one does not allow it. */
static enum leat__verdict ask(struct leat__worker *w, uint32_t t, uint32_t first, const leat_call *call)
{
    struct leat__frame *f = w->frame;
    for (uint32_t i = first; i < f->run->hook_count; i++) {
        struct leat__question q = { .task = { f, f->gen, t }, .hook = i }, *kept;
        if (!f->run->hooks[i]->ops.gate)
            continue;
        if (w->deque)
            leat__share_enter(w);
        put(f->run, &q, call);
        leat__share_suspend(w);
        if (is_open(&q) && (kept = keep(&q))) {
            begin(f, t);
            return park(w, kept);
        }
        if (q.answer == LEAT_REFUSE) {
            refuse(w, &q);
            break;
        }
    }
    return LEAT__OK;
}

enum leat__verdict leat__gate_pass(struct leat__worker *w, uint32_t t)
{
    struct leat__frame *f = w->frame;
    const struct leat__task *task = &f->plan->task[t];
    struct leat__question *asked = take_back(f, t);
    uint32_t first = asked ? asked->hook + 1 : 0;
    void *near[2 * LEAT__NEAR_ARGS], **args = near, *context;
    size_t count = task[1].in - task->in;
    if (asked)
        begin(f, t);
    if (asked && !w->refuse && asked->answer == LEAT_REFUSE)
        refuse(w, asked);
    free(asked);
    if (w->refuse)
        return LEAT__OK;
    if (count > LEAT__NEAR_ARGS && !(args = malloc(2 * count * sizeof *args))) {
        w->refuse = "out of memory";
        return LEAT__OK;
    }
    leat__gather_special(w, t, args, args + count, &context);
    const leat_call call = leat__call_of(f, t, args);
    enum leat__verdict v = ask(w, t, first, &call);
    if (args != near)
        free(args);
    return v;
}

/* --- runs that end --- */

void leat__gates_stir(struct leat__run *run)
{
    struct leat__pool *p = run->pool;
    if (!run->gated || !p || !atomic_load(&p->parked_count))
        return;
    atomic_store(&p->stir, true);
    leat__pool_attend(p);
}

int64_t leat__gates_patience(const struct leat__pool *p, uint64_t now)
{
    uint64_t due = atomic_load(&p->due_ns);
    return !due ? -1 : due > now ? (int64_t)(due - now) : 0;
}

static bool is_over(const struct leat__question *q, uint64_t now)
{
    const struct leat__frame *f = q->task.frame;
    return f->run->stop | f->stop || (f->run->due_ns && now >= f->run->due_ns);
}

/* Under the pool's lock. */
static bool wake(struct leat__pool *p, const struct leat__handle *h)
{
    bool roused = leat__task_rouse(h->frame, h->task);
    if (roused)
        leat__pool_enqueue(p, h->frame, h->task);
    return roused;
}

void leat__gates_look(struct leat__pool *p)
{
    uint64_t due = atomic_load_explicit(&p->due_ns, memory_order_relaxed), now = due ? leat__pool_now(p) : 0;
    bool late = due && now >= due, woken = false;
    if (!(atomic_load(&p->stir) && atomic_exchange(&p->stir, false)) && !late)
        return;
    pthread_mutex_lock(&p->lock);
    due = 0;
    for (struct leat__question *q = p->parked; q; q = q->next_parked) {
        uint64_t end = q->task.frame->run->due_ns;
        if (is_over(q, now))
            woken |= wake(p, &q->task);
        else if (end && (!due || end < due))
            due = end;
    }
    p->due_ns = due;
    pthread_mutex_unlock(&p->lock);
    if (woken)
        leat__pool_announce(p);
}
