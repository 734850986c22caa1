/* records_entries: the functions of LEAT_FUNCTION, read from the file without
 * loading it. */
#pragma once
#include "base/map.h"
#include "module/prototype.h"
#include "module/records_elf.h"

struct leat__entries {
    struct leat__entry {
        struct leat__function f;    /* name, types, file, line, refused       */
        bool told;                  /* debug info has it too                  */
    } *entry;
    uint32_t count;
    struct leat__map names;
    struct leat__types types;
    struct leat__arena arena;
};

/* An object file has none: its entries are not yet put together. LEAT_EBUILD:
 * an entry holds no prototype; err names file and line. fini in any case. */
int leat__entries_read(struct leat__entries *e, struct leat__elf *image, leat_error *err);
void leat__entries_fini(struct leat__entries *e);
