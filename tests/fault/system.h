/* system: calls of the operating system that fail when they are told to, through
 * the linker's --wrap. */
#pragma once
#include <errno.h>

/* A call, and what it answers when it fails. */
#define FAULTS(X)                                                             \
    X(write, ENOSPC) X(read, EIO) X(open64, EMFILE) X(openat64, EACCES) X(fopen64, EMFILE) X(opendir, EMFILE) \
    X(mkdir, EACCES) X(mkdirat, ENOSPC) X(linkat, EIO) X(rename, EACCES) X(unlink, EIO) X(unlinkat, EIO) \
    X(rmdir, EIO) X(fstat64, EIO) X(fstatat64, EIO) X(stat64, EACCES) X(fchmod, EPERM) X(close, EIO) \
    X(pipe2, EMFILE) X(posix_spawn, EAGAIN) X(poll, ENOMEM) X(realpath, EACCES) X(getcwd, EACCES) \
    X(dlopen, ENOMEM)
#define FAULT_NAME_(name, number) FAULT_##name,
enum fault { FAULTS(FAULT_NAME_) FAULT_COUNT };
#undef FAULT_NAME_

extern const char *const fault_name[];

/* The nth call from now on fails, once. n == 0: none. */
void fault_arm(enum fault which, long n);
/* ... and has. Disarms. */
int fault_disarm(void);
/* Reads and writes of one byte at most, every second one interrupted. */
void fault_crumble(int on);
/* How often the call was made since it was armed. */
long fault_calls(void);
