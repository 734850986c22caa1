/* A text that points nowhere, and a crash under two inlined functions. */
#include <stddef.h>
#include <string.h>
const char *broken(int n) { return (const char *)(size_t)(n + 1); }
int reads(int n, const char *broken) { return n + (int)strlen(broken); }
static inline void touch(volatile int *p) { *p = 1; }
static inline void between(int n) { touch(n ? &n : NULL); }
int inlined(int n) { between(n); return n; }
