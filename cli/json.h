/* json: the little of JSON that the command reads itself: the members of one
 * object, with values left as they stand (the library reads them by type). */
#pragma once
#include <stddef.h>

/* The whole of a file, NUL-terminated, kept; NULL with errno. */
char *json_file(const char *path, size_t *out_size);
/* Calls back with each member: its name decoded, its value as raw text. Strict;
 * -1 with *out_why ("line 3, column 7: ...") after nothing or some were given. */
int json_members(const char *text, size_t size,
                 void (*member)(void *user, const char *name, const char *value), void *user,
                 char **out_why);
/* The inside of a JSON string, decoded; NULL if `text` is no JSON string, or
 * holds a NUL. */
char *json_string(const char *text);
