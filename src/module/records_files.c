/* records_files: names of sources, and which of them are the module's own. Names
 * come from the file being read and are only compared; what --sources names is
 * all that is ever opened. */
#include "module/records_files.h"
#include <leat/error.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The path from the root without "." and "..", by its letters alone. */
static char *absolute(struct leat__arena *arena, const char *folder, const char *name)
{
    char *path = *name == '/' ? leat__arena_strdup(arena, name) :
                 leat__arena_printf(arena, "/%s/%s", folder ? folder : "", name);
    if (!path)
        return NULL;
    char *to = path;
    for (const char *from = path; *from;) {
        from += strspn(from, "/");
        size_t n = strcspn(from, "/");
        if (n == 2 && !strncmp(from, "..", 2)) {
            while (to > path && *--to != '/')
                ;
        } else if (n && !(n == 1 && *from == '.')) {
            *to++ = '/';
            memmove(to, from, n);
            to += n;
        }
        from += n;
    }
    *to = 0;
    return path;
}

/* --- sources --- */

static int add_source(struct leat__files *files, const char *path)
{
    uint32_t *value;
    if (!path)
        return LEAT_ENOMEM;
    int code = leat__map_put(&files->sources, path, &value);
    if (code == 0)
        *value = 1;
    return code;
}

/* By its letters and as the file system has it: compilers write either. */
static int add_one(struct leat__files *files, const char *name)
{
    char folder[PATH_MAX], real[PATH_MAX];
    if (!getcwd(folder, sizeof folder))
        folder[0] = 0;
    int code = add_source(files, absolute(&files->arena, folder, name));
    if (code == 0 && realpath(name, real))
        code = add_source(files, leat__arena_strdup(&files->arena, real));
    return code;
}

int leat__files_add_sources(struct leat__files *files, const char *list)
{
    int code = 0;
    while (*list && code == 0) {
        size_t n = strcspn(list, ":");
        char *name = leat__arena_strndup(&files->arena, list, n);
        code = !name ? LEAT_ENOMEM : n ? add_one(files, name) : 0;
        list += n + (list[n] == ':');
    }
    return code;
}

static bool is_named(const struct leat__files *files, const char *path)
{
    for (size_t n = strlen(path); n; n--)
        if ((path[n] == 0 || path[n] == '/') &&
            leat__map_getn(&files->sources, path, n) != LEAT__NONE)
            return true;
    return files->sources.count && leat__map_get(&files->sources, "") != LEAT__NONE;
}

static bool is_system(const char *path)
{
    static const char *const folders[] = { "/usr/include/", "/usr/lib/", "/usr/local/include/" };
    for (unsigned i = 0; i < 3; i++)
        if (!strncmp(path, folders[i], strlen(folders[i])))
            return true;
    return false;
}

/* --- files --- */

/* Compilers believe $PWD, which may lead through symbolic links. */
static bool is_named_by_another(struct leat__files *files, struct leat__file *file)
{
    char real[PATH_MAX];
    if (!files->sources.count || !realpath(file->absolute, real) || !is_named(files, real))
        return false;
    const char *copy = leat__arena_strdup(&files->arena, real);
    files->failed |= !copy;
    file->absolute = copy ? copy : file->absolute;
    return copy;
}

static struct leat__file *make_file(struct leat__files *files, const char *name, const char *path)
{
    uint32_t *index;
    if (leat__map_put(&files->absolute, path, &index) < 0)
        return NULL;
    if (*index != LEAT__NONE)
        return files->file[*index];
    if (files->count == files->cap) {
        uint32_t cap = files->cap ? files->cap * 2 : 16;
        struct leat__file **grown = realloc(files->file, cap * sizeof *grown);
        if (!grown)
            return NULL;
        files->file = grown;
        files->cap = cap;
    }
    struct leat__file *file = leat__arena_alloc(&files->arena, sizeof *file);
    if (!file)
        return NULL;
    file->name = name;
    file->absolute = path;
    file->named = is_named(files, path) || is_named_by_another(files, file);
    file->own = files->sources.count ? file->named : !is_system(path);
    *index = files->count;
    return files->file[files->count++] = file;
}

/* The file that is compiled is told as the command named it; tables split names
 * into folder and rest, and may state the folder twice. */
static const char *as_told(struct leat__files *files, const struct leat__lines *l,
                           const char *folder,
                           const char *name, const char *path)
{
    const char *main = l->main ? absolute(&files->arena, l->folder, l->main) : "";
    if (!main || !strcmp(main, path))
        return main ? l->main : NULL;
    if (*name == '/' || !folder || !*folder || (l->folder && !strcmp(folder, l->folder)))
        return name;
    return leat__arena_printf(&files->arena, "%s/%s", folder, name);
}

static struct leat__file *file_at(struct leat__files *files, struct leat__lines *l, uint64_t index)
{
    const char *folder, *name;
    if (!leat__lines_name(l, index, &folder, &name))
        return NULL;
    struct leat__file **file = &l->files[index - l->first];
    if (*file)
        return *file;
    const char *from = folder ? absolute(&files->arena, l->folder, folder) : l->folder;
    char *path = absolute(&files->arena, from, name);
    const char *told = path ? as_told(files, l, folder, name, path) : NULL;
    *file = told ? make_file(files, told, path) : NULL;
    files->failed |= !*file;
    return *file;
}

static struct leat__lines *lines_of(struct leat__files *files, struct leat__unit *unit)
{
    for (struct leat__lines *l = files->lines; l; l = l->next)
        if (l->key == unit->die.addr)
            return l;
    struct leat__lines *l = leat__lines_read(&files->arena, unit);
    files->failed |= !l;
    if (l) {
        l->next = files->lines;
        files->lines = l;
    }
    return l;
}

/* An attribute may have come from another unit, whose table then counts. */
struct leat__file *leat__files_of(struct leat__files *files, struct leat__unit *unit,
                                  struct leat__die *die)
{
    struct leat__unit other = { 0 };
    if (!leat__die_has(die, LEAT__AT_FILE))
        return NULL;
    if (die->at[LEAT__AT_FILE].cu != unit->die.cu) {
        if (!dwarf_cu_die(die->at[LEAT__AT_FILE].cu, &other.die, NULL, NULL, NULL, NULL, NULL,
                          NULL))
            return NULL;
        unit = &other;
    }
    struct leat__lines *l = lines_of(files, unit);
    return l ? file_at(files, l, leat__die_number(die, LEAT__AT_FILE, UINT64_MAX)) : NULL;
}

/* A name from the file is relative to this folder only if the source was
 * compiled here; it names nothing that may be opened. */
struct leat__file *leat__files_named(struct leat__files *files, const char *name)
{
    for (uint32_t i = 0; i < files->count; i++)
        if (!strcmp(files->file[i]->name, name))
            return files->file[i];
    struct leat__file *file = make_file(files, name, name);
    if (file)
        file->named = false;
    files->failed |= !file;
    return file;
}

void leat__files_fini(struct leat__files *files)
{
    leat__map_fini(&files->sources);
    leat__map_fini(&files->absolute);
    free(files->file);
    leat__arena_fini(&files->arena);
    *files = (struct leat__files){ 0 };
}
