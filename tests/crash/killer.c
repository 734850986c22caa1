/* Loaded before the C library: kills the process before or after the n-th time that
 * something is synced to disk, or has that fail. */
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static int count(void)
{
    static int calls;
    return __atomic_add_fetch(&calls, 1, __ATOMIC_RELAXED);
}

static void perhaps(const char *when, int n)
{
    const char *at = getenv(when);
    if (at && atoi(at) == n)
        kill(getpid(), SIGKILL);
}

static int sync_with(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int n = count();
    perhaps("KILL_BEFORE", n);
    const char *at = getenv("FAIL_SYNC");
    if (at && atoi(at) == n) {
        errno = EIO;
        return -1;
    }
    int code = real(fd);
    perhaps("KILL_AFTER", n);
    return code;
}

#pragma GCC visibility push(default)
int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }
#pragma GCC visibility pop
