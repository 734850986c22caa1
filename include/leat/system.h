/* leat/system.h: what the library is, and what it finds around it. Nothing of
 * this is needed to run a graph; `leat doctor` and bug reports are made of it. */
#pragma once
#include <leat/error.h>

#ifdef __cplusplus
extern "C" {
#endif

#pragma GCC visibility push(default)

/* "0.1.0", of the library that runs. */
const char *leat_version(void);
/* The other libraries it stands on, "libsodium 1.0.18". */
const char *leat_libraries(void);
/* The program that reads debug info; LEAT_ENOTFOUND says where it was sought.
 * *out_path is yours: free(). */
int leat_records_path(char **out_path, leat_error *err);
/* The folder of compiled things, made if it is not there; the error says why
 * it is refused (not ours, others may write, a link). *out_path is yours: free(). */
int leat_build_cache_path(char **out_path, leat_error *err);

#pragma GCC visibility pop
#ifdef __cplusplus
}
#endif
