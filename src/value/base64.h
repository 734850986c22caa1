/* base64: bytes as text (RFC 4648, with padding). */
#pragma once
#include "base/text.h"

void leat__base64_add(struct leat__text *out, const void *bytes, size_t n);
/* Bytes that n characters at s stand for, SIZE_MAX if they are no base64. With
 * `out` they are written there; they are at most n / 4 * 3. */
size_t leat__base64_read(const char *s, size_t n, unsigned char *out);
