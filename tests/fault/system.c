/* system: see system.h. */
#include "system.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_(name, number) #name,
const char *const fault_name[] = { FAULTS(NAME_) };
#undef NAME_

static enum fault armed = FAULT_COUNT;
static long countdown, calls;
static int fired, crumbling, turn;

void fault_arm(enum fault which, long n)
{
    armed = which;
    countdown = n;
    calls = fired = 0;
}

int fault_disarm(void)
{
    armed = FAULT_COUNT;
    return fired;
}

void fault_crumble(int on) { crumbling = on; }
long fault_calls(void) { return calls; }

static int fails(enum fault which, int number)
{
    if (which != armed || (calls++, countdown <= 0 || --countdown))
        return 0;
    errno = number;
    return fired = 1;
}

#define NUMBER_(name, number) [FAULT_##name] = number,
static const int number_of[] = { FAULTS(NUMBER_) };
#define FAILS(name) fails(FAULT_##name, number_of[FAULT_##name])

/* --- what --wrap sends here: R name(parameters), called with (arguments), or `bad` --- */
#define WRAP(R, name, bad, parameters, arguments)                             \
    R __real_##name parameters;                                               \
    R __wrap_##name parameters;                                               \
    R __wrap_##name parameters { return FAILS(name) ? bad : __real_##name arguments; }

WRAP(FILE *, fopen64, NULL, (const char *path, const char *mode), (path, mode))
WRAP(DIR *, opendir, NULL, (const char *path), (path))
WRAP(int, mkdir, -1, (const char *path, mode_t mode), (path, mode))
WRAP(int, mkdirat, -1, (int dir, const char *path, mode_t mode), (dir, path, mode))
WRAP(int, linkat, -1, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags))
WRAP(int, rename, -1, (const char *from, const char *to), (from, to))
WRAP(int, unlink, -1, (const char *path), (path))
WRAP(int, unlinkat, -1, (int dir, const char *path, int flags), (dir, path, flags))
WRAP(int, rmdir, -1, (const char *path), (path))
WRAP(int, fstat64, -1, (int fd, void *st), (fd, st))
WRAP(int, fstatat64, -1, (int dir, const char *path, void *st, int flags), (dir, path, st, flags))
WRAP(int, stat64, -1, (const char *path, void *st), (path, st))
WRAP(int, fchmod, -1, (int fd, mode_t mode), (fd, mode))
WRAP(int, pipe2, -1, (int ends[2], int flags), (ends, flags))
WRAP(int, poll, -1, (struct pollfd *p, nfds_t n, int ms), (p, n, ms))
WRAP(char *, realpath, NULL, (const char *path, char *to), (path, to))
WRAP(char *, getcwd, NULL, (char *to, size_t size), (to, size))
WRAP(int, posix_spawn, EAGAIN, (pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
     const posix_spawnattr_t *attr, char *const *argv, char *const *env), (pid, path, actions, attr, argv, env))

void *__real_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags)
{
    return __real_dlopen(FAILS(dlopen) ? "/no/such/image.so" : path, flags);    /* so that dlerror has a word */
}

/* It closes all the same, as Linux does. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    int bad = __real_close(fd);
    return FAILS(close) ? -1 : bad;
}

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return FAILS(open64) ? -1 : __real_open64(path, flags, mode);
}

int __real_openat64(int dir, const char *path, int flags, ...);
int __wrap_openat64(int dir, const char *path, int flags, ...);
int __wrap_openat64(int dir, const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
    va_end(args);
    return FAILS(openat64) ? -1 : __real_openat64(dir, path, flags, mode);
}

static size_t crumb(size_t n) { return crumbling && n > 1 ? 1 : n; }

static int interrupted(void)
{
    if (!crumbling || turn++ % 2)
        return 0;
    errno = EINTR;
    return 1;
}

/* A disk that fills takes half of it first. */
ssize_t __real_write(int fd, const void *data, size_t n);
ssize_t __wrap_write(int fd, const void *data, size_t n);
ssize_t __wrap_write(int fd, const void *data, size_t n)
{
    if (FAILS(write)) {
        if (__real_write(fd, data, n / 2) < 0)
            return -1;
        errno = ENOSPC;
        return -1;
    }
    return interrupted() ? -1 : __real_write(fd, data, crumb(n));
}

ssize_t __real_read(int fd, void *data, size_t n);
ssize_t __wrap_read(int fd, void *data, size_t n);
ssize_t __wrap_read(int fd, void *data, size_t n)
{
    return FAILS(read) || interrupted() ? -1 : __real_read(fd, data, crumb(n));
}
