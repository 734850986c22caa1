/* context: see run/context.h.
 *
 * One thread-local pointer names the current walk. A list of all walks, under a
 * lock that is taken once per walk, serves leat_fail from a thread that runs
 * none, say of OpenMP: it fails every running task of the module it is called
 * from, which the return address tells. */
#include "run/context.h"
#include "run/each.h"
#include "run/pool.h"
#include "run/worker.h"
#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

static _Thread_local struct leat__worker *current;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct leat__worker *all;

struct leat__worker *leat__worker_current(void) { return current; }

struct leat__worker *leat__worker_suspect(void)
{
    struct leat__worker *w = all;
    return current ? current : w && !w->next ? w : NULL;
}

void leat__worker_enter(struct leat__worker *w, struct leat__frame *f)
{
    w->context.api = &leat__node_api;
    w->frame = f;
    w->building = NULL;
    leat__worker_at(w, LEAT__NONE);
    w->failed = 0;
    atomic_store_explicit(&w->ok, 0, memory_order_relaxed);
    atomic_store_explicit(&w->handed, 0, memory_order_relaxed);
    atomic_store_explicit(&w->waits, false, memory_order_relaxed);
    atomic_store_explicit(&w->lane, 0, memory_order_relaxed);
    leat__worker_counts_for(w, f ? f->run : NULL);
    w->stamp = w->began = w->due_ns = 0;
    w->lasts_ns = 0;
    w->deque = NULL;
    w->refuse = NULL;
    w->claim = NULL;
    w->guard.on = false;
    w->blocks = 0;
    w->lent = NULL;
    w->pool = NULL;
    w->deque = NULL;
    w->delta = 0;
    w->up = current;
    pthread_mutex_lock(&lock);
    w->next = all;
    w->at = &all;
    if (all)
        all->at = &w->next;
    all = w;
    pthread_mutex_unlock(&lock);
    current = w;
}

void leat__worker_leave(struct leat__worker *w)
{
    current = w->up;
    pthread_mutex_lock(&lock);
    *w->at = w->next;
    if (w->next)
        w->next->at = w->at;
    pthread_mutex_unlock(&lock);
}

struct leat__frame *leat__worker_frame(struct leat__worker *w, uint32_t *t)
{
    *t = atomic_load(&w->task);
    struct leat__frame *f = *t == LEAT__NONE ? NULL : w->frame;
    return f && atomic_load(&w->task) == *t ? f : NULL;
}

void leat__workers_forget(void)
{
    pthread_mutex_lock(&lock);
    pthread_mutex_unlock(&lock);
}

void leat__workers_each(void (*visit)(struct leat__worker *w, void *user), void *user)
{
    pthread_mutex_lock(&lock);
    for (struct leat__worker *w = all; w; w = w->next)
        visit(w, user);
    pthread_mutex_unlock(&lock);
}

/* Zeroed before they are added: who samples between the two misses them, and sees by
 * `handed` that it does. */
void leat__worker_hand_over(struct leat__worker *w, struct leat__run *run)
{
    uint64_t ok = atomic_load_explicit(&w->ok, memory_order_relaxed);
    uint32_t handed = atomic_load_explicit(&w->handed, memory_order_relaxed);
    if (!ok)
        return;
    atomic_store_explicit(&w->handed, handed + 1, memory_order_relaxed);
    atomic_store_explicit(&w->ok, 0, memory_order_release);
    atomic_fetch_add_explicit(&run->ok, ok, memory_order_release);
    atomic_store_explicit(&w->handed, handed + 2, memory_order_release);
}

void leat__run_descend(struct leat__run *run)
{
    const struct leat__run *up = current && current->frame && current->task != LEAT__NONE ? current->frame->run : NULL;
    memset(run->line, 0, sizeof run->line);
    if (!up)
        return;
    run->line[0] = up->number;
    memcpy(run->line + 1, up->line, sizeof run->line - sizeof *run->line);
}

bool leat__run_is_below(const struct leat__run *run, uint64_t number)
{
    for (uint32_t i = 0; i < LEAT__MOST_NESTED && run->line[i]; i++)
        if (run->line[i] == number)
            return true;
    return false;
}

/* What is told of the worker is the caller's to look at and to change, until it sets
 * `failed` again; what that was. */
static uint32_t hold_told(struct leat__worker *w)
{
    uint32_t was = atomic_load_explicit(&w->failed, memory_order_acquire);
    for (;;) {
        if (was != 1 && atomic_compare_exchange_weak(&w->failed, &was, 1))
            return was;
        was = atomic_load_explicit(&w->failed, memory_order_acquire);
    }
}

/* The first to tell of a task wins. One that has ended since is told in vain, and
 * takes nothing from another's failure. */
static int tell_of(struct leat__worker *w, struct leat__frame *f, uint32_t t, const char *file, int line, const char *text)
{
    uint32_t was = hold_told(w);
    bool told = was && w->told_frame == f && w->told_task == t, there = w->frame == f && w->task == t;
    if (there && !told) {
        w->told_frame = f;
        w->told_task = t;
        snprintf(w->file, sizeof w->file, "%s", file ? file : "");
        snprintf(w->text, sizeof w->text, "%s", text);
        w->line = line;
        was = 2;
    }
    atomic_store_explicit(&w->failed, was, memory_order_release);
    return there || told;
}

int leat__worker_tell(struct leat__worker *w, const char *file, int line, const char *text)
{
    return tell_of(w, w->frame, w->task, file, line, text);
}

bool leat__worker_is_told(struct leat__worker *w, uint32_t t)
{
    uint32_t was = hold_told(w);
    bool ours = was && w->told_frame == w->frame && w->told_task == t;
    atomic_store_explicit(&w->failed, ours ? 2 : 0, memory_order_release);
    return ours;
}

