/* digest: BLAKE2b-256, the name of everything in the build cache. */
#pragma once
#include <sodium.h>
#include <stdbool.h>
#include <stddef.h>

struct leat__digest { unsigned char bytes[32]; };
enum { LEAT__DIGEST_HEX = 65 };     /* as text, with its NUL */

/* What is added counts with its length: ("ab", "c") and ("a", "bc") differ. */
struct leat__hasher { crypto_generichash_state state; };
void leat__digest_begin(struct leat__hasher *h, const char *purpose);
void leat__digest_add(struct leat__hasher *h, const void *data, size_t n);
/* NULL counts as another text than "". */
void leat__digest_text(struct leat__hasher *h, const char *s);
/* Each text of a NULL-terminated list; a list of NULL is empty. */
void leat__digest_list(struct leat__hasher *h, const char *const *list);
struct leat__digest leat__digest_end(struct leat__hasher *h);

void leat__digest_hex(const struct leat__digest *d, char out[LEAT__DIGEST_HEX]);
/* What a file is: by content; below /usr (not /usr/local) or with `by_stat` by
 * size, times and inode, enough where only a package manager writes. A file
 * that is not there has an identity too. */
struct leat__digest leat__digest_file(const char *path, bool by_stat);
