/* frames: opened while a run goes on, and recycled: leat__frame_open, _close. */
#pragma once
#include "run/run.h"

/* Frees the closed ones; no handle of the run is used any more. */
void leat__frames_free(struct leat__run *run);
