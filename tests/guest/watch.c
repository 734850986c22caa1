/* watch: see watch.h. */
#include "watch.h"
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct watch watch;

int __real_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...);
int __real_openat64(int dir, const char *path, int flags, ...);
int __wrap_openat64(int dir, const char *path, int flags, ...);
FILE *__real_fopen64(const char *path, const char *mode);
FILE *__wrap_fopen64(const char *path, const char *mode);
int __real_pipe2(int ends[2], int flags);
int __wrap_pipe2(int ends[2], int flags);
char *__real_secure_getenv(const char *name);
char *__wrap_secure_getenv(const char *name);
void *__real_dlopen(const char *path, int flags);
void *__wrap_dlopen(const char *path, int flags);
int __real_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock);
int __wrap_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock);
int __real_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attr, char *const *argv, char *const *env);
int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attr, char *const *argv, char *const *env);

static unsigned foreign;            /* descriptors that whoever started us left open */

/* Descriptors beyond the standard ones that a program we start would get. */
static unsigned inherited(void)
{
    unsigned n = 0;
    DIR *dir = opendir("/proc/self/fd");
    for (struct dirent *e; dir && (e = readdir(dir));) {
        int fd = atoi(e->d_name);
        n += fd > 2 && fcntl(fd, F_GETFD) == 0;
    }
    if (dir)
        closedir(dir);
    return n;
}

void watch_begin(void)
{
    watch = (struct watch){ 0 };
    foreign = inherited();
}

static mode_t mode_of(int flags, va_list args) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0; }

static void count(int flags)
{
    watch.opened++;
    watch.careless += !(flags & O_CLOEXEC);
}

int __wrap_open64(const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    count(flags);
    return __real_open64(path, flags, mode);
}

int __wrap_openat64(int dir, const char *path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    mode_t mode = mode_of(flags, args);
    va_end(args);
    count(flags);
    return __real_openat64(dir, path, flags, mode);
}

FILE *__wrap_fopen64(const char *path, const char *mode)
{
    count(strchr(mode, 'e') ? O_CLOEXEC : 0);
    return __real_fopen64(path, mode);
}

int __wrap_pipe2(int ends[2], int flags)
{
    count(flags);
    return __real_pipe2(ends, flags);
}

char *__wrap_secure_getenv(const char *name)
{
    size_t n = strlen(watch.asked);
    char word[100];
    snprintf(word, sizeof word, " %s ", name);
    if (!strstr(watch.asked, word))
        snprintf(watch.asked + n, sizeof watch.asked - n, "%s", word);
    return __real_secure_getenv(name);
}

void *__wrap_dlopen(const char *path, int flags)
{
    watch.loaded++;
    watch.otherwise += flags != (RTLD_NOW | RTLD_LOCAL);
    if (watch.at_load)
        watch.at_load();
    return __real_dlopen(path, flags);
}

int __wrap_pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *lock)
{
    if (watch.at_sleep)
        watch.at_sleep();
    return __real_pthread_cond_wait(c, lock);
}

int __wrap_posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attr, char *const *argv, char *const *env)
{
    watch.spawned++;
    watch.inherited += inherited() - foreign;
    int bad = __real_posix_spawn(pid, path, actions, attr, argv, env);
    if (!bad && watch.at_spawn)
        watch.at_spawn();
    return bad;
}
