/* progress: what nodes say while they run, and a line as each ends; or, on a terminal,
 * how far it all is. */
#pragma once
#include "options.h"
#include <leat/hook.h>
#include <leat/run.h>

/* 0, or how the command ends after having told what is wrong with --progress. */
int progress_check(const struct options *o);
/* Tells what nodes log, and with --progress=plain or -v when they end. */
leat_hook *progress_hook(const struct options *o);
/* The run is about to begin / has ended or will not end: between the two it may be drawn. */
void progress_begin(const struct options *o, leat_run *r);
void progress_end(void);
/* Milliseconds since some moment. */
double progress_clock_ms(void);
