/* file: whole files in, whole files out. Descriptors are CLOEXEC. */
#pragma once
#include <leat/error.h>
#include <stddef.h>

/* The whole file into malloc'ed memory, a NUL behind it that *out_len does not
 * count. "-" is standard input. A directory or more than `most` bytes: error.
 * Errors name the path: "cannot read x.csv: No such file or directory". */
int leat__file_read(const char *path, size_t most, char **out_data, size_t *out_len, leat_error *err);
/* Written beside path, synced to the name by rename: readers see the old file
 * or the new one. Permission bits of a file that was there are kept. */
int leat__file_write(const char *path, const char *data, size_t len, leat_error *err);
/* 0: a file is there that may be read, or a pipe or device; a folder is none. */
int leat__file_readable(const char *path, leat_error *err);
/* The suffix with its dot, ".csv"; "" if none. */
const char *leat__file_suffix(const char *path);
/* The name behind the last slash. */
const char *leat__file_name(const char *path);
/* The entry of path's folder whose name is nearest to path's name, as a path
 * like `path`, malloc'ed; NULL: none near. */
char *leat__file_suggest(const char *path);
