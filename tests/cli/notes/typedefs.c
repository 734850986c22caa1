/* Types whose typedef is another name than their tag. */
#include <leat/node.h>
#include <stdio.h>
#include <stdlib.h>

LEAT_TYPE(FILE, free(fclose), shared);
FILE *lines(const char *path) { return fopen(path, "r"); }
int first_byte(FILE *lines) { return getc(lines); }
int second_byte(FILE *lines, int first_byte) { return getc(lines) + 0 * first_byte; }

typedef struct pail_s { int *drops; int count; } pail;
LEAT_TYPE(pail, array(drops, count));
int drops(pail pail) { return pail.count ? pail.drops[0] : 0; }

struct log_s { void *at; };
typedef struct log_s log_t;
log_t *journal(int size) { return calloc(1, sizeof(log_t) + (size_t)size); }
void log_close(log_t *log) { fputs("closed\n", stderr); free(log); }
int pages(const log_t *journal) { return !journal->at; }
