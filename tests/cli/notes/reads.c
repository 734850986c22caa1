/* Parameters that are files. */
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>
struct paths { const char **data; size_t len; };
struct leat_paths { const leat_path *data; size_t len; };
static int lines(const char *path)
{
    FILE *f = fopen(path, "r");
    int n = 0;
    for (int c; f && (c = getc(f)) != EOF;)
        n += c == '\n';
    if (!f)
        leat_fail("cannot open %s", path);
    else
        fclose(f);
    return n;
}
/* Lines of one file. */
int lines_of(leat_path csv) { return lines(csv); }
int noted(const char *file, const char *word) { return lines(file) + !word; }
LEAT_NODE(noted, reads(file));
int all_lines(struct leat_paths logs)
{
    int n = 0;
    for (size_t i = 0; i < logs.len; i++)
        n += lines(logs.data[i]);
    return n;
}
char *names(struct paths paths)
{
    char *s = NULL;
    size_t n;
    FILE *f = open_memstream(&s, &n);
    for (size_t i = 0; i < paths.len; i++)
        fprintf(f, "%s%s", i ? " " : "", paths.data[i]);
    fclose(f);
    return s;
}
