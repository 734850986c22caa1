/* A type of libc, destroyed by libc. */
#include <leat/node.h>
#include <stdio.h>
LEAT_TYPE(FILE, free(fclose));
FILE *file(const char *path) { return fopen(path, "r"); }
int first_byte(const FILE *file) { return fgetc((FILE *)file); }
