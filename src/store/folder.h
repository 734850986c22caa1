/* folder: a store's folder, and the lock that says whose it is. */
#pragma once
#include <leat/error.h>
#include <stdbool.h>

struct leat__folder {
    char *path;
    int fd, lock;               /* of the folder; of its file `lock`                      */
    bool whole;                 /* its file has been whole once                           */
};

/* Makes it where it is missing, refuses what is not safe, takes it for this process
 * until fini. A file of that name is made (0600) where it is missing, for others to
 * inherit its permissions. LEAT_ECORRUPT: it is empty, and has been whole. */
int leat__folder_open(struct leat__folder *f, const char *path, const char *file, leat_error *err);
/* From now on its file is never empty: that is on disk. */
int leat__folder_note_whole(struct leat__folder *f, leat_error *err);
/* Nobody else reads meanwhile; false: somebody does. */
bool leat__folder_quiet(struct leat__folder *f, bool quiet);
void leat__folder_fini(struct leat__folder *f);
