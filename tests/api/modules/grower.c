/* A builder function that adds a source, which has one of its own. */
#include <leat/build.h>
#include <string.h>

int grow(leat_builder *b)
{
    char path[600];
    strcpy(path, __FILE__);
    strcpy(strrchr(path, '/'), "/grown.c");
    return leat_builder_add_source(b, path, NULL);
}
double uses(double grown) { return grown + 1; }
