/* object: see object.h. */
#include "module/object.h"
#include "base/error.h"
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <unistd.h>

#if defined(__x86_64__)
enum { MACHINE = EM_X86_64 };
#elif defined(__aarch64__)
enum { MACHINE = EM_AARCH64 };
#elif defined(__riscv)
enum { MACHINE = EM_RISCV };
#elif defined(__powerpc64__)
enum { MACHINE = EM_PPC64 };
#elif defined(__s390x__)
enum { MACHINE = EM_S390 };
#elif defined(__i386__)
enum { MACHINE = EM_386 };
#elif defined(__arm__)
enum { MACHINE = EM_ARM };
#else
#error "this machine has no line here"
#endif
enum {
    CLASS = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32,
    ORDER = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB
};

static const char *kind_of(const ElfW(Ehdr) *h)
{
    if (h->e_ident[EI_CLASS] != CLASS || h->e_ident[EI_DATA] != ORDER || h->e_machine != MACHINE)
        return "built for another machine than this one";
    if (h->e_type == ET_REL)
        return "an object file: link it to a shared object (cc -shared)";
    if (h->e_type == ET_CORE)
        return "a core dump";
    return h->e_type == ET_DYN ? NULL : "a program, not a shared object";
}

/* All `n` bytes; LEAT_EBUILD: the file ends before. */
static int read_at(int fd, void *to, size_t n, uint64_t at)
{
    for (size_t got = 0; got < n;) {
        ssize_t one = pread(fd, (char *)to + got, n - got, (off_t)(at + got));
        if (one < 0 && errno != EINTR)
            return LEAT_ESYSTEM;
        if (!one)
            return LEAT_EBUILD;
        got += one > 0 ? (size_t)one : 0;
    }
    return 0;
}

static int add_segment(struct leat__hasher *h, int fd, const ElfW(Phdr) *p)
{
    char buf[65536];
    int code = 0;
    if (p->p_type != PT_LOAD)
        return 0;
    for (uint64_t at = 0; at < p->p_filesz && !code;) {
        size_t n = p->p_filesz - at < sizeof buf ? (size_t)(p->p_filesz - at) : sizeof buf;
        code = read_at(fd, buf, n, p->p_offset + at);
        if (!code)
            leat__digest_add(h, buf, n);
        at += n;
    }
    return code;
}

int leat__object_digest(int fd, struct leat__digest *out)
{
    ElfW(Ehdr) e;
    struct leat__hasher h;
    int code = read_at(fd, &e, sizeof e, 0);
    if (!code && (memcmp(e.e_ident, ELFMAG, SELFMAG) || e.e_phentsize != sizeof(ElfW(Phdr))))
        code = LEAT_EBUILD;
    leat__digest_begin(&h, "image");
    for (unsigned i = 0; !code && i < e.e_phnum; i++) {
        ElfW(Phdr) p;
        code = read_at(fd, &p, sizeof p, e.e_phoff + i * sizeof p);
        if (!code)
            code = add_segment(&h, fd, &p);
    }
    *out = leat__digest_end(&h);
    return code;
}

int leat__object_check(int fd, const char *path, leat_error *err)
{
    ElfW(Ehdr) h;
    ssize_t n;
    while ((n = pread(fd, &h, sizeof h, 0)) < 0 && errno == EINTR)
        continue;
    if (n < 0)
        return leat__fail_errno(err, "cannot read %s", path);
    if (n < EI_NIDENT || memcmp(h.e_ident, ELFMAG, SELFMAG))
        return leat__fail(err, LEAT_EBUILD, "%s: not a shared object", path);
    if ((size_t)n < sizeof h)
        return leat__fail(err, LEAT_EBUILD, "%s: not a shared object: it is cut", path);
    const char *kind = kind_of(&h);
    return kind ? leat__fail(err, LEAT_EBUILD, "%s: %s", path, kind) : 0;
}

bool leat__object_build_id(const void *notes, size_t n, size_t align, struct leat__build_id *out)
{
    const char *at = notes, *end = at + n;
    size_t mask = (align == 8 ? 8 : 4) - 1;
    while ((size_t)(end - at) >= sizeof(ElfW(Nhdr))) {
        ElfW(Nhdr) note;
        memcpy(&note, at, sizeof note);
        size_t name = ((size_t)note.n_namesz + mask) & ~mask, body = ((size_t)note.n_descsz + mask) & ~mask;
        size_t room = (size_t)(end - at) - sizeof note;
        if (name > room || note.n_descsz > room - name)
            break;
        const char *s = at + sizeof note;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && !memcmp(s, "GNU", 4) &&
            note.n_descsz <= sizeof out->bytes) {
            out->size = note.n_descsz;
            memcpy(out->bytes, s + name, note.n_descsz);
            return true;
        }
        if (body > room - name)
            break;
        at = s + name + body;
    }
    return false;
}

