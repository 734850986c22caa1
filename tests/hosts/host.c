/* A host of plugins: `host a.so b.so`. Everybody has a node `answer`. */
#include <dlfcn.h>
#include <leat/leat.h>
#include <stdio.h>
#include <string.h>

static int answer(int x) { return -x; }
LEAT_FUNCTION(int, answer, (int, x));
static int of_host(int answer) { return answer - 1; }
LEAT_FUNCTION(int, of_host, (int, answer));

typedef int ask_function(const char *node, int x, leat_error *err);

static int ask_host(const char *node, int x, leat_error *err)
{
    leat_driver *driver = NULL;
    int value = -1;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    int code = leat_builder_build(b, &driver, err);
    leat_builder_free(b);
    leat_run *r = leat_run_new(driver);
    if (!code) {
        leat_run_input(r, "x", x);
        code = leat_run_output(r, node, &value);
        code = code < 0 ? snprintf(err->message, sizeof err->message, "no such node") : leat_run_execute(r, err);
    }
    leat_run_free(r);
    leat_driver_free(driver);
    return code < 0 ? code : value;
}

static void tell(const char *who, ask_function *ask)
{
    static const char *const nodes[] = { "answer", "only_here", "of_host", "renamed", "fails" };
    for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
        leat_error err = { 0 };
        int value = ask(nodes[i], 3, &err);
        if (*err.message)
            printf("%s %s: %s\n", who, nodes[i], err.message);
        else
            printf("%s %s = %d\n", who, nodes[i], value);
    }
}

int main(int count, char **paths)
{
    tell("host", ask_host);
    for (int i = 1; i < count; i++) {
        void *plugin = dlopen(paths[i], RTLD_NOW | RTLD_LOCAL);
        ask_function *ask = NULL;
        if (plugin)
            *(void **)&ask = dlsym(plugin, "ask");
        if (!ask) {
            puts(dlerror());
            return 1;
        }
        tell(i == 1 ? "first" : "second", ask);
    }
    tell("host", ask_host);
    return 0;
}
