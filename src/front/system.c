/* system: what the library is and what it finds around it. */
#include "base/error.h"
#include "module/module.h"
#include <leat/system.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>

const char *leat_version(void) { return LEAT_VERSION; }

const char *leat_libraries(void) { return "libsodium " SODIUM_VERSION_STRING; }

int leat_records_path(char **out_path, leat_error *err)
{
    char *path = leat__records_program();
    if (!path)
        return leat__fail(err, LEAT_ENOTFOUND,
                          "leat-records was not found beside the library, in its libexec folder or in PATH");
    *out_path = path;
    return 0;
}

int leat_build_cache_path(char **out_path, leat_error *err)
{
    int fd = leat__build_cache_open(out_path, err);
    if (fd < 0)
        return fd;
    close(fd);
    return 0;
}
