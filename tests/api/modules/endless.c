/* Adds a source that adds itself again, each time under another name. */
#include <leat/build.h>

int again(leat_builder *b)
{
    static int n;
    char space[20] = "n";
    int i = 1;
    for (int k = n++; k || i == 1; k /= 10)
        space[i++] = (char)('0' + k % 10);
    leat_builder_set_namespace(b, space);
    return leat_builder_add_source(b, __FILE__, NULL);
}
double one(void) { return 1; }
