/* symbols: each address is found in the parent's map, then addr2line is asked
 * once per file. Ours (the engine, trampolines) ends the listing: below it
 * nothing is the user's. */
#include "symbols.h"
#include "child.h"
#include "cli.h"
#include "text.h"
#include <libgen.h>
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
        if (sscanf(line, "%lx-%lx %*s %lx %*s %*s %n", &from, &to, &offset, &at) < 3 || line[at] != '/')
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

static bool is_ours(const struct image *image)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = 0;
    const char *slash = strrchr(image->path, '/');
    return !strcmp(image->path, exe) || !strncmp(slash + 1, "libleat.so", 10);
}

/* Below the folder the user is in, as the user would type it. */
static const char *nearby(const char *path)
{
    char here[4096];
    size_t n = getcwd(here, sizeof here) ? strlen(here) : 0;
    return n > 1 && !strncmp(path, here, n) && path[n] == '/' ? path + n + 1 : path;
}

static void print_frame(int number, const char *function, char *place)
{
    place[strcspn(place, " ")] = 0;             /* "(discriminator 2)" */
    bool known = place[0] != '?' && !text_ends(place, ":?");
    fprintf(stderr, "  #%d %s%s%s%s\n", number, text_shown(function), known ? " (" : "",
            known ? text_shown(nearby(place)) : "", known ? ")" : "");
}

/* addr2line -f -i: pairs of lines, function and place, inlined ones first.
 * true: the last of them is the node itself, where the user's stack ends. */
static bool print_frames(const struct image *image, uintptr_t address, int *number, const char *node)
{
    char *argv[] = { "addr2line", "-f", "-i", "-e", (char *)image->path,
                     text_format("0x%lx", (unsigned long)(address - image->base)), NULL };
    char *text = child_output(argv), *function = text, *place, *end;
    bool is_node = false;
    while (function && (place = strchr(function, '\n'))) {
        *place++ = 0;
        if (!(end = strchr(place, '\n')))
            break;
        *end = 0;
        if (function[0] == '?')
            function = text_format("in %s", basename(text_copy(image->path, strlen(image->path))));
        print_frame((*number)++, function, place);
        is_node = !strcmp(function, node);
        function = end + 1;
    }
    return is_node;
}

int symbols_main(int argc, char **argv)
{
    int number = 0;
    alarm(20);
    for (int i = 3; i < argc; i++) {
        struct image image;
        uintptr_t address = (uintptr_t)strtoull(argv[i], NULL, 16);
        /* All but the first are where a call will return to: the call is before. */
        if (!find_image(address, &image))
            continue;
        if (is_ours(&image))
            break;
        if (print_frames(&image, address - (i > 3), &number, argv[2]))
            break;
    }
    return number ? END_OK : END_FAILED;
}
