/* cache: see cache.h. Everything in it may be dlopen'ed, so a folder that
 * somebody else could write is refused rather than used. */
#include "module/cache.h"
#include "base/error.h"
#include "base/file.h"
#include "module/module.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NAME_SIZE = LEAT__DIGEST_HEX + 16 };

/* Into buf if it has to be asked for; NULL: there is none. */
static const char *home_folder(char *buf, size_t size)
{
    struct passwd pw, *found = NULL;
    const char *home = secure_getenv("HOME");
    if (home && *home == '/')
        return home;
    getpwuid_r(geteuid(), &pw, buf, size, &found);
    return found && found->pw_dir && *found->pw_dir == '/' ? found->pw_dir : NULL;
}

/* As the XDG base directories say: a relative path there does not count. */
static int cache_folder(char **out_path, leat_error *err)
{
    const char *xdg = secure_getenv("XDG_CACHE_HOME");
    bool given = xdg && *xdg == '/';
    char buf[4096];
    const char *base = given ? xdg : home_folder(buf, sizeof buf);
    if (!base)
        return leat__fail(err, LEAT_ESYSTEM, "no place for the build cache: HOME is not set");
    return asprintf(out_path, "%s%s/leat", base, given ? "" : "/.cache") < 0 ? leat__fail_memory(err) : 0;
}

/* Every folder on the way, as mkdir -p; the last one is checked by who opens it. */
static void make_folders(char *path)
{
    for (size_t i = 1; path[i]; i++)
        if (path[i] == '/') {
            path[i] = 0;
            mkdir(path, 0700);
            path[i] = '/';
        }
    mkdir(path, 0700);
}

static int check_folder(int dir, const char *path, leat_error *err)
{
    struct stat st;
    if (fstat(dir, &st) < 0)
        return leat__fail_errno(err, "cannot use the build cache %s", path);
    if (st.st_uid != geteuid())
        return leat__fail(err, LEAT_ESYSTEM, "cannot use the build cache %s: it belongs to another user "
                          "(set XDG_CACHE_HOME to a folder of your own)", path);
    if (st.st_mode & 077)
        return leat__fail(err, LEAT_ESYSTEM, "cannot use the build cache %s: others may enter it "
                          "(mode %03o; chmod 700 it)", path, (unsigned)st.st_mode & 0777u);
    return 0;
}

static int open_folder(const char *path, leat_error *err)
{
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;
    if (dir < 0 && lstat(path, &st) == 0 && S_ISLNK(st.st_mode))
        return leat__fail(err, LEAT_ESYSTEM, "cannot use the build cache %s: it is a symbolic link "
                          "(set XDG_CACHE_HOME to where it should be)", path);
    if (dir < 0)
        return leat__fail(err, LEAT_ESYSTEM, "cannot use the build cache %s: %s "
                          "(set XDG_CACHE_HOME to a folder that can be written)", path, strerror(errno));
    int code = check_folder(dir, path, err);
    if (code) {
        close(dir);
        return code;
    }
    return dir;
}

int leat__build_cache_open(char **out_path, leat_error *err)
{
    if (getauxval(AT_SECURE))
        return leat__fail(err, LEAT_EUNSUPPORTED, "no build cache in a program with raised rights");
    if (sodium_init() < 0)
        return leat__fail(err, LEAT_ESYSTEM, "libsodium does not start");
    char *path;
    int code = cache_folder(&path, err);
    if (code)
        return code;
    int dir = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir >= 0)
        close(dir);
    else if (errno == ENOENT)
        make_folders(path);
    dir = open_folder(path, err);
    if (dir < 0 || !out_path)
        free(path);
    else
        *out_path = path;
    return dir;
}

int leat__cache_open(struct leat__cache *c, leat_error *err)
{
    if (c->dir >= 0)
        return 0;
    int dir = leat__build_cache_open(&c->path, err);
    if (dir < 0)
        return dir;
    c->dir = dir;
    return 0;
}

void leat__cache_close(struct leat__cache *c)
{
    if (c->dir >= 0)
        close(c->dir);
    free(c->path);
    *c = (struct leat__cache){ -1, NULL };
}

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
    while (got < len) {
        ssize_t n = read(fd, data + got, len - got);
        if (n == 0 || (n < 0 && errno != EINTR))
            return -1;
        got += n > 0 ? (size_t)n : 0;
    }
    return 0;
}

