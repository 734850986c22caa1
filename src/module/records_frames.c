/* records_frames: see records_frames.h. Units are asked one by one, not by
 * .debug_aranges, which clang does not write. */
#include "module/records_frames.h"
#include "module/records_elf.h"
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    Dwarf_Die lines, scopes;        /* the same, but where debug info was split off */
    const char *folder;
};

static bool find_unit(Dwarf *dwarf, Dwarf_Addr address, struct unit *out)
{
    Dwarf_CU *at = NULL;
    Dwarf_Die die, split;
    uint8_t type;
    while (dwarf && dwarf_get_units(dwarf, at, &at, NULL, &type, &die, &split) == 0) {
        Dwarf_Attribute folder;
        if (dwarf_haspc(&die, address) <= 0)
            continue;
        *out = (struct unit){ die, type == DW_UT_skeleton && dwarf_tag(&split) > 0 ? split : die, NULL };
        if (dwarf_attr(&die, DW_AT_comp_dir, &folder))
            out->folder = dwarf_formstring(&folder);
        return true;
    }
    return false;
}

static void print_place(const struct unit *u, const char *file, int line)
{
    if (!file || line <= 0)
        puts("?");
    else if (*file != '/' && u->folder)
        printf("%s/%s:%d\n", u->folder, file, line);
    else
        printf("%s:%d\n", file, line);
}

static const char *name_of(Dwarf_Die *die)
{
    Dwarf_Attribute name;
    const char *s = dwarf_attr_integrate(die, DW_AT_name, &name) ? dwarf_formstring(&name) : NULL;
    return s ? s : "?";
}

static int number_of(Dwarf_Die *die, unsigned which)
{
    Dwarf_Attribute a;
    Dwarf_Word n;
    return dwarf_attr(die, which, &a) && dwarf_formudata(&a, &n) == 0 && n < 1u << 30 ? (int)n : 0;
}

/* Where an inlined function was called. */
static void print_call(struct unit *u, Dwarf_Die *inlined)
{
    Dwarf_Files *files = NULL;
    size_t n = 0, file = (size_t)number_of(inlined, DW_AT_call_file);
    bool known = dwarf_getsrcfiles(&u->scopes, &files, &n) == 0 && file < n;
    print_place(u, known ? dwarf_filesrc(files, file, NULL, NULL) : NULL, number_of(inlined, DW_AT_call_line));
}

/* The functions round an address, from the innermost out; 0: none. */
static int print_functions(struct unit *u, Dwarf_Addr address)
{
    Dwarf_Die *inner = NULL, *scopes = NULL, *inlined = NULL;
    int line = 0, printed = 0, n = dwarf_getscopes(&u->scopes, address, &inner);
    Dwarf_Line *at = dwarf_getsrc_die(&u->lines, address);
    if (!at || dwarf_lineno(at, &line) < 0)
        line = 0;
    n = n > 0 ? dwarf_getscopes_die(&inner[0], &scopes) : 0;
    for (int i = 0; i < n; i++) {
        int tag = dwarf_tag(&scopes[i]);
        if (tag != DW_TAG_inlined_subroutine && tag != DW_TAG_subprogram)
            continue;
        puts(name_of(&scopes[i]));
        if (inlined)
            print_call(u, inlined);
        else
            print_place(u, line ? dwarf_linesrc(at, NULL, NULL) : NULL, line);
        inlined = &scopes[i];
        printed++;
        if (tag == DW_TAG_subprogram)
            break;
    }
    free(scopes);
    free(inner);
    return printed;
}

/* Without debug info: the symbol that holds the address. */
static const char *symbol_in(Elf *elf, Elf_Scn *section, Dwarf_Addr address)
{
    GElf_Shdr h;
    GElf_Sym s;
    if (!gelf_getshdr(section, &h) || (h.sh_type != SHT_SYMTAB && h.sh_type != SHT_DYNSYM) || !h.sh_entsize)
        return NULL;
    Elf_Data *data = elf_getdata(section, NULL);
    for (size_t i = 0; data && i < h.sh_size / h.sh_entsize && i < 1u << 24; i++)
        if (gelf_getsym(data, (int)i, &s) && GELF_ST_TYPE(s.st_info) == STT_FUNC && address >= s.st_value &&
            address - s.st_value < s.st_size)
            return elf_strptr(elf, h.sh_link, s.st_name);
    return NULL;
}

static const char *symbol_at(Elf *elf, Dwarf_Addr address)
{
    const char *name = NULL;
    for (Elf_Scn *section = NULL; !name && (section = elf_nextscn(elf, section));)
        name = symbol_in(elf, section, address);
    return name;
}

int leat__frames_print(const char *path, char *const *addresses, int count, leat_error *err)
{
    struct leat__elf image;
    int code = leat__elf_open(&image, path, err);
    for (int i = 0; !code && i < count; i++) {
        Dwarf_Addr address = strtoull(addresses[i], NULL, 16);
        struct unit u;
        if (!find_unit(image.dwarf, address, &u) || !print_functions(&u, address)) {
            const char *name = symbol_at(image.elf, address);
            printf("%s\n?\n", name ? name : "?");
        }
        putchar('\n');
    }
    leat__elf_fini(&image);
    return code;
}
