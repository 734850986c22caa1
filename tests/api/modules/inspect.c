/* Loading this module leaves a trace. */
#include <stdlib.h>
__attribute__((constructor)) static void loaded(void) { setenv("LEAT_TEST_LOADED", "1", 1); }
/* Looks. */
int looked(int x) { return x; }
