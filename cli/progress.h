/* progress: what nodes say while they run, and a line as each ends. */
#pragma once
#include "options.h"
#include <leat/hook.h>

/* 0, or how the command ends after having told what is wrong with --progress. */
int progress_check(const struct options *o);
/* Tells what nodes log, and with --progress=plain or -v when they end. */
leat_hook *progress_hook(const struct options *o);
/* Milliseconds since some moment. */
double progress_clock_ms(void);