struct part { const char *data; size_t len; };

/* The bytes of a section; empty if it lies outside the file. */
static struct part section(const char *data, size_t len, const ElfW(Shdr) *s)
{
    if (s->sh_offset > len || s->sh_size > len - s->sh_offset)
        return (struct part){ data, 0 };
    return (struct part){ data + s->sh_offset, s->sh_size };
}

static bool defines(const ElfW(Sym) *s)
{
    unsigned type = ELF64_ST_TYPE(s->st_info);      /* the same in both classes */
    return ELF64_ST_BIND(s->st_info) == STB_GLOBAL && s->st_shndx != SHN_UNDEF &&
           (type == STT_FUNC || type == STT_OBJECT || type == STT_TLS);
}

static int each_symbol(struct part symbols, struct part names, int (*each)(void *, const char *), void *user)
{
    int code = 0;
    for (size_t i = 0; !code && i < symbols.len / sizeof(ElfW(Sym)); i++) {
        ElfW(Sym) s;
        memcpy(&s, symbols.data + i * sizeof s, sizeof s);
        if (defines(&s) && s.st_name < names.len && memchr(names.data + s.st_name, 0, names.len - s.st_name))
            code = each(user, names.data + s.st_name);
    }
    return code;
}

/* The file header, and that its section headers lie inside; LEAT_EBUILD else. */
static int read_header(const char *data, size_t len, ElfW(Ehdr) *h)
{
    if (len < sizeof *h)
        return LEAT_EBUILD;
    memcpy(h, data, sizeof *h);
    if (memcmp(h->e_ident, ELFMAG, SELFMAG) || h->e_ident[EI_CLASS] != CLASS || h->e_ident[EI_DATA] != ORDER ||
        h->e_shentsize != sizeof(ElfW(Shdr)) || h->e_shoff > len ||
        h->e_shnum > (len - h->e_shoff) / sizeof(ElfW(Shdr)))
        return LEAT_EBUILD;
    return 0;
}

static ElfW(Shdr) header_at(const char *data, const ElfW(Ehdr) *h, size_t i)
{
    ElfW(Shdr) s;
    memcpy(&s, data + h->e_shoff + i * sizeof s, sizeof s);
    return s;
}

bool leat__object_is_whole(const char *data, size_t len)
{
    ElfW(Ehdr) h;
    if (len <= EI_CLASS || memcmp(data, ELFMAG, SELFMAG))
        return false;
    if (data[EI_CLASS] != CLASS)        /* -m32: the linker will tell */
        return true;
    bool whole = !read_header(data, len, &h);
    for (size_t i = 0; whole && i < h.e_shnum; i++) {
        ElfW(Shdr) s = header_at(data, &h, i);
        whole = s.sh_type == SHT_NOBITS || section(data, len, &s).len == s.sh_size;
    }
    return whole;
}

static bool is_named(struct part names, uint32_t at, const char *name)
{
    size_t n = strlen(name) + 1;
    return at < names.len && n <= names.len - at && !memcmp(names.data + at, name, n);
}

int leat__object_read_facts(const char *data, size_t len, struct leat__object_facts *out)
{
    ElfW(Ehdr) h;
    int code = read_header(data, len, &h);
    if (code || h.e_shstrndx >= h.e_shnum)
        return LEAT_EBUILD;
    ElfW(Shdr) strings = header_at(data, &h, h.e_shstrndx);
    *out = (struct leat__object_facts){ 0 };
    for (size_t i = 0; i < h.e_shnum; i++) {
        ElfW(Shdr) s = header_at(data, &h, i);
        struct part p = section(data, len, &s);
        if (s.sh_type == SHT_NOTE && !out->id.size) {
            leat__object_build_id(p.data, p.len, s.sh_addralign, &out->id);
        } else if (is_named(section(data, len, &strings), s.sh_name, "leat_nodes")) {
            out->nodes_address = s.sh_addr;
            out->nodes_size = (uint32_t)s.sh_size;
        }
    }
    return 0;
}

int leat__object_definitions(const char *data, size_t len, int (*each)(void *user, const char *name), void *user)
{
    ElfW(Ehdr) h;
    if (read_header(data, len, &h) || h.e_type != ET_REL)
        return LEAT_EBUILD;
    for (size_t i = 0; i < h.e_shnum; i++) {
        ElfW(Shdr) s = header_at(data, &h, i);
        if (s.sh_type != SHT_SYMTAB || s.sh_link >= h.e_shnum)
            continue;
        ElfW(Shdr) strings = header_at(data, &h, s.sh_link);
        int code = each_symbol(section(data, len, &s), section(data, len, &strings), each, user);
        if (code)
            return code;
    }
    return 0;
}
