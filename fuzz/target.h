/* target: what every target has; called by libFuzzer, or by driver.c in a test.
 *
 * A target feeds one reader, and checks that what was read says the same when
 * it is written and read again. It calls abort() where it does not. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* abort() that says where. */
#define FUZZ_CHECK(x) \
    ((x) ? (void)0 : (fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #x), abort()))

/* The bytes and what is to follow them, malloc'ed, so that a sanitizer sees a step
 * too far; free them. */
static inline char *fuzz_copy(const uint8_t *data, size_t size, size_t more)
{
    char *s = calloc(1, size + more ? size + more : 1);
    if (!s)
        abort();
    if (size)
        memcpy(s, data, size);
    return s;
}
static inline char *fuzz_exact(const uint8_t *data, size_t size) { return fuzz_copy(data, size, 0); }
static inline char *fuzz_string(const uint8_t *data, size_t size) { return fuzz_copy(data, size, 1); }
