/* symbols: each address is found in the parent's map, then leat-records is asked
 * what stands there. Ours (the engine, trampolines) ends the listing: below it
 * nothing is the user's. */
#include "symbols.h"
#include "child.h"
#include "cli.h"
#include "text.h"
#include <leat/system.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct image { const char *path; uintptr_t base; bool ours; };

/* The file mapped at an address and where its first byte is mapped. */
static bool find_image(uintptr_t address, struct image *out)
{
    FILE *maps = fopen(text_format("/proc/%ld/maps", (long)getppid()), "re");
    char *line = NULL;
    size_t room = 0;
    bool found = false;
    *out = (struct image){ 0 };
    while (maps && !found && getline(&line, &room, maps) > 0) {
        unsigned long from, to, offset;
        int at = 0;
        line[strcspn(line, "\n")] = 0;
        if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %n", &from, &to, &offset, &at) < 3 ||
            line[at] != '/')
            continue;
        if (!offset)
            *out = (struct image){ text_copy(line + at, strlen(line + at)), from, false };
        found = address >= from && address < to;
        if (found && (!out->path || strcmp(out->path, line + at)))
            *out = (struct image){ text_copy(line + at, strlen(line + at)), from - offset, false };
    }
    free(line);
    if (maps)
        fclose(maps);
    return found;
}

/* libc, or a sanitizer before it. Its frames are not the user's, but the last
 * tells what the user called. */
static bool is_libc(const struct image *image)
{
    const char *name = strrchr(image->path, '/') + 1;
    return !strncmp(name, "libc.so", 7) || !strncmp(name, "libpthread", 10) ||
           strstr(name, "san.so") || !strncmp(name, "libclang_rt.", 12);
}

static bool is_ours(const struct image *image)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = 0;
    const char *slash = strrchr(image->path, '/');
    return !strcmp(image->path, exe) || !strncmp(slash + 1, "libleat.so", 10) || text_ends(slash, ".calls.so");
}

/* Below the folder the user is in, as the user would type it. */
static const char *nearby(const char *path)
{
    char here[4096];
    size_t n = getcwd(here, sizeof here) ? strlen(here) : 0;
    return n > 1 && !strncmp(path, here, n) && path[n] == '/' ? path + n + 1 : path;
}

static void print_frame(int number, const char *function, const char *place)
{
    bool known = place[0] == '/';
    fprintf(stderr, "  #%d %s%s%s%s\n", number, text_shown(function), known ? " (" : "",
            known ? text_shown(nearby(place)) : "", known ? ")" : "");
}

/* Pairs of lines, function and place, inlined ones first; NULL: nobody could be asked. */
static char *asked(const struct image *image, uintptr_t offset)
{
    char *records = NULL;
    if (leat_records_path(&records, NULL) < 0)
        return NULL;
    char *argv[] = { text_adopt(records), "--frames", (char *)image->path, text_format("0x%lx", (unsigned long)offset),
                     NULL };
    return child_output(argv);
}

/* What is left without debug info: enough for a debugger and the file. */
static const char *in_image(const struct image *image, uintptr_t offset)
{
    const char *name = strrchr(image->path, '/') + 1;
    return is_libc(image) ? text_format("in %s", name) : text_format("in %s+0x%lx", name, (unsigned long)offset);
}

/* true: the last of them is the node itself, where the user's stack ends. */
static bool print_frames(const struct image *image, uintptr_t offset, int *number, const char *node)
{
    char *text = asked(image, offset), *function = text, *end;
    bool is_node = false;
    if (!text || !*text)
        print_frame((*number)++, in_image(image, offset), "");
    while (function && (end = strchr(function, '\n')) && end != function) {
        *end = 0;
        const char *place = end + 1;
        if (!(end = strchr(place, '\n')))
            break;
        *end = 0;
        if (!strncmp(function, "__GI_", 5))
            function += 5;          /* libc's own word for abort */
        if (is_libc(image))
            place = "";             /* a source the user does not have */
        print_frame((*number)++, function[0] == '?' ? in_image(image, offset) : function, place);
        is_node = !strcmp(function, node);
        function = end + 1;
    }
    return is_node;
}

/* abort is three functions deep in libc and the user called one; what started
 * the thread was called by nobody. */
static bool is_called_by_user(char **argv, int at, int argc)
{
    struct image next;
    return at + 1 < argc && find_image((uintptr_t)strtoull(argv[at + 1], NULL, 16), &next) &&
           !is_libc(&next) && !is_ours(&next);
}

int symbols_main(int argc, char **argv)
{
    int number = 0;
    alarm(20);
    for (int i = 3; i < argc; i++) {
        struct image image;
        uintptr_t address = (uintptr_t)strtoull(argv[i], NULL, 16);
        if (!find_image(address, &image) || (is_libc(&image) && !is_called_by_user(argv, i, argc)))
            continue;
        if (is_ours(&image))
            break;
        /* All but the first are where a call will return to: the call is before. */
        if (print_frames(&image, address - image.base - (i > 3), &number, argv[2]))
            break;
    }
    return number ? END_OK : END_FAILED;
}
