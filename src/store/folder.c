/* folder: see store/folder.h. Byte 0 of `lock` is held for as long as the store is
 * open, and the kernel lets go of it when the process dies; byte 1 is held by
 * readers of other processes, and alone by whoever recycles the log. Byte 8 is W once
 * the journal has been whole: killed before, it may be empty; behind that it is new
 * only where somebody has removed it. */
#include "store/folder.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { WHOLE_AT = 8 };

static int check_kind(int fd, const char *path, leat_error *err)
{
    static const uint32_t remote[] = { NFS_SUPER_MAGIC, SMB_SUPER_MAGIC, 0xff534d42 /* cifs */, 0xfe534d42 /* smb2 */,
        AFS_SUPER_MAGIC, CODA_SUPER_MAGIC, V9FS_MAGIC, 0x00c36400 /* ceph */, 0x0bd00bd0 /* lustre */,
        0x01161970 /* gfs2 */, 0x7461636f /* ocfs2 */ };
    struct statfs fs;
    struct stat st;
    if (fstatfs(fd, &fs) < 0 || fstat(fd, &st) < 0)
        return leat__fail_errno(err, "cannot look at %s", path);
    for (size_t i = 0; i < sizeof remote / sizeof *remote; i++)
        if ((uint32_t)fs.f_type == remote[i])
            return leat__fail(err, LEAT_EUNSUPPORTED, "%s: a store is not safe on a network file system; "
                              "give a folder of a local disk", path);
    if (st.st_uid != geteuid() || st.st_mode & (S_IWGRP | S_IWOTH))
        return leat__fail(err, LEAT_EUNSUPPORTED, "%s: others may write there; a store needs a folder of its own (chmod 700)", path);
    return 0;
}

/* The name of a new folder is durable when its parent is. */
static int make(const char *path, leat_error *err)
{
    char *slash, *up = strdup(path);
    if (!up)
        return leat__fail_memory(err);
    if (mkdir(path, 0700) < 0) {
        int code = errno == EEXIST ? 0 : leat__fail_errno(err, "cannot make %s", path);
        free(up);
        return code;
    }
    for (size_t n = strlen(up); n > 1 && up[n - 1] == '/';)
        up[--n] = 0;
    if ((slash = strrchr(up, '/')))
        slash[slash == up] = 0;
    int fd = open(slash ? up : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int code = fd < 0 || fsync(fd) < 0 ? leat__fail_errno(err, "cannot sync the folder of %s", path) : 0;
    if (fd >= 0)
        close(fd);
    free(up);
    return code;
}

static int lock_byte(int fd, int type, off_t byte)
{
    struct flock l = { .l_type = (short)type, .l_whence = SEEK_SET, .l_start = byte, .l_len = 1 };
    return fcntl(fd, F_OFD_SETLK, &l);
}

static int take(struct leat__folder *f, leat_error *err)
{
    char who[32] = "";
    f->lock = openat(f->fd, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (f->lock < 0)
        return leat__fail_errno(err, "cannot open %s/lock", f->path);
    if (lock_byte(f->lock, F_WRLCK, 0) < 0) {
        if (errno != EAGAIN && errno != EACCES)
            return leat__fail_errno(err, "cannot lock %s/lock", f->path);
        ssize_t n = pread(f->lock, who, sizeof who - 1, 16);
        who[n > 0 ? n : 0] = 0;
        if (n > 0 && atol(who) == (long)getpid())
            return leat__fail(err, LEAT_EBUSY, "%s is open already in this process; one leat_store serves any number of runs", f->path);
        return leat__fail(err, LEAT_EBUSY, "%s is held by another process%s%ld%s; try again when it has ended", f->path,
                          n > 0 ? " (" : "", n > 0 ? atol(who) : 0L, n > 0 ? ")" : "");
    }
    int n = snprintf(who, sizeof who, "%-20ld\n", (long)getpid());
    return pwrite(f->lock, who, (size_t)n, 16) < n ? leat__fail_errno(err, "cannot write %s/lock", f->path) : 0;
}

static int mark(struct leat__folder *f, char mark, leat_error *err)
{
    if (pwrite(f->lock, &mark, 1, WHOLE_AT) < 1)
        return leat__fail_errno(err, "cannot write %s/lock", f->path);
    f->whole = mark == 'W';
    return 0;
}

int leat__folder_note_whole(struct leat__folder *f, leat_error *err) { return f->whole ? 0 : mark(f, 'W', err); }

/* One that has been removed is made anew, and is not whole before anybody can see it. */
static int check_file(struct leat__folder *f, const char *file, leat_error *err)
{
    struct stat st;
    char byte = 0;
    bool there = fstatat(f->fd, file, &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (!there && errno != ENOENT)
        return leat__fail_errno(err, "cannot look at %s/%s", f->path, file);
    f->whole = pread(f->lock, &byte, 1, WHOLE_AT) == 1 && byte == 'W';
    if (!f->whole || (there && st.st_size))
        return 0;
    if (there)
        return leat__fail(err, LEAT_ECORRUPT, "%s/%s is empty, and was not: what was on record is lost", f->path, file);
    int code = mark(f, 0, err);
    return !code && fdatasync(f->lock) < 0 ? leat__fail_errno(err, "cannot sync %s/lock", f->path) : code;
}

static int make_file(struct leat__folder *f, const char *file, leat_error *err)
{
    int fd = openat(f->fd, file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    int code = fd < 0 || fsync(f->fd) < 0 ? leat__fail_errno(err, "cannot open %s/%s", f->path, file) : 0;
    if (fd >= 0)
        close(fd);
    return code;
}

int leat__folder_open(struct leat__folder *f, const char *path, const char *file, leat_error *err)
{
    *f = (struct leat__folder){ .path = strdup(path), .fd = -1, .lock = -1 };
    if (!f->path)
        return leat__fail_memory(err);
    if (getauxval(AT_SECURE)) {
        leat__folder_fini(f);
        return leat__fail(err, LEAT_EUNSUPPORTED, "no store in a program that runs with the rights of another");
    }
    int code = make(path, err);
    if (!code && (f->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
        code = leat__fail_errno(err, "cannot open %s", path);
    if (!code)
        code = check_kind(f->fd, path, err);
    if (!code)
        code = take(f, err);
    if (!code)
        code = check_file(f, file, err);
    if (!code)
        code = make_file(f, file, err);
    if (code)
        leat__folder_fini(f);
    return code;
}

bool leat__folder_quiet(struct leat__folder *f, bool quiet)
{
    return lock_byte(f->lock, quiet ? F_WRLCK : F_UNLCK, 1) == 0;
}

void leat__folder_fini(struct leat__folder *f)
{
    if (f->lock >= 0)
        close(f->lock);
    if (f->fd >= 0)
        close(f->fd);
    free(f->path);
    *f = (struct leat__folder){ .fd = -1, .lock = -1 };
}
