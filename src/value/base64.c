/* base64: see base64.h. Reading is strict: what it takes is what _add writes. */
#include "value/base64.h"
#include <stdint.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void leat__base64_add(struct leat__text *out, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t three = (uint32_t)p[i] << 16 | (left > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                         (left > 2 ? p[i + 2] : 0);
        leat__text_addc(out, letters[three >> 18]);
        leat__text_addc(out, letters[three >> 12 & 63]);
        leat__text_addc(out, left > 1 ? letters[three >> 6 & 63] : '=');
        leat__text_addc(out, left > 2 ? letters[three & 63] : '=');
    }
}

static uint32_t value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

size_t leat__base64_read(const char *s, size_t n, unsigned char *out)
{
    size_t len = 0, padding = 0;
    if (n % 4)
        return SIZE_MAX;
    if (n && s[n - 1] == '=')
        padding = s[n - 2] == '=' ? 2 : 1;
    for (size_t i = 0; i < n; i += 4) {
        size_t full = i + 4 == n ? 4 - padding : 4;
        uint32_t bits = 0;
        for (size_t k = 0; k < 4; k++) {
            uint32_t six = k < full ? value(s[i + k]) : 0;
            if (six > 63)
                return SIZE_MAX;
            bits = bits << 6 | six;
        }
        if (full < 4 && bits & (full == 3 ? 0xff : 0xffff))
            return SIZE_MAX;        /* bits that no byte has */
        for (size_t k = 0; k + 1 < full; k++, len++)
            if (out)
                out[len] = (unsigned char)(bits >> (16 - 8 * k));
    }
    return len;
}
