/* frames: see run/frames.h. A frame's memory stays the run's until it ends, so that
 * a stale handle can be told by its number; its slots are another's if they fit. */
#include "run/frames.h"
#include "run/pool.h"
#include "run/values.h"
#include <stdlib.h>
#include <string.h>

enum { LOOKS = 8 };             /* at so many closed frames, for one that is large enough */

static struct leat__frame *take_closed(struct leat__run *run, size_t size)
{
    struct leat__frame **at = &run->free_frames, **any = at;
    for (int i = 0; i < LOOKS && *at; i++, at = &(*at)->next)
        if ((*at)->size >= size) {
            any = at;
            break;
        }
    struct leat__frame *f = *any;
    if (f)
        *any = f->next;
    return f;
}

/* From now on handles of it are stale: who wakes looks under the lock. */
static void give_closed(struct leat__run *run, struct leat__frame *f)
{
    pthread_mutex_lock(&run->lock);
    f->gen++;
    f->next = run->free_frames;
    run->free_frames = f;
    pthread_mutex_unlock(&run->lock);
}

/* As new, but for what somebody with a stale handle may read: its run and its number. */
static void renew(struct leat__frame *f, struct leat__frame *up, uint32_t task, uint32_t index, uint32_t serial)
{
    f->up = up;
    f->task = task;
    f->index = index;
    f->serial = serial;
    f->purpose = NULL;
    f->attempt = 0;
    f->stop = false;
    f->live = 0;
    f->user = NULL;
    f->next = NULL;
    memset(f->item, 0, sizeof f->item);
}

struct leat__frame *leat__frame_open(struct leat__frame *up, uint32_t task, const struct leat__plan *plan,
                                     uint32_t index)
{
    struct leat__run *run = up->run;
    size_t size = leat__frame_size(plan);
    if (leat__pool_starves(run->pool))
        return NULL;
    pthread_mutex_lock(&run->lock);
    struct leat__frame *f = take_closed(run, size);
    uint32_t serial = ++run->frames;
    pthread_mutex_unlock(&run->lock);
    bool made = !f;
    if (made && !(f = calloc(1, sizeof *f)))
        return NULL;
    if (made)
        f->run = run;
    renew(f, up, task, index, serial);
    if (leat__frame_place(f, plan, f->slot, f->size) == 0)
        return f;
    give_closed(run, f);
    return NULL;
}

void leat__frame_close(struct leat__frame *f)
{
    leat__values_clear(f);
    give_closed(f->run, f);
}

void leat__frames_free(struct leat__run *run)
{
    struct leat__frame *next;
    for (struct leat__frame *f = run->free_frames; f; f = next) {
        next = f->next;
        leat__frame_fini(f);
        free(f);
    }
    run->free_frames = NULL;
}
