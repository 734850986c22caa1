/* image: see image.h. Images are never unloaded, so the dynamic linker answers
 * an old image for a path whose file has changed since: the build id tells. A
 * file without one is known by its place and time on disk; the table of those
 * is the only thing here that is shared in the process. */
#include "module/image.h"
#include "base/error.h"
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct seen {
    struct seen *next;
    struct stat st;
    char path[];
};
static struct seen *table;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void read_segment(struct leat__image *image, const ElfW(Phdr) *p)
{
    uintptr_t at = image->base + p->p_vaddr;
    if (p->p_type == PT_LOAD) {
        image->begin = image->begin && image->begin < at ? image->begin : at;
        image->end = image->end > at + p->p_memsz ? image->end : at + p->p_memsz;
    } else if (p->p_type == PT_NOTE && !image->id.size) {
        leat__object_build_id((const void *)at, p->p_memsz, p->p_align, &image->id);
    }
}

static int each_object(struct dl_phdr_info *info, size_t size, void *user)
{
    struct leat__image *image = user;
    (void)size;
    if (info->dlpi_addr != image->base || strcmp(info->dlpi_name, image->file))
        return 0;
    for (size_t i = 0; i < info->dlpi_phnum; i++)
        read_segment(image, &info->dlpi_phdr[i]);
    return 1;
}

bool leat__image_find(struct leat__image *image)
{
    struct link_map *map;
    if (dlinfo(image->handle, RTLD_DI_LINKMAP, &map) < 0)
        return false;
    image->base = map->l_addr;
    image->file = map->l_name;
    image->id.size = 0;
    image->begin = image->end = 0;
    return dl_iterate_phdr(each_object, image) == 1;
}

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* Under the lock. false: that path was loaded with another file behind it. */
static bool remember(const char *path, const struct stat *st)
{
    for (const struct seen *s = table; s; s = s->next)
        if (!strcmp(s->path, path))
            return same(&s->st, st);
    struct seen *s = malloc(sizeof *s + strlen(path) + 1);
    if (s) {        /* without memory the next change goes unseen; the build id sees most */
        *s = (struct seen){ .next = table, .st = *st };
        strcpy(s->path, path);
        table = s;
    }
    return true;
}

static int check(struct leat__image *image, const struct leat__module *m, leat_error *err)
{
    const struct leat__record_header *h = &m->record.header;
    if (!leat__image_find(image))
        return leat__fail(err, LEAT_EBUILD, "%s: the dynamic linker does not tell where it is", m->path);
    if (h->build_id_size != image->id.size || memcmp(h->build_id, image->id.bytes, h->build_id_size))
        return leat__fail(err, LEAT_EBUILD, "%s: the loaded image is not the one that was read: it changed on "
                          "disk, or an older one is loaded in this process", m->path);
    if (h->nodes_address) {
        uintptr_t at = image->base + h->nodes_address;
        if (at < image->begin || at > image->end || h->nodes_size > image->end - at || at % sizeof(void *))
            return leat__fail(err, LEAT_EBUILD, "%s: its section leat_nodes lies outside it", m->path);
        image->entries = (const leat_entry *const *)at;
        image->entry_count = h->nodes_size / sizeof *image->entries;
    }
    return 0;
}

int leat__image_load(struct leat__image *image, const struct leat__module *m, leat_error *err)
{
    struct stat st;
    if (stat(m->image, &st) < 0)
        return leat__fail_errno(err, "cannot load %s", m->path);
    pthread_mutex_lock(&lock);
    bool known = remember(m->image, &st);
    pthread_mutex_unlock(&lock);
    if (!known && !m->record.header.build_id_size)
        return leat__fail(err, LEAT_EBUILD, "%s: another file of that path is loaded in this process and stays: "
                          "give the new one another name", m->path);
    image->handle = dlopen(m->image, RTLD_NOW | RTLD_LOCAL);
    if (!image->handle) {
        const char *why = dlerror();
        return leat__fail(err, LEAT_EBUILD, "%s does not load: %s", m->path, why ? why : "no reason given");
    }
    return check(image, m, err);
}

void *leat__image_symbol(const struct leat__image *image, const char *name)
{
    void *address = dlsym(image->handle, name);
    uintptr_t at = (uintptr_t)address;
    return at >= image->begin && at < image->end ? address : NULL;
}
