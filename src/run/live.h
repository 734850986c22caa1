/* live: what is alive of a frame: its tasks that are queued, running, settling or
 * parked. A worker keeps its own part of that count, which it adds before others
 * can take what it counted, and when it runs out of work. Whoever brings the count
 * to nothing closes the frame, and with the root's the run. */
#pragma once
#include "run/pool.h"

/* The frame may be gone afterwards. */
void leat__live_add(struct leat__frame *f, int64_t delta);
/* What the worker has counted and summed of its frame. The frame may be gone afterwards. */
void leat__live_flush(struct leat__worker *w);
/* Nothing of the frame is alive, and nothing will be: by whoever saw it. */
void leat__live_none(struct leat__frame *f);
