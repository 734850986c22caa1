/* leat/leat.h: the host side of Leat, whole.
 *
 *     leat_error err;
 *     leat_driver *driver = NULL;
 *     leat_builder *b = leat_builder_new();
 *     leat_builder_add_self(b);
 *     if (leat_builder_build(b, &driver, &err) < 0)
 *         return puts(err.message), 1;
 *     leat_builder_free(b);
 *
 *     double anomaly;
 *     leat_run *run = leat_run_new(driver);
 *     leat_run_input(run, "normal", 11.5);
 *     leat_run_output(run, "anomaly", &anomaly);
 *     if (leat_run_execute(run, &err) < 0)
 *         puts(err.message);
 *     leat_run_free(run);
 *     leat_driver_free(driver);
 *
 * The library never prints, exits, aborts, installs a signal handler or opens
 * a port. Text is UTF-8; numbers in text ignore the locale. NULL objects are
 * legal everywhere and mean that memory ran out: the last call says so. */
#pragma once
#include <leat/error.h>
#include <leat/node.h>
#include <leat/value.h>
#include <leat/builder.h>
#include <leat/driver.h>
#include <leat/executor.h>
#include <leat/hook.h>
#include <leat/run.h>
#include <leat/sample.h>
#include <leat/store.h>
#include <leat/system.h>
