/* records_lines: the file table at the head of a unit's line table, DWARF 2 to 5.
 * Read here because libdw would decode the line program too, forgets how the
 * compiler was told a name, and stops on split units. */
#include "base/arena.h"
#include "module/records_files.h"
#include "module/records_elf.h"
#include <string.h>

enum { MOST_FORMATS = 16 };

struct cursor { const unsigned char *at, *end; bool wide; };    /* wide: 8-byte offsets */

static struct cursor cursor_at(const Elf_Data *data, uint64_t offset)
{
    const unsigned char *start = data->d_buf;
    return (struct cursor){ start + offset, start + data->d_size, false };
}

/* Past the end everything reads as 0, and `at` stays there. */
static uint64_t number(struct cursor *c, unsigned bytes)
{
    uint64_t n = 0;
    if ((size_t)(c->end - c->at) < bytes)
        return c->at = c->end, 0;
    for (unsigned i = 0; i < bytes; i++)
        n |= (uint64_t)*c->at++ << 8 * i;
    return n;
}

static uint64_t leb(struct cursor *c)
{
    uint64_t n = 0;
    for (unsigned shift = 0; c->at < c->end; shift += 7) {
        unsigned char byte = *c->at++;
        if (shift < 64)
            n |= (uint64_t)(byte & 0x7f) << shift;
        if (!(byte & 0x80))
            break;
    }
    return n;
}

static const char *text(struct cursor *c)
{
    const unsigned char *start = c->at, *end = memchr(start, 0, (size_t)(c->end - start));
    c->at = end ? end + 1 : c->end;
    return end ? (const char *)start : "";
}

static void skip(struct cursor *c, uint64_t n)
{
    c->at = n < (size_t)(c->end - c->at) ? c->at + n : c->end;
}

/* A section under any of the names it may have. */
static Elf_Data *section(Elf *elf, const char *const *names)
{
    for (; *names; names++) {
        Elf_Scn *scn = leat__elf_section(elf, NULL, *names);
        Elf_Data *data = scn ? elf_getdata(scn, NULL) : NULL;
        if (data && data->d_buf && data->d_size)
            return data;
    }
    return NULL;
}

static const char *text_at(Elf *elf, const char *const *names, uint64_t offset)
{
    Elf_Data *data = section(elf, names);
    if (!data || offset >= data->d_size)
        return "";
    struct cursor c = cursor_at(data, offset);
    return text(&c);
}

/* --- DWARF 5: tables that say what their columns are --- */

struct entry { const char *name; uint64_t folder; };
struct format { uint64_t what, form; };

static const char *read_text(struct cursor *c, Elf *elf, uint64_t form)
{
    static const char *const line_str[] = { ".debug_line_str", ".zdebug_line_str", NULL };
    static const char *const str[] = { ".debug_str", ".zdebug_str", NULL };
    if (form == DW_FORM_string)
        return text(c);
    uint64_t offset = number(c, c->wide ? 8 : 4);
    return text_at(elf, form == DW_FORM_line_strp ? line_str : str, offset);
}

static uint64_t read_number(struct cursor *c, uint64_t form)
{
    switch (form) {
    case DW_FORM_data1:  return number(c, 1);
    case DW_FORM_data2:  return number(c, 2);
    case DW_FORM_data4:  return number(c, 4);
    case DW_FORM_data8:  return number(c, 8);
    case DW_FORM_udata:  return leb(c);
    case DW_FORM_data16: skip(c, 16); return 0;
    case DW_FORM_block:  skip(c, leb(c)); return 0;
    default:             c->at = c->end; return 0;      /* unknown: nothing more can be read */
    }
}

static struct entry read_entry(struct cursor *c, Elf *elf, const struct format *formats, unsigned n)
{
    struct entry e = { "", 0 };
    for (unsigned i = 0; i < n; i++) {
        uint64_t form = formats[i].form, value = 0;
        bool is_text = form == DW_FORM_string || form == DW_FORM_line_strp || form == DW_FORM_strp;
        const char *s = is_text ? read_text(c, elf, form) : "";
        if (!is_text)
            value = read_number(c, form);
        if (formats[i].what == DW_LNCT_path)
            e.name = s;
        else if (formats[i].what == DW_LNCT_directory_index)
            e.folder = value;
    }
    return e;
}

static unsigned read_formats(struct cursor *c, struct format *out)
{
    unsigned n = (unsigned)number(c, 1);
    if (n > MOST_FORMATS)
        return c->at = c->end, 0;
    for (unsigned i = 0; i < n; i++) {
        out[i].what = leb(c);
        out[i].form = leb(c);
    }
    return n;
}

/* Every entry takes a byte at least, so the count is bounded by what is left. */
static uint32_t read_count(struct cursor *c, unsigned formats)
{
    uint64_t n = leb(c);
    return formats && n <= (size_t)(c->end - c->at) ? (uint32_t)n : 0;
}

