/* records_entries: section leat_nodes holds pointers to entries, and a linked
 * file holds pointers as relocations: "the image's start plus n". Those are
 * collected once; all else is reading at addresses. */
#include "module/records_entries.h"
#include "base/error.h"
#include <gelf.h>
#include <leat/node.h>
#include <stdlib.h>
#include <string.h>

#if defined __x86_64__
enum { RELATIVE = R_X86_64_RELATIVE };
#elif defined __aarch64__
enum { RELATIVE = R_AARCH64_RELATIVE };
#elif defined __riscv
enum { RELATIVE = R_RISCV_RELATIVE };
#elif defined __powerpc64__
enum { RELATIVE = R_PPC64_RELATIVE };
#elif defined __s390x__
enum { RELATIVE = R_390_RELATIVE };
#else
enum { RELATIVE = 8 };      /* of most machines */
#endif
enum { MOST_ENTRIES = 100000, MOST_PARAMS = 127 };

struct pointer { uint64_t at, to; };
struct file {
    Elf *elf;
    const char *bytes;
    size_t size;
    GElf_Phdr *segments;
    size_t segment_count;
    struct pointer *pointers;       /* by at */
    size_t count, cap;
};

/* The bytes of the file at an address, and how many follow; NULL: none. */
static const char *bytes_at(const struct file *f, uint64_t address, size_t *out_room)
{
    for (size_t i = 0; i < f->segment_count; i++) {
        const GElf_Phdr *p = &f->segments[i];
        if (p->p_type != PT_LOAD || address < p->p_vaddr || address - p->p_vaddr >= p->p_filesz)
            continue;
        uint64_t skip = address - p->p_vaddr, at = p->p_offset + skip;
        if (at < p->p_offset || at >= f->size)
            return NULL;
        size_t room = p->p_filesz - skip;
        *out_room = room < f->size - at ? room : f->size - at;
        return f->bytes + at;
    }
    return NULL;
}

static bool read_at(const struct file *f, uint64_t address, void *out, size_t n)
{
    size_t room;
    const char *at = bytes_at(f, address, &room);
    if (!at || room < n)
        return false;
    memcpy(out, at, n);
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct pointer *x = a, *y = b;
    return (x->at > y->at) - (x->at < y->at);
}

/* The relocated value, or what stands in the file: executables are linked so. */
static uint64_t pointer_at(const struct file *f, uint64_t address)
{
    struct pointer key = { address, 0 }, *p = f->count ?
        bsearch(&key, f->pointers, f->count, sizeof key, by_place) : NULL;
    uintptr_t value = 0;
    if (p)
        return p->to;
    return read_at(f, address, &value, sizeof value) ? value : 0;
}

static const char *text_at(const struct file *f, uint64_t address)
{
    size_t room;
    const char *at = address ? bytes_at(f, address, &room) : NULL;
    return at && memchr(at, 0, room) ? at : NULL;
}

/* --- relocations --- */

static bool add_pointer(struct file *f, uint64_t at, uint64_t to)
{
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 256;
        struct pointer *grown = realloc(f->pointers, cap * sizeof *grown);
        if (!grown)
            return false;
        f->pointers = grown;
        f->cap = cap;
    }
    f->pointers[f->count++] = (struct pointer){ at, to };
    return true;
}

static bool add_relocations(struct file *f, Elf_Scn *scn, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t n = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
    for (size_t i = 0; i < n && i <= INT32_MAX; i++) {
        GElf_Rela r;
        if (gelf_getrela(data, (int)i, &r) && GELF_R_TYPE(r.r_info) == RELATIVE &&
            !add_pointer(f, r.r_offset, (uint64_t)r.r_addend))
            return false;
    }
    return true;
}

static int open_file(struct file *f, Elf *elf)
{
    Elf_Scn *scn = NULL;
    f->elf = elf;
    f->bytes = elf_rawfile(elf, &f->size);
    if (!f->bytes || elf_getphdrnum(elf, &f->segment_count) < 0)
        f->segment_count = 0;
    f->segments = calloc(f->segment_count + 1, sizeof *f->segments);
    if (!f->segments)
        return LEAT_ENOMEM;
    for (size_t i = 0; i < f->segment_count; i++)
        gelf_getphdr(elf, (int)i, &f->segments[i]);
    while ((scn = elf_nextscn(elf, scn))) {
        GElf_Shdr header;
        if (gelf_getshdr(scn, &header) && header.sh_type == SHT_RELA &&
            !add_relocations(f, scn, &header))
            return LEAT_ENOMEM;
    }
    if (f->count)
        qsort(f->pointers, f->count, sizeof *f->pointers, by_place);
    return 0;
}

/* --- entries --- */

static int add_entry(struct leat__entries *e, const struct file *f, uint64_t address,
                     leat_error *err)
{
    leat_entry entry;
    uint32_t sizes[MOST_PARAMS + 2] = { 0 }, *number;
    size_t room = 0;
    if (!read_at(f, address, &entry, sizeof entry) || entry.kind != 1)
        return 0;
    const char *prototype = text_at(f, pointer_at(f, address + offsetof(leat_entry, prototype)));
    const char *file = text_at(f, pointer_at(f, address + offsetof(leat_entry, file)));
    const char *from = bytes_at(f, pointer_at(f, address + offsetof(leat_entry, sizes)), &room);
    if (!prototype || !file || !from)
        return leat__fail(err, LEAT_EBUILD, "section leat_nodes holds an entry that is cut");
    memcpy(sizes, from, room / 4 * 4 < sizeof sizes ? room / 4 * 4 : sizeof sizes);
    struct leat__entry *out = &e->entry[e->count];
    struct leat__head head = { .file = file, .line = entry.line > 0 && entry.line <= INT32_MAX ? (int32_t)entry.line : 0 };
    if (leat__prototype_parse(&e->types, prototype, sizes, &head, &out->f, err) < 0)
        return leat__wrap(err, LEAT_EBUILD, "%s:%d", file, (int)entry.line);
    if (leat__map_put(&e->names, out->f.name, &number) < 0)
        return leat__fail_memory(err);
    if (*number != LEAT__NONE)
        return 0;
    *number = e->count++;
    return 0;
}

int leat__entries_read(struct leat__entries *e, struct leat__elf *image, leat_error *err)
{
    struct file f = { 0 };
    uint32_t n = image->nodes_size / sizeof(void *);
    *e = (struct leat__entries){ 0 };
    e->types.arena = &e->arena;
    if (!image->nodes_address || !n || n > MOST_ENTRIES)
        return 0;
    e->entry = leat__arena_array(&e->arena, n, sizeof *e->entry);
    int code = e->entry && open_file(&f, image->elf) == 0 ? 0 : leat__fail_memory(err);
    for (uint32_t i = 0; i < n && code == 0; i++)
        code = add_entry(e, &f, pointer_at(&f, image->nodes_address + i * sizeof(void *)), err);
    free(f.pointers);
    free(f.segments);
    return code;
}

void leat__entries_fini(struct leat__entries *e)
{
    leat__map_fini(&e->names);
    leat__types_fini(&e->types);
    leat__arena_fini(&e->arena);
    *e = (struct leat__entries){ 0 };
}
