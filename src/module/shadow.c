/* shadow: see shadow.h. A dependency file tells what was read, not how it was
 * asked for: perhaps by the rest of its path below some folder of the list, one of
 * the system by what follows `include/`. All are taken: a name too many costs a
 * look at nothing. */
#include "module/shadow.h"
#include <string.h>
#include <unistd.h>

void leat__shadow_fini(struct leat__shadow *s)
{
    leat__args_fini(&s->folders);
}

void leat__shadow_add_folder(struct leat__shadow *s, const char *folder)
{
    leat__args_add(&s->folders, folder);
}

void leat__shadow_add_flags(struct leat__shadow *s, const char *const *flags)
{
    static const char *const names[] = { "-iquote", "-isystem", "-I" };
    for (; flags && *flags; flags++)
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            size_t n = strlen(names[i]);
            if (strncmp(*flags, names[i], n))
                continue;
            if (!(*flags)[n] && !flags[1])
                return;
            leat__shadow_add_folder(s, (*flags)[n] ? *flags + n : *++flags);
            break;
        }
}

void leat__shadow_add_list(struct leat__shadow *s, const char *list)
{
    while (list && *list) {
        size_t n = strcspn(list, ":");
        leat__shadow_add_folder(s, leat__arena_strndup(s->arena, n ? list : ".", n ? n : 1));
        list += n + (list[n] == ':');
    }
}

/* What follows the folder in the path; NULL: it is not below it. */
static const char *rest_of(const char *path, const char *folder)
{
    size_t n = strlen(folder);
    if (!n || !strcmp(folder, "."))
        return *path == '/' ? NULL : path;
    while (n > 1 && folder[n - 1] == '/')
        n--;
    if (strncmp(path, folder, n) || path[n] != '/')
        return NULL;
    path += n;
    return path + strspn(path, "/");
}

static void add_before(const struct leat__shadow *s, size_t count, const char *rest, struct leat__args *out)
{
    for (size_t i = 0; i < count; i++) {
        const char *folder = s->folders.item[i];
        const char *name = *folder ? leat__arena_printf(s->arena, "%s/%s", folder, rest) : rest;
        if (!name || access(name, F_OK) < 0)
            leat__args_add(out, name);
    }
}

/* <bits/types.h> of /usr/include/x86_64-linux-gnu/bits/types.h. */
static void add_system(const struct leat__shadow *s, const char *path, struct leat__args *out)
{
    const char *rest = NULL;
    for (const char *at = path; (at = strstr(at, "/include/")); at++)
        rest = at + strlen("/include/");
    size_t first = rest ? strcspn(rest, "/") : 0;
    if (rest && rest[first] && memmem(rest, first, "-linux-", 7))
        rest += first + 1;
    if (rest)
        add_before(s, s->folders.count, rest, out);
}

void leat__shadow_of(const struct leat__shadow *s, const char *path, struct leat__args *out)
{
    for (size_t i = 0; i < s->folders.count; i++) {
        const char *rest = rest_of(path, s->folders.item[i]);
        if (rest)
            add_before(s, i, rest, out);
    }
    add_system(s, path, out);
}
