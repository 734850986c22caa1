/* records_notes: strings "kind \037 file \037 line \037 clauses", NUL-ended and
 * perhaps padded with NULs. A header's note stands in every file that includes
 * it, word for word; it counts once. */
#include "module/records_notes.h"
#include "base/error.h"
#include "base/map.h"
#include <stdlib.h>
#include <string.h>

/* Splits a copy of the note at its first three separators. */
static int add_note(struct leat__record_writer *w, char *note)
{
    char *parts[4];
    for (unsigned i = 0; i < 4; i++) {
        parts[i] = note;
        char *end = i < 3 ? strchr(note, '\037') : note + strlen(note);
        if (!end)
            return LEAT_EBUILD;
        note = end + (i < 3);
        *end = 0;
    }
    char *end;
    unsigned long line = strtoul(parts[2], &end, 10);
    if (!*parts[0] || *end || line > INT32_MAX)
        return LEAT_EBUILD;
    leat__record_add_note(w, &(struct leat__record_note){ .kind = leat__record_string(w, parts[0]),
        .file = leat__record_string(w, parts[1]), .line = (int32_t)line, .text = leat__record_string(w, parts[3]) });
    return 0;
}

struct seen { struct leat__map map; struct leat__arena arena; };

static int add_once(struct leat__record_writer *w, struct seen *seen, const char *s, size_t n, leat_error *err)
{
    uint32_t *value;
    char *key = leat__arena_strndup(&seen->arena, s, n), *note = leat__arena_strndup(&seen->arena, s, n);
    if (!key || !note || leat__map_put(&seen->map, key, &value) < 0)
        return leat__fail_memory(err);
    if (*value != LEAT__NONE)
        return 0;
    *value = 0;
    if (add_note(w, note) < 0)
        return leat__fail(err, LEAT_EBUILD, "section leat_notes holds no note in \"%.60s\"", s);
    return 0;
}

static int add_section(struct leat__record_writer *w, struct seen *seen, Elf_Data *data, leat_error *err)
{
    const char *s = data->d_buf, *end = s + data->d_size;
    int code = 0;
    while (s && s < end && code == 0) {
        size_t n = strnlen(s, (size_t)(end - s));
        if (n && s + n == end)
            return leat__fail(err, LEAT_EBUILD, "section leat_notes is cut");
        if (n)
            code = add_once(w, seen, s, n, err);
        s += n + 1;
    }
    return code;
}

int leat__notes_add(struct leat__record_writer *w, struct leat__elf *image, leat_error *err)
{
    struct seen seen = { 0 };
    Elf_Scn *scn = NULL;
    int code = 0;
    while (code == 0 && (scn = leat__elf_section(image->elf, scn, "leat_notes"))) {
        Elf_Data *data = elf_getdata(scn, NULL);
        code = data ? add_section(w, &seen, data, err) : 0;
    }
    leat__map_fini(&seen.map);
    leat__arena_fini(&seen.arena);
    return code;
}
