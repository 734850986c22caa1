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

/* Every folder on the way, as mkdir -p; the last one is checked by who opens it.
 * false, with errno: that one was not made. */
static bool make_folders(char *path)
{
    for (size_t i = 1; path[i]; i++)
        if (path[i] == '/') {
            path[i] = 0;
            mkdir(path, 0700);
            path[i] = '/';
        }
    return mkdir(path, 0700) == 0 || errno == EEXIST;
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
    if (dir < 0 && errno == ENOENT && !make_folders(path))
        dir = leat__fail_errno(err, "cannot make the build cache %s (set XDG_CACHE_HOME to a folder that can be written)",
                               path);
    else
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
