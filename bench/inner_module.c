/* inner_module: see inner_module.h. */
#include "inner_module.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const leat_node_api no_engine = { sizeof(leat_node_api), 1, NULL, NULL, NULL, NULL, NULL };

static void tell(void *user, int code, const char *file, int line, const char *message, const char *hint)
{
    (void)user, (void)code, (void)hint;
    fprintf(stderr, "%s:%d: %s\n", file ? file : "", line, message);
}

void inner_module_load(struct leat__module *m, const char *path)
{
    struct leat__source source = { path, NULL };
    struct leat__compiler cc = { NULL, NULL, NULL };
    struct leat__report report = { tell, NULL, NULL };
    leat_error err;
    if (leat__module_compile(m, &source, 1, &cc, &report) < 0)
        exit(1);
    if (leat__module_load(m, &no_engine, &err) < 0) {
        fprintf(stderr, "%s: %s\n", program_invocation_short_name, err.message);
        exit(1);
    }
}

const struct leat__function *inner_module_find(const struct leat__module *m, const char *name)
{
    for (uint32_t i = 0; i < m->record.function_count; i++)
        if (!strcmp(m->record.functions[i].name, name))
            return &m->record.functions[i];
    fprintf(stderr, "%s: no function %s\n", program_invocation_short_name, name);
    exit(1);
}