static bool read_version_5(struct leat__lines *l, struct leat__arena *arena, struct cursor *c,
                           Elf *elf)
{
    struct format formats[MOST_FORMATS];
    unsigned n = read_formats(c, formats);
    l->folder_count = read_count(c, n);
    l->folders = leat__arena_array(arena, l->folder_count, sizeof *l->folders);
    for (uint32_t i = 0; l->folders && i < l->folder_count; i++)
        l->folders[i] = read_entry(c, elf, formats, n).name;
    n = read_formats(c, formats);
    l->count = read_count(c, n);
    l->rows = leat__arena_array(arena, l->count, sizeof *l->rows);
    for (uint32_t i = 0; l->rows && i < l->count; i++) {
        struct entry e = read_entry(c, elf, formats, n);
        l->rows[i].name = e.name;
        l->rows[i].folder = e.folder < UINT32_MAX ? (uint32_t)e.folder : 0;
    }
    return l->folders && l->rows;
}

/* --- before: lists that end with an empty name --- */

static uint32_t count_texts(struct cursor c, bool with_numbers)
{
    uint32_t n = 0;
    for (; *text(&c); n++)
        for (unsigned i = 0; with_numbers && i < 3; i++)
            leb(&c);
    return n;
}

static bool read_version_2(struct leat__lines *l, struct leat__arena *arena, struct cursor *c)
{
    l->folder_count = count_texts(*c, false) + 1;
    l->folders = leat__arena_array(arena, l->folder_count, sizeof *l->folders);
    if (!l->folders)
        return false;
    l->folders[0] = l->folder ? l->folder : "";
    for (uint32_t i = 1; i < l->folder_count; i++)
        l->folders[i] = text(c);
    text(c);
    l->first = 1;
    l->count = count_texts(*c, true);
    l->rows = leat__arena_array(arena, l->count, sizeof *l->rows);
    for (uint32_t i = 0; l->rows && i < l->count; i++) {
        l->rows[i].name = text(c);
        uint64_t folder = leb(c);
        l->rows[i].folder = folder < UINT32_MAX ? (uint32_t)folder : 0;
        leb(c);
        leb(c);
    }
    return l->rows;
}

/* --- the head --- */

static bool read_table(struct leat__lines *l, struct leat__arena *arena, Elf *elf, Elf_Data *data,
                       uint64_t offset)
{
    if (offset >= data->d_size)
        return true;
    struct cursor c = cursor_at(data, offset);
    uint64_t length = number(&c, 4);
    if (length == 0xffffffff) {
        c.wide = true;
        length = number(&c, 8);
    }
    if (length < (size_t)(c.end - c.at))
        c.end = c.at + length;
    uint64_t version = number(&c, 2);
    if (version < 2 || version > 5)
        return true;
    if (version == 5)
        skip(&c, 2);            /* sizes of addresses and segments */
    skip(&c, c.wide ? 8 : 4);   /* length of the head */
    skip(&c, version >= 4 ? 5 : 4);
    uint64_t opcodes = number(&c, 1);
    skip(&c, opcodes ? opcodes - 1 : 0);
    return version == 5 ? read_version_5(l, arena, &c, elf) : read_version_2(l, arena, &c);
}

/* Where the unit's table is: its own, or the whole section of split units. */
static Elf_Data *find_table(struct leat__unit *unit, struct leat__die *die, Elf **out_elf,
                            uint64_t *out_offset)
{
    static const char *const plain[] = { ".debug_line", ".zdebug_line", NULL };
    static const char *const split[] = { ".debug_line.dwo", NULL };
    *out_elf = dwarf_getelf(dwarf_cu_getdwarf(unit->die.cu));
    *out_offset = leat__die_number(die, LEAT__AT_LINES, UINT64_MAX);
    if (*out_offset != UINT64_MAX)
        return section(*out_elf, plain);
    Elf_Data *data = section(*out_elf, split);
    if (data || !unit->skeleton.addr) {
        *out_offset = data ? 0 : UINT64_MAX;
        return data;
    }
    leat__die_read(die, &unit->skeleton);
    *out_elf = dwarf_getelf(dwarf_cu_getdwarf(unit->skeleton.cu));
    *out_offset = leat__die_number(die, LEAT__AT_LINES, UINT64_MAX);
    return section(*out_elf, plain);
}

struct leat__lines *leat__lines_read(struct leat__arena *arena, struct leat__unit *unit)
{
    struct leat__die die, skeleton;
    Elf *elf;
    uint64_t offset;
    struct leat__lines *l = leat__arena_alloc(arena, sizeof *l);
    if (!l)
        return NULL;
    leat__die_read(&die, &unit->die);
    l->key = unit->die.addr;
    l->main = leat__die_text(&die, LEAT__AT_NAME);
    l->folder = leat__die_text(&die, LEAT__AT_FOLDER);
    if (!l->folder && unit->skeleton.addr) {
        leat__die_read(&skeleton, &unit->skeleton);
        l->folder = leat__die_text(&skeleton, LEAT__AT_FOLDER);
    }
    Elf_Data *data = find_table(unit, &die, &elf, &offset);
    if (data && !read_table(l, arena, elf, data, offset))
        return NULL;
    l->files = leat__arena_array(arena, l->count, sizeof *l->files);
    return l->files ? l : NULL;
}

bool leat__lines_name(const struct leat__lines *l, uint64_t index, const char **out_folder,
                      const char **out_name)
{
    if (index < l->first || index - l->first >= l->count)
        return false;
    const struct leat__lines_row *row = &l->rows[index - l->first];
    *out_name = row->name;
    *out_folder = row->folder && row->folder < l->folder_count ? l->folders[row->folder] : NULL;
    return *row->name;
}
