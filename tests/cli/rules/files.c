/* files.c: a parameter that is a file, and one that nobody is shown. */
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int letters(const char *file)
{
    FILE *f = fopen(file, "r");
    int n = 0;
    while (f && fgetc(f) != EOF)
        n++;
    if (f)
        fclose(f);
    return n;
}
LEAT_NODE(letters, reads(file));

int login(const char *user, const char *password)
{
    leat_fail("%s may not", user);
    return (int)strlen(password);
}
LEAT_NODE(login, secret(password));

/* Opaque, but it can be copied: so it can be asked although `turned` writes it. */
struct wheel { void *spokes; int at; };
struct wheel *wheel(int at) { struct wheel *w = calloc(1, sizeof *w); if (w) w->at = at; return w; }
void wheel_free(struct wheel *w) { free(w); }
struct wheel *wheel_copy(const struct wheel *w) { struct wheel *c = malloc(sizeof *c); if (c) *c = *w; return c; }
int turned(struct wheel *wheel) { return ++wheel->at; }