static const void *image_of(const void *p)
{
    Dl_info info;
    return dladdr(p, &info) ? info.dli_fbase : NULL;
}

/* The code that the worker is in, and its task; NULL: none of a module. */
static const void *code_of(struct leat__worker *w, struct leat__frame **f, uint32_t *t)
{
    *f = leat__worker_frame(w, t);
    return w->building ? w->building->fn : *f ? (*f)->plan->task[*t].fn : NULL;
}

static int tell_all(const void *caller, const char *file, int line, const char *text)
{
    const void *image = image_of(caller);
    int told = 0;
    pthread_mutex_lock(&lock);
    for (struct leat__worker *w = all; w; w = w->next) {
        struct leat__frame *f;
        uint32_t t;
        const void *code = code_of(w, &f, &t);
        if (code && image_of(code) == image)
            told += tell_of(w, f, t, file, line, text);
    }
    pthread_mutex_unlock(&lock);
    return told;
}

/* A destructor fails when all is over: nothing is left to fail, but hooks listen. */
static int tell_late(const struct leat__run *run, const char *text)
{
    char line[600];
    int told = 0;
    snprintf(line, sizeof line, "its destructor failed: %s", text);
    for (uint32_t i = 0; i < run->hook_count; i++) {
        const struct leat_hook *h = run->hooks[i];
        if (h->ops.log) {
            h->ops.log(h->user, run->number, leat__value_dying()->name, 0, line);
            told = 1;
        }
    }
    return told;
}

__attribute__((noinline))
static int api_fail(leat_context *ctx, const char *file, int line, const char *text)
{
    if (ctx)
        return leat__worker_tell((struct leat__worker *)ctx, file, line, text);
    if (leat__value_dying() && leat__run_clearing())
        return tell_late(leat__run_clearing(), text);
    if (current && (current->building || current->task != LEAT__NONE || leat__value_dying()))
        return leat__worker_tell(current, file, line, text);
    return tell_all(__builtin_return_address(0), file, line, text);
}

static const char *running(const struct leat__worker *w)
{
    const struct leat__plan *p = w->frame->plan;
    return p->graph->node[p->node[w->task]].name;
}

static void api_log(leat_context *ctx, int level, const char *text)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    const struct leat__run *run = w->frame->run;
    for (uint32_t i = 0; i < run->hook_count && !leat__guard_is_over(w); i++) {
        struct leat_hook *h = run->hooks[i];
        if (h->ops.log)
            h->ops.log(h->user, run->number, running(w), level, text);
    }
}

static void api_progress(leat_context *ctx, double done, double total)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    const struct leat__run *run = w->frame->run;
    for (uint32_t i = 0; i < run->hook_count && !leat__guard_is_over(w); i++) {
        struct leat_hook *h = run->hooks[i];
        if (h->ops.progress)
            h->ops.progress(h->user, run->number, running(w), done, total);
    }
}

static int api_cancelled(const leat_context *ctx)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    const struct leat__run *run = w->frame->run;
    if ((run->stop && !run->suspended) || leat__worker_has_failed(w, w->task))
        return 1;
    uint64_t now = w->due_ns || run->due_ns ? leat__pool_now(run->pool) : 0;
    return (w->due_ns && now >= w->due_ns) || (run->due_ns && now >= run->due_ns);
}

static const leat_task_info *api_info(const leat_context *ctx)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    const struct leat__frame *f = w->frame;
    w->info = (leat_task_info){ running(w), f->purpose ? f->purpose : "run", f->run->number, -1, -1, 0,
                                f->attempt ? (int32_t)f->attempt : 1 };
    return &w->info;
}

static const char *api_key(const leat_context *ctx)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    return leat__key_print(w->frame, w->task, w->key);
}

/* From another thread of the node it would be the wrong worker that waits. */
static void api_block(leat_context *ctx, int on)
{
    struct leat__worker *w = (struct leat__worker *)ctx;
    if (w == current)
        leat__worker_block(w, on);
}

const leat_node_api leat__node_api = {
    sizeof(leat_node_api), 1, api_fail, api_log, api_progress, api_cancelled, api_info, leat__each, api_key, api_block
};

bool leat__is_on_stack(const void *p)
{
    static _Thread_local const char *low, *high;
    if (!high) {
        pthread_attr_t attr;
        void *at = NULL;
        size_t size = 0;
        if (!pthread_getattr_np(pthread_self(), &attr)) {
            pthread_attr_getstack(&attr, &at, &size);
            pthread_attr_destroy(&attr);
        }
        low = at;
        high = low + size + 1;      /* never NULL: asked once */
    }
    return (const char *)p >= low && (const char *)p < high - 1;
}

/* The break heap of an old-style program may follow its image: only mapped
 * segments count, which is what the dynamic linker looks up. */
#ifdef DLFO_STRUCT_HAS_EH_DBASE
bool leat__is_in_image(const void *p)
{
    struct dl_find_object found;
    return !_dl_find_object((void *)p, &found);
}
#else       /* other C libraries than glibc 2.35 and later */
static int has_address(struct dl_phdr_info *image, size_t size, void *p)
{
    (void)size;
    for (size_t i = 0; i < image->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &image->dlpi_phdr[i];
        if (part->p_type == PT_LOAD && (uintptr_t)p - image->dlpi_addr - part->p_vaddr < part->p_memsz)
            return 1;
    }
    return 0;
}

bool leat__is_in_image(const void *p) { return dl_iterate_phdr(has_address, (void *)p); }
#endif