int leat__cache_read(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                     size_t most, char **out_data, size_t *out_len, leat_error *err)
{
    char name[NAME_SIZE];
    struct stat st;
    entry_name(name, d, suffix);
    int fd = openat(c->dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT)
        return LEAT_ENOTFOUND;
    if (fd < 0 || fstat(fd, &st) < 0) {
        int code = leat__fail_errno(err, "cannot read %s/%s", c->path, name);
        if (fd >= 0)
            close(fd);
        return code;
    }
    int code = 0;
    char *data = NULL;
    if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size > most)
        code = leat__fail(err, LEAT_ESYSTEM, "%s/%s: not what the build cache holds", c->path, name);
    else if (!(data = malloc((size_t)st.st_size + 1)))
        code = leat__fail_memory(err);
    else if (read_all(fd, data, (size_t)st.st_size) < 0)
        code = leat__fail_errno(err, "cannot read %s/%s", c->path, name);
    close(fd);
    if (code) {
        free(data);
        return code;
    }
    data[st.st_size] = 0;
    *out_data = data;
    *out_len = (size_t)st.st_size;
    return 0;
}

/* A name that is taken stays; where the file system knows no links, the file moves. */
static int name_entry(int from_dir, const char *from, int dir, const char *name)
{
    if (linkat(from_dir, from, dir, name, 0) == 0 || errno == EEXIST)
        return 0;
    if (errno != EPERM && errno != EOPNOTSUPP && errno != ENOSYS && errno != EMLINK)
        return -1;
    return renameat2(from_dir, from, dir, name, RENAME_NOREPLACE) == 0 || errno == EEXIST ? 0 : -1;
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
    int code = 0;
    if (write_aside(fd, data, len) < 0 || name_entry(c->dir, aside, c->dir, name) < 0)
        code = leat__fail_errno(err, "cannot write %s/%s", c->path, name);
    close(fd);
    unlinkat(c->dir, aside, 0);
    return code;
}

void leat__cache_drop(const struct leat__cache *c, const struct leat__digest *d, const char *suffix)
{
    char name[NAME_SIZE];
    entry_name(name, d, suffix);
    unlinkat(c->dir, name, 0);
}

static void remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));)
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            unlinkat(dirfd(dir), e->d_name, 0);
    closedir(dir);
    rmdir(folder);
}

/* Where our process numbers mean something: this start of this machine, this
 * namespace. 0: not known. */
static uint32_t process_space(void)
{
    char boot[64];
    struct stat st;
    uint32_t h = 2166136261u;
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, boot, sizeof boot);
    if (fd >= 0)
        close(fd);
    if (n <= 0 || stat("/proc/self/ns/pid", &st) < 0)
        return 0;
    for (ssize_t i = 0; i < n; i++)
        h = (h ^ (unsigned char)boot[i]) * 16777619u;
    return (h ^ (uint32_t)st.st_ino) * 16777619u;
}

/* The process that a folder is named after is no more. */
static bool is_abandoned(const char *name)
{
    long pid;
    unsigned serial, space;
    uint32_t ours = process_space();
    return sscanf(name, "%ld-%u-%x-", &pid, &serial, &space) == 3 && ours && space == ours && pid > 0 &&
           kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

/* Folders of work that was cut off: its process is gone, or it is a day old
 * (nothing is compiled for a day). */
static void sweep(const struct leat__cache *c)
{
    enum { DAY = 24 * 60 * 60 };
    char path[PATH_MAX + 300];
    struct stat st;
    snprintf(path, sizeof path, "%s/jobs", c->path);
    DIR *dir = strlen(c->path) < PATH_MAX ? opendir(path) : NULL;
    if (!dir)
        return;
    for (struct dirent *e; (e = readdir(dir));) {
        if (*e->d_name == '.' || fstatat(dirfd(dir), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            (st.st_mtim.tv_sec > time(NULL) - DAY && !is_abandoned(e->d_name)))
            continue;
        snprintf(path, sizeof path, "%s/jobs/%s", c->path, e->d_name);
        remove_folder(path);
    }
    closedir(dir);
}

int leat__cache_job(const struct leat__cache *c, char **out_folder, leat_error *err)
{
    static _Atomic unsigned serial;
    char *folder;
    int code = 0;
    if (asprintf(&folder, "%s/jobs/%ld-%u-%08x-%08x", c->path, (long)getpid(), serial++,
                 process_space(), randombytes_random()) < 0)
        return leat__fail_memory(err);
    if (mkdirat(c->dir, "jobs", 0700) < 0 && errno != EEXIST)
        code = leat__fail_errno(err, "cannot write into %s", c->path);
    else if (sweep(c), mkdir(folder, 0700) < 0)
        code = leat__fail_errno(err, "cannot make %s", folder);
    if (code)
        free(folder);
    else
        *out_folder = folder;
    return code;
}

void leat__cache_job_end(char *folder)
{
    if (folder)
        remove_folder(folder);
    free(folder);
}
