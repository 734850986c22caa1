/* cache: the build cache, one private folder of compiled things.
 *
 * An entry is a file named by a digest of all that went into it, and a suffix.
 * It is written aside and then linked to its name: the first writer wins, a
 * name never gets other bytes. So readers need no lock, and any number of
 * processes and threads may fill the cache at once. Work in progress stands in
 * job folders below jobs/, which are also the compiler's TMPDIR. */
#pragma once
#include "module/digest.h"
#include <leat/error.h>
#include <stdbool.h>
#include <stddef.h>

struct leat__cache {
    int dir;                /* of the folder, checked to be ours; -1: closed */
    char *path;             /* absolute                                      */
};

/* A cache of { -1 } is closed; opening an open one does nothing. */
int leat__cache_open(struct leat__cache *c, leat_error *err);
void leat__cache_close(struct leat__cache *c);

/* The path of an entry, there or not; NULL: out of memory. Yours. */
char *leat__cache_path(const struct leat__cache *c, const struct leat__digest *d, const char *suffix);
/* Bytes of an entry; -1: not there. */
long long leat__cache_size(const struct leat__cache *c, const struct leat__digest *d, const char *suffix);
/* LEAT_ENOTFOUND, err untouched: not there, or not the bytes that were published,
 * and then taken away. *out_data is yours. */
int leat__cache_read(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                     size_t most, char **out_data, size_t *out_len, leat_error *err);
/* An entry from bytes, or from a file of a job folder. An entry that is there stays. */
int leat__cache_publish(const struct leat__cache *c, const struct leat__digest *d, const char *suffix,
                        const void *data, size_t len, leat_error *err);
int leat__cache_publish_file(const struct leat__cache *c, const struct leat__digest *d,
                             const char *suffix, const char *from, leat_error *err);
/* A linked image; what is loaded of it is remembered, for disks turn bits over. */
int leat__cache_publish_image(const struct leat__cache *c, const struct leat__digest *d,
                              const char *suffix, const char *from, leat_error *err);
/* It is there and as it was published. Else what is damaged is taken away. */
bool leat__cache_has_image(const struct leat__cache *c, const struct leat__digest *d, const char *suffix);
void leat__cache_drop_image(const struct leat__cache *c, const struct leat__digest *d, const char *suffix);
/* Takes a damaged entry away. */
void leat__cache_drop(const struct leat__cache *c, const struct leat__digest *d, const char *suffix);

/* A new folder for one piece of work, absolute; end it with leat__cache_job_end,
 * which removes it with its files and takes NULL. */
int leat__cache_job(const struct leat__cache *c, char **out_folder, leat_error *err);
void leat__cache_job_end(char *folder);
