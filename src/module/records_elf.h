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
    struct leat__map names;         /* exported, without leading `_`: number in symbol */
    struct leat__map mangled;       /* exported functions of C++                     */
    struct leat__symbol { const char *name; uint64_t address; bool variable; } *symbol;
    uint32_t count, cap, functions; /* functions: how many symbols are            */
    uint8_t build_id[32];
    uint32_t build_id_size, nodes_size;
    uint64_t nodes_address;
    bool cxx;                       /* it throws or catches C++ exceptions...         */
    bool libcxx;                    /* ...of LLVM's C++ library                       */
};

/* LEAT_EBUILD: no ELF file, of another machine, cut. fini in any case. */
int leat__elf_open(struct leat__elf *image, const char *path, leat_error *err);
void leat__elf_fini(struct leat__elf *image);
/* The number of the exported function or variable of that name, LEAT__NONE. */
uint32_t leat__elf_find(const struct leat__elf *image, const char *name, bool variable);
/* The next section of that name behind `after` (NULL: the first);
 * NULL: no more. */
Elf_Scn *leat__elf_section(Elf *elf, Elf_Scn *after, const char *name);
