/* testing: what the tests of this room share: a private cache folder, sources
 * from text, and problems as one text. */
#pragma once
#include "base/file.h"
#include "base/text.h"
#include "module/module.h"      /* before cmocka, whose fail() is a macro */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct told { struct leat__text text, output; struct leat__report report; };

static inline void tell(void *user, int code, const char *file, int line, const char *message, const char *hint)
{
    struct told *t = user;
    leat__text_printf(&t->text, "%d %s:%d: %s%s%s%s\n", code, file ? file : "-", line, message,
                      hint ? " (" : "", hint ? hint : "", hint ? ")" : "");
}

static inline const struct leat__report *told_report(struct told *t)
{
    leat__text_fini(&t->text);
    leat__text_fini(&t->output);
    t->report = (struct leat__report){ tell, t, &t->output };
    return &t->report;
}

static inline const char *told_text(const struct told *t) { return t->text.data ? t->text.data : ""; }
static inline const char *told_output(const struct told *t) { return t->output.data ? t->output.data : ""; }

static inline void told_fini(struct told *t)
{
    leat__text_fini(&t->text);
    leat__text_fini(&t->output);
}

/* A new folder that is the working directory and holds the cache. */
static inline int enter_folder(void **state)
{
    char name[] = "/tmp/leat-module-XXXXXX";
    if (!mkdtemp(name) || chdir(name) || setenv("XDG_CACHE_HOME", name, 1))
        return -1;
    *state = strdup(name);
    return *state ? 0 : -1;
}

static inline int leave_folder(void **state)
{
    char *command = NULL;
    int bad = chdir("/") || getenv("LEAT_TEST_KEEP") || asprintf(&command, "rm -rf '%s'", (char *)*state) < 0 || system(command);
    free(command);
    free(*state);
    return bad ? -1 : 0;
}

static inline void write_file(const char *path, const char *text)
{
    leat_error err = { 0 };
    if (leat__file_write(path, text, strlen(text), &err))
        fail_msg("%s", err.message);
}

static inline int compile_one(struct leat__module *m, const char *path, struct told *t)
{
    struct leat__source source = { path, NULL };
    return leat__module_compile(m, &source, 1, NULL, told_report(t));
}

static inline struct leat__function *find_function(struct leat__module *m, const char *name)
{
    for (uint32_t i = 0; i < m->record.function_count; i++)
        if (!strcmp(m->record.functions[i].name, name))
            return &m->record.functions[i];
    fail_msg("no function %s", name);
    return NULL;
}

static inline void call(struct leat__module *m, const char *name, void *const *args, void *result)
{
    struct leat__function *f = find_function(m, name);
    assert_non_null(f->head->call);
    f->head->call(f->fn, args, result);
}

static const leat_node_api no_engine = { .size = sizeof no_engine, .abi = 1 };

static inline void load(struct leat__module *m)
{
    leat_error err = { 0 };
    if (leat__module_load(m, &no_engine, &err))
        fail_msg("%s", err.message);
}
