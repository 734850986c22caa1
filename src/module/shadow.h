/* shadow: where a header that a compiler read would have been found before, had
 * it been there. A file that comes to stand there changes what is built. */
#pragma once
#include "module/args.h"
#include "base/arena.h"

/* Folders that are searched before those of the system, in order: the source's
 * own, then those of -iquote, -I and -isystem in `flags` (zeros: none yet). */
struct leat__shadow {
    struct leat__arena *arena;
    struct leat__args folders;
};

void leat__shadow_add_folder(struct leat__shadow *s, const char *folder);
void leat__shadow_add_flags(struct leat__shadow *s, const char *const *flags);
/* Folders of a list with colons, CPATH; NULL: none. */
void leat__shadow_add_list(struct leat__shadow *s, const char *list);
/* Adds to `out` the names, not there now, that would stand before a file read. */
void leat__shadow_of(const struct leat__shadow *s, const char *path, struct leat__args *out);
void leat__shadow_fini(struct leat__shadow *s);
