/* records_elf: the file leat-records reads: its exported names, its sections,
 * its debug info wherever that lies. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include <elfutils/libdwfl.h>
#include <leat/error.h>
#include <stdbool.h>
#include <stdint.h>

struct leat__elf {
    const char *path;
    Dwfl *dwfl;
    Elf *elf;
    Dwarf *dwarf;                   /* NULL: it has no debug info, `why` says more */
    const char *why;
    struct leat__map names;         /* exported: 0 a function, 1 a variable       */
    uint32_t functions;             /* how many of them do not begin with `_`     */
    uint8_t build_id[32];
    uint32_t build_id_size, nodes_size;
    uint64_t nodes_address;
};

/* LEAT_EBUILD: no ELF file, of another machine, cut. fini in any case. */
int leat__elf_open(struct leat__elf *image, const char *path, leat_error *err);
void leat__elf_fini(struct leat__elf *image);
/* The content of the next section of that name behind `after` (NULL: the first);
 * NULL: no more. */
Elf_Scn *leat__elf_section(Elf *elf, Elf_Scn *after, const char *name);
