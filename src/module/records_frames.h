/* records_frames: addresses of a crash as functions, files and lines.
 *
 *     leat-records --frames FILE ADDRESS...
 *
 * prints two lines for every function that stands at an address, inlined ones
 * first: its name, and its FILE:LINE; what is not known is "?". An empty line
 * ends each address. Addresses are the file's own. */
#pragma once
#include <leat/error.h>

#define LEAT__FRAMES_OPTION "--frames"

/* Of `count` addresses as text. LEAT_EBUILD: the file cannot be read. */
int leat__frames_print(const char *path, char *const *addresses, int count, leat_error *err);
