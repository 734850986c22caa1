#include <leat/build.h>

double small(void) { return 41; }
int name_it(leat_builder *b) { return leat_builder_note(b, "grown", "calls(small)"); }
