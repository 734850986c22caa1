/* check: leat check: builds everything, runs nothing, is silent if all is well. What a
 * run would warn of is told, and is no failure. */
#include "build.h"
#include "cli.h"
#include "report.h"

int command_check(const struct options *o)
{
    struct request q;
    leat_driver *driver = NULL;
    leat_error err = { 0 };
    int end = request_read(&q, o);
    if (end)
        return end;
    leat_builder *b = build_new(&q, true, NULL);
    int code = leat_builder_build(b, &driver, &err);
    report_compiler(b);
    report_deferred(b);
    if (code < 0)
        end = report_build(b, &err, NULL);
    report_warnings(b);
    leat_driver_free(driver);
    leat_builder_free(b);
    return end;
}
