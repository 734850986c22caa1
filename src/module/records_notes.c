/* records_notes: strings "kind \037 file \037 line \037 clauses", NUL-ended and
 * perhaps padded with NULs. A header's note stands in every file that includes
 * it, word for word; it counts once. */
#include "module/records_notes.h"
#include "base/error.h"
#include "base/map.h"
#include <stdlib.h>
#include <string.h>

struct note { const char *kind, *file, *text; int32_t line; };
struct notes {
    struct note *note;
    uint32_t count, cap;
    struct leat__map seen;
    struct leat__arena arena;
};

/* Splits it at its first three separators. */
static int split(struct note *out, char *s)
{
    char *parts[4], *end;
    for (unsigned i = 0; i < 4; i++) {
        parts[i] = s;
        end = i < 3 ? strchr(s, '\037') : s + strlen(s);
        if (!end)
            return LEAT_EBUILD;
        s = end + (i < 3);
        *end = 0;
    }
    unsigned long line = strtoul(parts[2], &end, 10);
    *out = (struct note){ parts[0], parts[1], parts[3], (int32_t)line };
    return *parts[0] && *parts[2] && !*end && line <= INT32_MAX ? 0 : LEAT_EBUILD;
}

static int add_once(struct notes *n, const char *s, size_t len, leat_error *err)
{
    uint32_t *value;
    char *key = leat__arena_strndup(&n->arena, s, len);
    char *copy = leat__arena_strndup(&n->arena, s, len);
    if (!key || !copy || leat__map_put(&n->seen, key, &value) < 0)
        return leat__fail_memory(err);
    if (*value != LEAT__NONE)
        return 0;
    *value = n->count;
    if (n->count == n->cap) {
        uint32_t cap = n->cap ? n->cap * 2 : 16;
        struct note *grown = realloc(n->note, cap * sizeof *grown);
        if (!grown)
            return leat__fail_memory(err);
        n->note = grown;
        n->cap = cap;
    }
    if (split(&n->note[n->count++], copy) < 0)
        return leat__fail(err, LEAT_EBUILD, "section leat_notes holds no note in \"%.60s\"", key);
    return 0;
}

static int read_section(struct notes *n, Elf_Data *data, leat_error *err)
{
    const char *s = data->d_buf, *end = s + data->d_size;
    int code = 0;
    while (s && s < end && code == 0) {
        size_t len = strnlen(s, (size_t)(end - s));
        if (len && s + len == end)
            return leat__fail(err, LEAT_EBUILD, "section leat_notes is cut");
        if (len)
            code = add_once(n, s, len, err);
        s += len + 1;
    }
    return code;
}

/* Compilers turn their order round as they like. */
static int by_place(const void *a, const void *b)
{
    const struct note *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    if (!order)
        order = (x->line > y->line) - (x->line < y->line);
    return order ? order : strcmp(x->text, y->text);
}

static void add_all(struct leat__record_writer *w, struct notes *n)
{
    if (n->count)
        qsort(n->note, n->count, sizeof *n->note, by_place);
    for (uint32_t i = 0; i < n->count; i++) {
        const struct note *note = &n->note[i];
        leat__record_add_note(w, &(struct leat__record_note){
            .kind = leat__record_string(w, note->kind), .file = leat__record_string(w, note->file),
            .line = note->line, .text = leat__record_string(w, note->text) });
    }
}

int leat__notes_add(struct leat__record_writer *w, struct leat__elf *image, leat_error *err)
{
    struct notes n = { 0 };
    Elf_Scn *scn = NULL;
    int code = 0;
    while (code == 0 && (scn = leat__elf_section(image->elf, scn, "leat_notes"))) {
        Elf_Data *data = elf_getdata(scn, NULL);
        code = data ? read_section(&n, data, err) : 0;
    }
    if (code == 0)
        add_all(w, &n);
    free(n.note);
    leat__map_fini(&n.seen);
    leat__arena_fini(&n.arena);
    return code;
}
