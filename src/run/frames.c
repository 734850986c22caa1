/* frames: see run/frames.h. A frame's memory stays the run's until it ends, so that
 * a stale handle can be told by its number; its slots are another's if they fit. */
#include "run/frames.h"
#include "run/pool.h"
#include "run/values.h"
#include <stdlib.h>

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

static void give_closed(struct leat__run *run, struct leat__frame *f)
{
    pthread_mutex_lock(&run->lock);
    f->next = run->free_frames;
    run->free_frames = f;
    pthread_mutex_unlock(&run->lock);
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
    if (!f && !(f = calloc(1, sizeof *f)))
        return NULL;
    uint32_t gen = f->gen;
    void *memory = f->slot;
    size_t room = f->size;
    *f = (struct leat__frame){ .gen = gen, .run = run, .up = up, .task = task, .index = index, .serial = serial };
    if (leat__frame_place(f, plan, memory, room) == 0)
        return f;
    give_closed(run, f);
    return NULL;
}

void leat__frame_close(struct leat__frame *f)
{
    leat__values_clear(f);
    f->gen++;
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
