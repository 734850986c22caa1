/* records_files: which source a decl_file means, whether it is the module's own,
 * and what its comments say. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include "module/records_die.h"
#include <stddef.h>

struct leat__file {
    const char *name;               /* as the compiler was told it                */
    const char *absolute;           /* the same, from the root, without . and ..  */
    bool own;                       /* its functions are listed                   */
    bool named;                     /* it stands in --sources: it may be opened   */
    struct leat__comments *comments;/* NULL: not opened yet                       */
};
/* The unit a DIE stands in. skeleton: what the object kept of a split unit. */
struct leat__unit { Dwarf_Die die, skeleton; };

struct leat__files {
    struct leat__map sources;       /* --sources, absolute; empty: all but the system's */
    struct leat__map absolute;      /* to its number in file                      */
    struct leat__file **file;
    uint32_t count, cap;
    struct leat__lines *lines;      /* of the units seen, newest first            */
    struct leat__arena arena;
    bool failed;                    /* memory ran out                             */
};

/* Adds "DIR:FILE:..." to what --sources named. 0 or LEAT_ENOMEM. */
int leat__files_add_sources(struct leat__files *files, const char *list);
/* NULL: it has no decl_file, or one that means nothing, or `failed`. */
struct leat__file *leat__files_of(struct leat__files *files, struct leat__unit *unit,
                                  struct leat__die *die);
/* The file a macro called so, relative to where it was compiled, wherever that is. */
struct leat__file *leat__files_named(struct leat__files *files, const char *name);
/* The comment above line `line`, where `name` must stand; "" if none. The lines
 * asked for in one file must rise. */
const char *leat__files_comment(struct leat__files *files, struct leat__file *file, int line,
                                const char *name);
void leat__files_fini(struct leat__files *files);

/* --- records_lines.c --- */

/* The name of a file of a unit's line table and the folder it is relative to;
 * false: no such file. */
struct leat__lines;
struct leat__lines *leat__lines_read(struct leat__arena *arena, struct leat__unit *unit);
bool leat__lines_name(const struct leat__lines *lines, uint64_t index, const char **out_folder,
                      const char **out_name);
struct leat__lines {
    struct leat__lines *next;
    const void *key;                /* the unit's DIE                             */
    const char *folder, *main;      /* of the compilation, and the file compiled  */
    const char **folders;           /* the first is `folder`                      */
    struct leat__lines_row { const char *name; uint32_t folder; } *rows;
    uint32_t folder_count, count, first;    /* first: the number of rows[0]       */
    struct leat__file **files;      /* by row, as asked for                       */
};
