/* image: a module's file in this process. */
#pragma once
#include "module/object.h"
#include "module/module.h"
#include <stdint.h>

struct leat__image {
    void *handle;
    uintptr_t base;                     /* what is added to the file's addresses */
    const char *file;                   /* as the dynamic linker calls it        */
    uintptr_t begin, end;               /* where its segments are                */
    struct leat__build_id id;
    const leat_entry *const *entries;   /* section leat_nodes                    */
    size_t entry_count;
};

/* Loads it, or takes the handle of an equal one that is loaded; checks that it is what the
 * record was read from. */
int leat__image_load(struct leat__image *image, const struct leat__module *m, leat_error *err);
/* Fills base, file, segments and build id from the handle. */
bool leat__image_find(struct leat__image *image);
/* A symbol that this very image defines: dlsym also looks into its libraries,
 * and would find the C library's `random` for a name that is not there. */
void *leat__image_symbol(const struct leat__image *image, const char *name);
