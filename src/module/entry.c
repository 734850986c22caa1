/* entry: what stands in the build cache (cache.h). An entry is written aside, then
 * linked to its name; the first stays, nothing is rewritten. Bytes carry a seal,
 * images have one beside them, so what a disk or a power cut left of an entry is
 * seen, taken away and made again. */
#include "base/error.h"
#include "module/cache.h"
#include "module/object.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAME_SIZE = LEAT__DIGEST_HEX + 16 };

static void entry_name(char out[NAME_SIZE], const struct leat__digest *d, const char *suffix)
{
    char hex[LEAT__DIGEST_HEX];
    leat__digest_hex(d, hex);
    snprintf(out, NAME_SIZE, "%s%s", hex, suffix);
}

char *leat__cache_path(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char name[NAME_SIZE], *path;
    entry_name(name, d, suffix);
    return asprintf(&path, "%s/%s", c->path, name) < 0 ? NULL : path;
}

long long leat__cache_size(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char name[NAME_SIZE];
    struct stat st;
    entry_name(name, d, suffix);
    if (fstatat(c->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode))
        return -1;
    return st.st_size;
}

static int read_all(int fd, char *data, size_t len)
{
    size_t got = 0;
    errno = EIO;                /* it ends before its length */
    while (got < len) {
        ssize_t n = read(fd, data + got, len - got);
        if (n == 0 || (n < 0 && errno != EINTR))
            return -1;
        got += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

/* Behind the bytes of every entry: which bytes under which name. */
static struct leat__digest seal_of(const char *name, const void *data, size_t len)
{
    struct leat__hasher h;
    leat__digest_begin(&h, "entry");
    leat__digest_text(&h, name);
    leat__digest_add(&h, data, len);
    return leat__digest_end(&h);
}

/* A link, a pipe: nothing of ours. Taken away if that can be done: ENOENT. */
static int open_entry(const struct leat__cache *c, const char *name)
{
    struct stat st;
    int fd = openat(c->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool odd = fd < 0 ? errno == ELOOP : !fstat(fd, &st) && !S_ISREG(st.st_mode);
    if (!odd || unlinkat(c->dir, name, 0) < 0)
        return fd;
    if (fd >= 0)
        close(fd);
    errno = ENOENT;
    return -1;
}

/* The whole of an entry, with its seal. */
static int read_entry(int fd, const char *path, const char *name, size_t most, char **out_data, size_t *out_len,
                      leat_error *err)
{
    struct stat st;
    if (fstat(fd, &st) < 0)
        return leat__fail_errno(err, "cannot read %s/%s", path, name);
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > most + sizeof(struct leat__digest))
        return leat__fail(err, LEAT_ESYSTEM, "%s/%s: not what the build cache holds", path, name);
    char *data = malloc((size_t)st.st_size + 1);
    if (!data)
        return leat__fail_memory(err);
    if (read_all(fd, data, (size_t)st.st_size) < 0) {
        int code = leat__fail_errno(err, "cannot read %s/%s", path, name);
        free(data);
        return code;
    }
    *out_data = data;
    *out_len = (size_t)st.st_size;
    return 0;
}

int leat__cache_read(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                     size_t most, char **out_data, size_t *out_len, leat_error *err)
{
    char name[NAME_SIZE], *data = NULL;
    size_t len = 0;
    entry_name(name, d, suffix);
    int fd = open_entry(c, name);
    if (fd < 0)
        return errno == ENOENT ? LEAT_ENOTFOUND : leat__fail_errno(err, "cannot read %s/%s", c->path, name);
    int code = read_entry(fd, c->path, name, most, &data, &len, err);
    close(fd);
    if (code)
        return code;
    struct leat__digest seal;
    size_t body = len < sizeof seal ? 0 : len - sizeof seal;
    seal = seal_of(name, data, body);
    if (len < sizeof seal || memcmp(data + body, &seal, sizeof seal)) {
        leat__cache_drop(c, d, suffix);
        free(data);
        return LEAT_ENOTFOUND;
    }
    data[body] = 0;
    *out_data = data;
    *out_len = body;
    return 0;
}

/* A name that is taken stays; where the file system knows no links, the file moves. */
static int name_entry(int from_dir, const char *from, int dir, const char *name)
{
    if (linkat(from_dir, from, dir, name, 0) == 0 || errno == EEXIST)
        return 0;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return -1;
    return syscall(SYS_renameat2, from_dir, from, dir, name, 1 /* RENAME_NOREPLACE */) == 0 || errno == EEXIST ? 0 : -1;
}

int leat__cache_publish_file(const struct leat__cache *c, const struct leat__digest *d,
                             const char *suffix, const char *from, leat_error *err)
{
    char name[NAME_SIZE];
    entry_name(name, d, suffix);
    if (name_entry(AT_FDCWD, from, c->dir, name) < 0)
        return leat__fail_errno(err, "cannot write %s/%s", c->path, name);
    return 0;
}

static int write_aside(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR)
            return -1;
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int leat__cache_publish(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                        const void *data, size_t len, leat_error *err)
{
    static _Atomic unsigned serial;
    char name[NAME_SIZE], aside[64];
    entry_name(name, d, suffix);
    snprintf(aside, sizeof aside, ".%ld-%u-%08x", (long)getpid(), serial++, randombytes_random());
    int fd = openat(c->dir, aside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return leat__fail_errno(err, "cannot write into %s", c->path);
    struct leat__digest seal = seal_of(name, data, len);
    bool good = write_aside(fd, data, len) == 0 && write_aside(fd, (const char *)&seal, sizeof seal) == 0;
    int code = good ? 0 : leat__fail_errno(err, "cannot write %s/%s", c->path, name);
    if ((close(fd) < 0 || (good && name_entry(c->dir, aside, c->dir, name) < 0)) && !code)
        code = leat__fail_errno(err, "cannot write %s/%s", c->path, name);
    unlinkat(c->dir, aside, 0);
    return code;
}

void leat__cache_drop(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char name[NAME_SIZE];
    entry_name(name, d, suffix);
    unlinkat(c->dir, name, 0);
}

/* --- images --- */

static void sum_suffix(char out[16], const char *suffix) { snprintf(out, 16, "%s.sum", suffix); }

static int image_digest(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                        struct leat__digest *out)
{
    char name[NAME_SIZE];
    entry_name(name, d, suffix);
    int fd = open_entry(c, name);
    int code = fd < 0 ? LEAT_ESYSTEM : leat__object_digest(fd, out);
    if (fd >= 0)
        close(fd);
    return code;
}

void leat__cache_drop_image(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char sum[16];
    sum_suffix(sum, suffix);
    leat__cache_drop(c, d, suffix);
    leat__cache_drop(c, d, sum);
}

/* What stands under the name already may be what a power cut left of it, so it is
 * looked at as well. */
int leat__cache_publish_image(const struct leat__cache *c, const struct leat__digest *d,
                              const char *suffix, const char *from, leat_error *err)
{
    char sum[16];
    struct leat__digest ours, there;
    int fd = open(from, O_RDONLY | O_CLOEXEC), bad = fd < 0 ? LEAT_ESYSTEM : leat__object_digest(fd, &ours);
    if (fd >= 0)
        close(fd);
    if (bad)
        return bad == LEAT_EBUILD ? leat__fail(err, bad, "%s: the linker gave no image", from)
                                  : leat__fail_errno(err, "cannot read %s", from);
    int code = leat__cache_publish_file(c, d, suffix, from, err);
    if (!code && (image_digest(c, d, suffix, &there) || memcmp(&ours, &there, sizeof ours))) {
        leat__cache_drop_image(c, d, suffix);
        code = leat__cache_publish_file(c, d, suffix, from, err);
    }
    sum_suffix(sum, suffix);
    return code ? code : leat__cache_publish(c, d, sum, &ours, sizeof ours, err);
}

bool leat__cache_has_image(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char sum[16], *expected;
    struct leat__digest image;
    size_t len;
    sum_suffix(sum, suffix);
    if (leat__cache_read(c, d, sum, sizeof image, &expected, &len, NULL))
        return false;
    bool same = !image_digest(c, d, suffix, &image) && len == sizeof image && !memcmp(expected, &image, len);
    free(expected);
    if (!same)
        leat__cache_drop_image(c, d, suffix);
    return same;
}
