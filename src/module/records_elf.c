/* records_elf: opening. libdwfl does the work that objects need (relocation)
 * and finds debug info that was split off; the network is never asked. */
#include "module/records_elf.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined __x86_64__
enum { MACHINE = EM_X86_64 };
#elif defined __aarch64__
enum { MACHINE = EM_AARCH64 };
#elif defined __riscv
enum { MACHINE = EM_RISCV };
#elif defined __powerpc64__
enum { MACHINE = EM_PPC64 };
#elif defined __s390x__
enum { MACHINE = EM_S390 };
#else
enum { MACHINE = EM_NONE };     /* not known here: the loader will tell */
#endif

/* A pipe in the file's place must not hold us up. */
static int open_regular(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))) {
        close(fd);
        errno = EINVAL;
        return -1;
    }
    return fd;
}

/* --- debug info in a file of its own --- */

static bool is_plain(const char *name)
{
    return name && *name && !strchr(name, '/');
}

/* The folder of the image, its .debug, and the system's tree, in this order. */
static int open_linked(const char *image, const char *link, char **out_name)
{
    static const char *const forms[] = { "%.*s/%s", "%.*s/.debug/%s", "/usr/lib/debug%.*s/%s" };
    const char *slash = strrchr(image, '/');
    int n = slash ? (int)(slash - image) : 1;
    for (unsigned i = 0; i < 3; i++) {
        char *name = NULL;
        if (asprintf(&name, forms[i], n, slash ? image : ".", link) < 0)
            return -1;
        int fd = strcmp(name, image) ? open_regular(name) : -1;
        if (fd >= 0)
            return *out_name = name, fd;
        free(name);
    }
    return -1;
}

static int open_by_build_id(const unsigned char *id, int size, char **out_name)
{
    char name[128];
    int at = snprintf(name, sizeof name, "/usr/lib/debug/.build-id/%02x/", size > 1 ? id[0] : 0);
    if (size < 2 || size > 32)
        return -1;
    for (int i = 1; i < size; i++)
        at += snprintf(name + at, sizeof name - (size_t)at, "%02x", id[i]);
    snprintf(name + at, sizeof name - (size_t)at, ".debug");
    int fd = open_regular(name);
    if (fd >= 0)
        *out_name = strdup(name);
    return fd;
}

/* The checksum of .gnu_debuglink, bit by bit with a table of 16. */
static uint32_t checksum(uint32_t crc, const unsigned char *s, size_t n)
{
    static const uint32_t nibble[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4,
        0x4db26158, 0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c,
        0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c
    };
    crc = ~crc;
    for (size_t i = 0; i < n; i++) {
        crc = nibble[(crc ^ s[i]) & 15] ^ crc >> 4;
        crc = nibble[(crc ^ s[i] >> 4) & 15] ^ crc >> 4;
    }
    return ~crc;
}

static bool checksum_is(int fd, uint32_t wanted)
{
    static unsigned char block[1 << 16];
    uint32_t crc = 0;
    ssize_t n;
    off_t at = 0;
    while ((n = pread(fd, block, sizeof block, at)) > 0) {
        crc = checksum(crc, block, (size_t)n);
        at += n;
    }
    return n == 0 && crc == wanted;
}

/* Asked by libdwfl when the image has no debug info itself. By build id the file
 * is compared by libdwfl; by name it must have the checksum the image states. */
static int find_debuginfo(Dwfl_Module *module, void **user, const char *module_name,
                          Dwarf_Addr base, const char *image, const char *link, GElf_Word crc,
                          char **out_name)
{
    (void)user, (void)module_name, (void)base;
    const unsigned char *id;
    GElf_Addr where;
    int size = dwfl_module_build_id(module, &id, &where);
    int fd = size > 0 ? open_by_build_id(id, size, out_name) : -1;
    if (fd < 0 && is_plain(link) && image) {
        fd = open_linked(image, link, out_name);
        if (fd >= 0 && !checksum_is(fd, crc)) {
            close(fd);
            free(*out_name);
            *out_name = NULL;
            fd = -1;
        }
    }
    return fd;
}

/* The image is at hand; libdwfl must not look for another. */
static int no_elf(Dwfl_Module *module, void **user, const char *name, Dwarf_Addr base,
                  char **out_name, Elf **out_elf)
{
    (void)module, (void)user, (void)name, (void)base, (void)out_name, (void)out_elf;
    return -1;
}

