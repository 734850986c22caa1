/* digest: see digest.h. */
#include "module/digest.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void leat__digest_begin(struct leat__hasher *h, const char *purpose)
{
    crypto_generichash_init(&h->state, NULL, 0, sizeof((struct leat__digest *)0)->bytes);
    leat__digest_text(h, purpose);
}

void leat__digest_add(struct leat__hasher *h, const void *data, size_t n)
{
    uint64_t length = n;
    crypto_generichash_update(&h->state, (const unsigned char *)&length, sizeof length);
    crypto_generichash_update(&h->state, data, n);
}

void leat__digest_text(struct leat__hasher *h, const char *s)
{
    if (s)
        leat__digest_add(h, s, strlen(s));
    else
        leat__digest_add(h, "\0none", 5);
}

void leat__digest_list(struct leat__hasher *h, const char *const *list)
{
    uint64_t n = 0;
    while (list && list[n])
        n++;
    leat__digest_add(h, &n, sizeof n);
    for (uint64_t i = 0; i < n; i++)
        leat__digest_text(h, list[i]);
}

struct leat__digest leat__digest_end(struct leat__hasher *h)
{
    struct leat__digest d;
    crypto_generichash_final(&h->state, d.bytes, sizeof d.bytes);
    return d;
}

void leat__digest_hex(const struct leat__digest *d, char out[LEAT__DIGEST_HEX])
{
    sodium_bin2hex(out, LEAT__DIGEST_HEX, d->bytes, sizeof d->bytes);
}

static bool is_system(const char *path)
{
    return !strncmp(path, "/usr/", 5) && strncmp(path, "/usr/local/", 11) && !strstr(path, "/../");
}

static void add_stat(struct leat__hasher *h, const struct stat *st)
{
    uint64_t facts[] = { st->st_dev, st->st_ino, (uint64_t)st->st_size,
                         (uint64_t)st->st_mtim.tv_sec, (uint64_t)st->st_mtim.tv_nsec,
                         (uint64_t)st->st_ctim.tv_sec, (uint64_t)st->st_ctim.tv_nsec };
    leat__digest_add(h, facts, sizeof facts);
}

/* The bytes in one stream: their number is not known before the end. */
static void add_content(struct leat__hasher *h, int fd)
{
    unsigned char buf[16384];
    uint64_t all = 0;
    ssize_t n;
    while ((n = read(fd, buf, sizeof buf)) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            break;
        crypto_generichash_update(&h->state, buf, (size_t)n);
        all += (uint64_t)n;
    }
    leat__digest_add(h, &all, sizeof all);
}

struct leat__digest leat__digest_file(const char *path, bool by_stat)
{
    struct leat__hasher h;
    struct stat st;
    leat__digest_begin(&h, "file");
    if (by_stat || is_system(path)) {
        if (stat(path, &st) == 0)
            add_stat(&h, &st);
    } else {
        int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (fd >= 0) {
            leat__digest_text(&h, "content");
            if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
                add_content(&h, fd);
            close(fd);
        }
    }
    return leat__digest_end(&h);
}
