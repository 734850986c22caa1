/* load: from a file to functions that can be called. This is where code of a
 * module runs for the first time: its constructors. */
#include "module/module.h"
#include "base/error.h"
#include "base/map.h"
#include "module/build.h"
#include "module/object.h"
#include "module/image.h"
#include "module/prototype.h"
#include "module/register.h"
#include "module/trampoline.h"
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

/* An exported variable is a node whose value is read when it runs. */
struct variable { const void *address; size_t size; };

static void read_variable(void *fn, void *const *args, void *result)
{
    const struct variable *v = fn;
    (void)args;
    memcpy(result, v->address, v->size);
}

/* A registered function brings its own typed call. */
static void call_entry(void *fn, void *const *args, void *result)
{
    void (*call)(void *const *, void *);
    memcpy(&call, &fn, sizeof call);
    call(args, result);
}

leat__trampoline *leat__entry_call(const leat_entry *entry, void **out_fn)
{
    memcpy(out_fn, &entry->call, sizeof *out_fn);
    return call_entry;
}

/* --- generated calls --- */

static int find_calls(struct leat__calls *c, struct leat__module *m, struct leat__build *b, char **out_path,
                      leat_error *err)
{
    int code = leat__calls_begin(c, m, b, err), end = leat__calls_end(c, m, b, out_path, code ? NULL : err);
    return code ? code : end;
}

static int open_calls(struct leat__module *m, struct leat__build *b, void **out_handle, leat_error *err)
{
    struct leat__calls c;
    char *path = NULL;
    for (int i = 0; i < 2 && !*out_handle; i++) {
        int code = find_calls(&c, m, b, &path, err);
        if (code)
            return code;
        *out_handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
        free(path);
        if (!*out_handle)       /* cut by a full disk or a stop: it is made again */
            leat__calls_drop(&c, b);
    }
    return *out_handle ? 0 : leat__fail(err, LEAT_EBUILD, "%s: its calls do not load: %s", m->path, dlerror());
}

/* C++ exceptions are told to the engine. */
static void bind_calls(void *calls, const leat_node_api *api)
{
    const leat_node_api **slot = calls ? dlsym(calls, "leat_calls_api") : NULL;
    if (slot)
        *slot = api;
}

static int make_calls(struct leat__module *m, void **out_handle, leat_error *err)
{
    struct leat__compiler cc = { m->cc, m->cflags, NULL };
    struct leat__build b;
    uint32_t i = 0;
    while (i < m->record.signature_count && !m->names[i].text[0])
        i++;
    *out_handle = NULL;
    if (i == m->record.signature_count)
        return 0;
    leat_error why = { 0 };
    int code = leat__build_init(&b, &cc, NULL, &why);
    if (code == LEAT_EBUILD)
        code = leat__fail(err, code, "%s: %s; without one only registered functions can be called", m->path,
                          why.message);
    else if (code && err)
        *err = why;
    if (!code)
        code = open_calls(m, &b, out_handle, err);
    leat__build_fini(&b);
    return code;
}

/* --- the module's own functions --- */

/* An entry of LEAT_FUNCTION of that name among the image's own. */
static const leat_entry *find_entry(const struct leat__image *image, const char *name)
{
    for (size_t i = 0; i < image->entry_count; i++) {
        const leat_entry *e = image->entries[i];
        if (e && e->kind == 1 && e->prototype && leat__prototype_names(e->prototype, name))
            return e;
    }
    return NULL;
}

static int bind_variable(struct leat__module *m, struct leat__function *f, void *address, leat_error *err)
{
    struct variable *v = leat__arena_alloc(&m->record.arena, sizeof *v);
    if (!v)
        return leat__fail_memory(err);
    *v = (struct variable){ address, f->head->result->size };
    f->head->call = read_variable;
    f->fn = v;
    return 0;
}

static int bind_function(struct leat__module *m, const struct leat__image *image, void *calls, uint32_t i,
                         leat_error *err)
{
    struct leat__function *f = &m->record.functions[i];
    const leat_entry *entry;
    void *address = leat__image_symbol(image, leat__function_symbol(f)), *call;
    if (address && f->head->variable)
        return bind_variable(m, f, address, err);
    if (address && m->record.signatures[i] != LEAT__NONE) {
        call = calls ? dlsym(calls, m->names[m->record.signatures[i]].text) : NULL;
        if (!call)
            return leat__fail(err, LEAT_EBUILD, "%s: there is no call for %s", m->path, f->name);
        memcpy(&f->head->call, &call, sizeof f->head->call);
        char many[sizeof m->names->text + sizeof "_batch"];
        snprintf(many, sizeof many, "%s_batch", m->names[m->record.signatures[i]].text);
        call = dlsym(calls, many);          /* only of modules that draw streams */
        memcpy(&f->head->about->batch, &call, sizeof f->head->about->batch);
        f->fn = address;
        return 0;
    }
    if (!(entry = find_entry(image, leat__function_symbol(f))))
        return leat__fail(err, LEAT_EBUILD, "%s: it does not export %s, which its debug info tells of",
                          m->path, f->name);
    f->head->call = leat__entry_call(entry, &f->fn);
    return 0;
}

static void bind_slots(const leat_entry *const *entries, size_t n, const leat_node_api *api)
{
    for (size_t i = 0; i < n; i++) {
        const leat_entry *e = entries[i];
        if (e && e->kind == 0 && e->slot)
            *e->slot = api;
    }
}

static int load_image(struct leat__module *m, const leat_node_api *api, leat_error *err)
{
    struct leat__image image = { 0 };
    void *calls = NULL;
    int code = leat__image_load(&image, m, err);
    if (!code) {
        bind_slots(image.entries, image.entry_count, api);
        code = make_calls(m, &calls, err);
        bind_calls(calls, api);
    }
    for (uint32_t i = 0; i < m->record.function_count && !code; i++)
        if (!leat__function_refused(&m->record.functions[i]))
            code = bind_function(m, &image, calls, i, err);
    if (!code)
        m->handle = image.handle;
    return code;
}

int leat__module_load(struct leat__module *m, const leat_node_api *api, leat_error *err)
{
    int code = 0;
    if (m->loaded)
        return 0;
    if (m->image)
        code = load_image(m, api, err);
    else
        bind_slots(m->entries, m->entry_count, api);
    m->loaded = !code;
    return code;
}

void *leat__module_symbol(struct leat__module *m, const char *name)
{
    return m->handle ? dlsym(m->handle, name) : NULL;
}