/* --- names and sections --- */

Elf_Scn *leat__elf_section(Elf *elf, Elf_Scn *after, const char *name)
{
    size_t strings;
    if (elf_getshdrstrndx(elf, &strings) < 0)
        return NULL;
    while ((after = elf_nextscn(elf, after))) {
        GElf_Shdr header;
        const char *own = NULL;
        if (gelf_getshdr(after, &header))
            own = elf_strptr(elf, strings, header.sh_name);
        if (own && !strcmp(own, name))
            return after;
    }
    return NULL;
}

static bool is_exported(const GElf_Sym *s)
{
    unsigned bind = GELF_ST_BIND(s->st_info), type = GELF_ST_TYPE(s->st_info);
    unsigned visibility = GELF_ST_VISIBILITY(s->st_other);
    return s->st_shndx != SHN_UNDEF && (bind == STB_GLOBAL || bind == STB_WEAK) &&
           (type == STT_FUNC || type == STT_OBJECT) &&
           (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
}

static int add_name(struct leat__elf *image, const GElf_Sym *s, const char *name)
{
    uint32_t *number;
    if (image->count == image->cap) {
        uint32_t cap = image->cap ? image->cap * 2 : 64;
        struct leat__symbol *grown = realloc(image->symbol, cap * sizeof *grown);
        if (!grown)
            return LEAT_ENOMEM;
        image->symbol = grown;
        image->cap = cap;
    }
    if (leat__map_put(&image->names, name, &number) < 0)
        return LEAT_ENOMEM;
    if (*number != LEAT__NONE)
        return 0;       /* versions of one name */
    bool variable = GELF_ST_TYPE(s->st_info) == STT_OBJECT;
    image->symbol[image->count] = (struct leat__symbol){ name, s->st_value, variable };
    image->functions += !variable;
    *number = image->count++;
    return 0;
}

/* What code that throws or cleans up needs of its runtime. */
static bool is_of_cxx(const char *name)
{
    return !strcmp(name, "__gxx_personality_v0") || !strcmp(name, "__cxa_throw");
}

static int put_mangled(struct leat__elf *image, const char *name)
{
    uint32_t *number;
    int code = leat__map_put(&image->mangled, name, &number);
    if (code == 0)
        *number = 1;
    return code;
}

static int add_names(struct leat__elf *image, Elf_Scn *scn, const GElf_Shdr *header)
{
    Elf_Data *data = elf_getdata(scn, NULL);
    size_t n = data && header->sh_entsize ? data->d_size / header->sh_entsize : 0;
    int code = 0;
    for (size_t i = 0; i < n && i <= INT32_MAX && code == 0; i++) {
        GElf_Sym s;
        const char *name = gelf_getsym(data, (int)i, &s) ?
                           elf_strptr(image->elf, header->sh_link, s.st_name) : NULL;
        image->cxx |= name && is_of_cxx(name);
        if (!name || !*name || !is_exported(&s))
            continue;
        if (*name != '_')
            code = add_name(image, &s, name);
        else if (!strncmp(name, "_Z", 2))
            code = put_mangled(image, name);
    }
    return code;
}

uint32_t leat__elf_find(const struct leat__elf *image, const char *name, bool variable)
{
    uint32_t number = leat__map_get(&image->names, name);
    return number != LEAT__NONE && image->symbol[number].variable == variable ? number : LEAT__NONE;
}

static int read_names(struct leat__elf *image, unsigned table)
{
    Elf_Scn *scn = NULL;
    while ((scn = elf_nextscn(image->elf, scn))) {
        GElf_Shdr header;
        if (gelf_getshdr(scn, &header) && header.sh_type == table &&
            add_names(image, scn, &header) < 0)
            return LEAT_ENOMEM;
    }
    return 0;
}

static void read_nodes(struct leat__elf *image)
{
    GElf_Shdr header;
    Elf_Scn *scn = leat__elf_section(image->elf, NULL, "leat_nodes");
    if (!scn || !gelf_getshdr(scn, &header) || header.sh_size > UINT32_MAX)
        return;
    image->nodes_address = header.sh_addr;
    image->nodes_size = (uint32_t)header.sh_size;
}

static void read_needed(struct leat__elf *image)
{
    GElf_Shdr header;
    GElf_Dyn d;
    Elf_Scn *scn = leat__elf_section(image->elf, NULL, ".dynamic");
    Elf_Data *data = scn && gelf_getshdr(scn, &header) ? elf_getdata(scn, NULL) : NULL;
    for (int i = 0; data && gelf_getdyn(data, i, &d) && d.d_tag != DT_NULL; i++) {
        const char *name = d.d_tag == DT_NEEDED ? elf_strptr(image->elf, header.sh_link, d.d_un.d_val) : NULL;
        image->libcxx |= name && (!strncmp(name, "libc++.so", 9) || !strncmp(name, "libc++abi.so", 12));
    }
}

static void read_build_id(struct leat__elf *image, Dwfl_Module *module)
{
    const unsigned char *id;
    GElf_Addr where;
    int size = dwfl_module_build_id(module, &id, &where);
    if (size <= 0)
        return;
    image->build_id_size = size < 32 ? (uint32_t)size : 32;
    memcpy(image->build_id, id, image->build_id_size);
}

/* --- opening --- */

static int check_magic(int fd, leat_error *err)
{
    unsigned char head[20];
    ssize_t n = pread(fd, head, sizeof head, 0);
    if (n < (ssize_t)sizeof head || memcmp(head, ELFMAG, SELFMAG))
        return leat__fail(err, LEAT_EBUILD, "not an ELF file");
    unsigned little = head[EI_DATA] == ELFDATA2LSB;
    unsigned machine = little ? head[18] | head[19] << 8 : head[19] | head[18] << 8;
    if (head[EI_CLASS] != (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32) || !little ||
        (MACHINE != EM_NONE && machine != MACHINE))
        return leat__fail(err, LEAT_EBUILD, "made for another machine than this one");
    return 0;
}

static const char *why_not(Elf *elf)
{
    GElf_Chdr compressed;
    Elf_Scn *scn = leat__elf_section(elf, NULL, ".debug_info");
    if (scn && gelf_getchdr(scn, &compressed) && compressed.ch_type != ELFCOMPRESS_ZLIB)
        return "its debug info is compressed in a way not read here (compile with -gz=none)";
    return scn ? "its debug info cannot be read" : "no debug info (compile with -g)";
}

static int open_module(struct leat__elf *image, int *fd, leat_error *err)
{
    static char *debug_path = "";
    static const Dwfl_Callbacks callbacks = {
        .section_address = dwfl_offline_section_address, .find_elf = no_elf,
        .find_debuginfo = find_debuginfo, .debuginfo_path = &debug_path,
    };
    GElf_Ehdr header;
    GElf_Addr bias;
    Dwarf_Addr start;
    image->dwfl = dwfl_begin(&callbacks);
    if (!image->dwfl)
        return leat__fail_memory(err);
    Dwfl_Module *module = dwfl_report_offline(image->dwfl, "", image->path, *fd);
    if (module)
        *fd = -1;       /* libdwfl's now */
    image->elf = module ? dwfl_module_getelf(module, &bias) : NULL;
    if (!image->elf || !gelf_getehdr(image->elf, &header) ||
        dwfl_report_end(image->dwfl, NULL, NULL) < 0)
        return leat__fail(err, LEAT_EBUILD, "a damaged ELF file: %s", dwfl_errmsg(-1));
    if (read_names(image, header.e_type == ET_REL ? SHT_SYMTAB : SHT_DYNSYM) < 0)
        return leat__fail_memory(err);
    read_build_id(image, module);
    if (header.e_type != ET_REL) {
        read_nodes(image);
        read_needed(image);
    }
    image->dwarf = dwfl_module_getdwarf(module, &start);
    if (!image->dwarf)
        image->why = why_not(image->elf);
    return 0;
}

int leat__elf_open(struct leat__elf *image, const char *path, leat_error *err)
{
    *image = (struct leat__elf){ .path = path };
    int fd = open_regular(path);
    if (fd < 0)
        return leat__fail(err, LEAT_EBUILD, "cannot open: %s",
                          errno == EINVAL ? "not a file" : strerror(errno));
    int code = check_magic(fd, err);
    if (code == 0)
        code = open_module(image, &fd, err);
    if (fd >= 0)
        close(fd);
    return code;
}

void leat__elf_fini(struct leat__elf *image)
{
    leat__map_fini(&image->names);
    leat__map_fini(&image->mangled);
    free(image->symbol);
    dwfl_end(image->dwfl);
    *image = (struct leat__elf){ 0 };
}
