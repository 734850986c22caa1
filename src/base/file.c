/* file: see base/file.h. */
#include "base/file.h"
#include "base/error.h"
#include "base/suggest.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads to the end; the size asked for first is a guess that pipes do not know. */
static int slurp(int fd, const char *path, size_t guess, size_t most, char **out_data,
                 size_t *out_len, leat_error *err)
{
    size_t cap = guess + 1, len = 0;
    char *data = malloc(cap + 1);
    while (data) {
        ssize_t n = read(fd, data + len, cap - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int code = leat__fail_errno(err, "cannot read %s", path);
            free(data);
            return code;
        }
        if (n == 0) {
            data[len] = 0;
            *out_data = data;
            *out_len = len;
            return 0;
        }
        len += (size_t)n;
        if (len > most) {
            free(data);
            return leat__fail(err, LEAT_EINPUT, "%s: larger than %zu bytes", path, most);
        }
        if (len == cap) {
            char *more = cap > SIZE_MAX / 4 ? NULL : realloc(data, cap * 2 + 1);
            if (!more)
                free(data);
            data = more;
            cap *= 2;
        }
    }
    return leat__fail_memory(err);
}

int leat__file_read(const char *path, size_t most, char **out_data, size_t *out_len, leat_error *err)
{
    if (!strcmp(path, "-"))
        return slurp(STDIN_FILENO, "standard input", 65536, most, out_data, out_len, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return leat__fail_errno(err, "cannot read %s", path);
    struct stat st;
    int code;
    if (fstat(fd, &st) < 0)
        code = leat__fail_errno(err, "cannot read %s", path);
    else if (S_ISDIR(st.st_mode))
        code = leat__fail(err, LEAT_EINPUT, "cannot read %s: it is a folder", path);
    else if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > most)
        code = leat__fail(err, LEAT_EINPUT, "%s: larger than %zu bytes", path, most);
    else
        code = slurp(fd, path, S_ISREG(st.st_mode) ? (size_t)st.st_size : 65536, most, out_data,
                     out_len, err);
    close(fd);
    return code;
}

static int write_all(int fd, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR)
            return -1;
        if (n > 0) {
            data += n;
            len -= (size_t)n;
        }
    }
    return 0;
}

/* A pipe, a terminal, /dev/null: nothing to put aside. */
static int write_through(const char *path, const char *data, size_t len, leat_error *err)
{
    int code = 0, fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write_all(fd, data, len) < 0)
        code = leat__fail_errno(err, "cannot write %s", path);
    if (fd >= 0)
        close(fd);
    return code;
}

static int open_aside(const char *path, char *aside, size_t size)
{
    static _Atomic unsigned serial;
    for (int try = 0; try < 100; try++) {
        snprintf(aside, size, "%s.%ld-%u.tmp", path, (long)getpid(), serial++);
        int fd = open(aside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || errno != EEXIST)
            return fd;
    }
    return -1;
}

int leat__file_write(const char *path, const char *data, size_t len, leat_error *err)
{
    struct stat st;
    bool there = !stat(path, &st);
    if (there && !S_ISREG(st.st_mode))
        return write_through(path, data, len, err);
    size_t size = strlen(path) + 40;
    char *aside = malloc(size);
    if (!aside)
        return leat__fail_memory(err);
    int fd = open_aside(path, aside, size);
    bool good = fd >= 0 && !write_all(fd, data, len) && !(there && fchmod(fd, st.st_mode & 07777));
    int code = good ? 0 : leat__fail_errno(err, "cannot write %s", path);
    if (fd >= 0 && close(fd) < 0 && !code)
        code = leat__fail_errno(err, "cannot write %s", path);
    if (!code && rename(aside, path) < 0)
        code = leat__fail_errno(err, "cannot write %s", path);
    if (code && fd >= 0)
        unlink(aside);
    free(aside);
    return code;
}

const char *leat__file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

const char *leat__file_suffix(const char *path)
{
    const char *name = leat__file_name(path), *dot = strrchr(name, '.');
    return dot && dot != name ? dot : "";
}

char *leat__file_suggest(const char *path)
{
    const char *name = leat__file_name(path);
    size_t head = (size_t)(name - path);
    char *folder = head ? strndup(path, head) : strdup(".");
    DIR *dir = folder ? opendir(folder) : NULL;
    char *best = NULL;
    struct leat__suggest near = leat__suggest_for(name);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        unsigned before = near.distance;
        leat__suggest_offer(&near, e->d_name);
        if (near.distance < before) {
            free(best);
            best = malloc(head + strlen(e->d_name) + 1);
            if (!best)
                break;
            memcpy(best, path, head);
            strcpy(best + head, e->d_name);
        }
    }
    if (dir)
        closedir(dir);
    free(folder);
    return best;
}

int leat__file_readable(const char *path, leat_error *err)
{
    struct stat st;
    int wrong = stat(path, &st) < 0 || faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) < 0;
    if (!wrong && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        wrong = 1;
    }
    return wrong ? leat__fail_errno(err, "cannot read %s", path) : 0;
}
