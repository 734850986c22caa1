/* disk: see disk.h. */
#include "disk.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 8, NAME = 300, RECORDS = 20000 };
#define BYTES ((size_t)64 << 20)

struct record { int file; sqlite3_int64 at, size_before; int old, len; size_t bytes; bool synced; };

static struct shared {
    enum disk_fault fault;
    long nth, count;
    char name[FILES][NAME];
    int files, records;
    struct record record[RECORDS];
    size_t used;
    unsigned char bytes[];              /* of each record: what was there, what was written */
} *disk;

struct file { sqlite3_file base; int index; sqlite3_file *below; };

static sqlite3_file *below(sqlite3_file *f) { return ((struct file *)f)->below; }

/* true: this one fails. */
static bool is_fault(void)
{
    bool now = ++disk->count == disk->nth;
    if (now && disk->fault == DISK_KILL)
        kill(getpid(), SIGKILL);
    return now && disk->fault == DISK_FAIL;
}

static void remember(struct file *f, const void *p, int n, sqlite3_int64 at)
{
    struct record *r = &disk->record[disk->records];
    if (disk->records == RECORDS || disk->used + 2 * (size_t)n > BYTES)
        abort();
    *r = (struct record){ f->index, at, 0, n, n, disk->used, false };
    f->below->pMethods->xFileSize(f->below, &r->size_before);
    memset(disk->bytes + r->bytes, 0, (size_t)n);
    if (n && at < r->size_before)
        f->below->pMethods->xRead(f->below, disk->bytes + r->bytes, n, at);     /* short: zeros */
    if (n)
        memcpy(disk->bytes + r->bytes + n, p, (size_t)n);
    disk->used += 2 * (size_t)n;
    disk->records++;
}

/* --- methods --- */

static int do_close(sqlite3_file *f)
{
    int rc = below(f)->pMethods->xClose(below(f));
    sqlite3_free(below(f));
    return rc;
}
static int do_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) { return below(f)->pMethods->xRead(below(f), p, n, at); }

static int do_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    if (is_fault())
        return SQLITE_IOERR_WRITE;
    remember((struct file *)f, p, n, at);
    return below(f)->pMethods->xWrite(below(f), p, n, at);
}

static int do_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    if (is_fault())
        return SQLITE_IOERR_TRUNCATE;
    return below(f)->pMethods->xTruncate(below(f), size);
}

/* The disk of this test forgets by itself: nothing needs the real one's time. */
static int do_sync(sqlite3_file *f, int flags)
{
    (void)flags;
    if (is_fault())
        return SQLITE_IOERR_FSYNC;
    for (int i = 0; i < disk->records; i++)
        disk->record[i].synced |= disk->record[i].file == ((struct file *)f)->index;
    return SQLITE_OK;
}
static int do_size(sqlite3_file *f, sqlite3_int64 *out) { return below(f)->pMethods->xFileSize(below(f), out); }
static int do_lock(sqlite3_file *f, int how) { return below(f)->pMethods->xLock(below(f), how); }
static int do_unlock(sqlite3_file *f, int how) { return below(f)->pMethods->xUnlock(below(f), how); }
static int do_check(sqlite3_file *f, int *out) { return below(f)->pMethods->xCheckReservedLock(below(f), out); }
static int do_control(sqlite3_file *f, int op, void *p)
{
    return op == SQLITE_FCNTL_MMAP_SIZE || op == SQLITE_FCNTL_SIZE_HINT ? SQLITE_NOTFOUND
         : below(f)->pMethods->xFileControl(below(f), op, p);
}
static int do_sector(sqlite3_file *f) { return below(f)->pMethods->xSectorSize(below(f)); }
static int do_traits(sqlite3_file *f) { return below(f)->pMethods->xDeviceCharacteristics(below(f)); }
static int do_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return below(f)->pMethods->xShmMap(below(f), page, size, extend, out);
}
static int do_shm_lock(sqlite3_file *f, int at, int n, int flags) { return below(f)->pMethods->xShmLock(below(f), at, n, flags); }
static void do_barrier(sqlite3_file *f) { below(f)->pMethods->xShmBarrier(below(f)); }
static int do_unmap(sqlite3_file *f, int delete) { return below(f)->pMethods->xShmUnmap(below(f), delete); }

static const sqlite3_io_methods methods = { 2, do_close, do_read, do_write, do_truncate, do_sync, do_size, do_lock,
    do_unlock, do_check, do_control, do_sector, do_traits, do_map, do_shm_lock, do_barrier, do_unmap, NULL, NULL };

static int index_of(const char *name)
{
    int i = 0;
    while (i < disk->files && strcmp(disk->name[i], name))
        i++;
    if (i == FILES || strlen(name) >= NAME)
        abort();
    if (i == disk->files)
        strcpy(disk->name[disk->files++], name);
    return i;
}

static int do_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
    sqlite3_vfs *real = vfs->pAppData;
    struct file *mine = (struct file *)f;
    mine->base.pMethods = NULL;
    mine->below = sqlite3_malloc(real->szOsFile);
    if (!mine->below)
        return SQLITE_NOMEM;
    memset(mine->below, 0, (size_t)real->szOsFile);
    int rc = real->xOpen(real, name, mine->below, flags, out_flags);
    if (rc != SQLITE_OK) {
        sqlite3_free(mine->below);
        return rc;
    }
    mine->index = index_of(name ? name : "");
    mine->base.pMethods = &methods;
    return rc;
}

void disk_install(void)
{
    static sqlite3_vfs vfs;
    disk = mmap(NULL, sizeof *disk + BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (disk == MAP_FAILED)
        abort();
    vfs = *sqlite3_vfs_find(NULL);
    vfs.pAppData = sqlite3_vfs_find(NULL);
    vfs.zName = DISK;
    vfs.szOsFile = sizeof(struct file);
    vfs.xOpen = do_open;
    vfs.pNext = NULL;
    sqlite3_vfs_register(&vfs, 0);
}

void disk_arm(enum disk_fault fault, long nth)
{
    disk->fault = fault;
    disk->nth = nth;
    disk->count = 0;
    disk->files = disk->records = 0;
    disk->used = 0;
}

long disk_count(void) { return disk->count; }

static void put(const struct record *r, size_t bytes, int len)
{
    int fd = open(disk->name[r->file], O_RDWR);
    if (fd < 0)
        return;                         /* deleted since */
    if (pwrite(fd, disk->bytes + bytes, (size_t)len, r->at) != len)
        abort();
    close(fd);
}

void disk_cut(unsigned seed)
{
    for (int i = disk->records; i-- > 0;) {
        struct record *r = &disk->record[i];
        if (r->synced)
            continue;
        put(r, r->bytes, r->len);
        if (r->at + r->len > r->size_before && truncate(disk->name[r->file], r->size_before) < 0 && errno != ENOENT)
            abort();
    }
    for (int i = 0; seed && i < disk->records; i++) {
        struct record *r = &disk->record[i];
        seed = seed * 1664525u + 1013904223u;
        if (!r->synced && seed >> 31)           /* torn: as a rule half of it */
            put(r, r->bytes + (size_t)r->len, seed >> 30 & 1 ? r->len : r->len / 2);
    }
}
