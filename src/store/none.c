/* none: a build without a store says so. */
#include "base/error.h"
#include "store/store.h"

int leat__store_open(const char *dir, struct leat__journal **out, leat_error *err)
{
    (void)out;
    return leat__fail(err, LEAT_EUNSUPPORTED, "%s: this build has no store (-Dstore=enabled, libsqlite3-dev)",
                      dir ? dir : ".leat");
}
