/* builder: setters. Each copies what it is given; the first failure sticks. */
#include "front/builder.h"
#include "base/error.h"
#include "base/vector.h"
#include "run/context.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

leat_builder *(leat_builder_new)(void)
{
    leat_builder *b = calloc(1, sizeof *b);
    if (b) {
        b->pid = getpid();
        b->api = &leat__builder_api;
    }
    return b;
}

leat_builder *leat_builder_bound_(leat_builder *b, const leat_node_api **slot)
{
    if (__atomic_load_n(slot, __ATOMIC_RELAXED) != &leat__node_api)     /* threads build at once */
        __atomic_store_n(slot, &leat__node_api, __ATOMIC_RELAXED);
    return b;
}

void leat_builder_free(leat_builder *b)
{
    if (!b || b->lent)
        return;
    for (uint32_t i = 0; i < b->hook_count; i++)
        leat__hook_unref(b->hooks[i]);
    leat__modules_unref(b->modules);
    leat__problems_fini(&b->mistakes);
    leat__problems_fini(&b->problems);
    leat__problems_fini(&b->refused);
    leat__problems_fini(&b->deferred);
    leat__text_fini(&b->output);
    leat__text_fini(&b->grown_output);
    free(b->adds);
    for (uint32_t i = 0; i < b->host_count; i++)
        leat__hosts_unref(b->hosts[i]);
    free(b->hosts);
    free(b->notes);
    free(b->destroys);
    free(b->settings);
    free(b->keys);
    free(b->hooks);
    leat_executor_unref(b->executor);
    leat__arena_fini(&b->arena);
    free(b);
}

static int stick(leat_builder *b, int code)
{
    if (b && !b->sticky)
        b->sticky = code;
    return code;
}

/* A call that makes no sense; build tells it with everything else. */
static int mistake(leat_builder *b, const char *call, const char *what)
{
    leat__problem_add(&b->mistakes, LEAT_EUSAGE, LEAT__NONE, NULL, 0, "%s: %s", call, what);
    return b->mistakes.failed ? stick(b, LEAT_ENOMEM) : LEAT_EUSAGE;
}

static char *copy(leat_builder *b, const char *s)
{
    char *p = s ? leat__arena_strdup(&b->arena, s) : NULL;
    if (s && !p)
        stick(b, LEAT_ENOMEM);
    return p;
}

static char **copy_list(leat_builder *b, const char *const *list)
{
    size_t n = 0;
    while (list && list[n])
        n++;
    char **kept = list ? leat__arena_array(&b->arena, n + 1, sizeof *kept) : NULL;
    if (list && !kept)
        stick(b, LEAT_ENOMEM);
    for (size_t i = 0; kept && i < n; i++)
        kept[i] = copy(b, list[i]);
    return kept;
}

/* What was read is no longer what was added. An attempt reads only what is new. */
static void forget_modules(leat_builder *b)
{
    if (b->lent)
        return;
    b->read_adds = 0;
    leat__modules_unref(b->modules);
    b->modules = NULL;
}

static int add(leat_builder *b, struct leat__add a)
{
    if (!b || !LEAT__ROOM(b->adds, b->add_count, b->add_cap))
        return stick(b, LEAT_ENOMEM);
    a.space = b->space;
    b->adds[b->add_count++] = a;
    forget_modules(b);
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

/* A word of C without what separates names: "us", "us_west". */
static bool is_space(const char *s)
{
    size_t n = strlen(s);
    if (!n || n > 200 || (s[0] >= '0' && s[0] <= '9') || s[0] == '_' || s[n - 1] == '_' || strstr(s, "__"))
        return false;
    return strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == n;
}

int leat_builder_set_namespace(leat_builder *b, const char *space)
{
    if (!b)
        return LEAT_ENOMEM;
    if (space && *space && !is_space(space)) {
        char what[300];
        snprintf(what, sizeof what, "%.200s is no name of a namespace", space);
        return mistake(b, "leat_builder_set_namespace", what);
    }
    b->space = space && *space ? copy(b, space) : NULL;
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

int leat_builder_add_module(leat_builder *b, const char *path)
{
    if (!b)
        return LEAT_ENOMEM;
    if (!path)
        return mistake(b, "leat_builder_add_module", "path is NULL");
    return add(b, (struct leat__add){ .kind = LEAT__ADD_MODULE, .path = copy(b, path) });
}

int leat_builder_add_source(leat_builder *b, const char *path, const char *const *cflags)
{
    if (!b)
        return LEAT_ENOMEM;
    if (!path)
        return mistake(b, "leat_builder_add_source", "path is NULL");
    return add(b, (struct leat__add){ .kind = LEAT__ADD_SOURCE, .path = copy(b, path),
                                      .cflags = copy_list(b, cflags) });
}

int leat_builder_add_entries(leat_builder *b, const leat_entry *const *begin, const leat_entry *const *end)
{
    return add(b, (struct leat__add){ .kind = LEAT__ADD_ENTRIES, .begin = begin, .end = end });
}

/* Those of the namespace that is set; NULL: out of memory. */
static struct leat__hosts **hosts_here(leat_builder *b)
{
    for (uint32_t i = b->host_count; i-- > 0;)
        if (leat__same_space(b->hosts[i]->space, b->space))
            return &b->hosts[i];
    struct leat__hosts *h = LEAT__ROOM(b->hosts, b->host_count, b->host_cap) ? leat__hosts_new(b->space) : NULL;
    if (!h)
        return NULL;
    b->hosts[b->host_count] = h;
    return &b->hosts[b->host_count++];
}

int leat_builder_add_function(leat_builder *b, const char *prototype,
                              void (*call)(void *, void *const *, void *), void *user)
{
    if (!b)
        return LEAT_ENOMEM;
    if (!prototype || !call) {
        char what[300];
        snprintf(what, sizeof what, prototype ? "call is NULL, of %.200s" : "prototype is NULL", prototype);
        return mistake(b, "leat_builder_add_function", what);
    }
    forget_modules(b);
    struct leat__hosts **to = hosts_here(b);
    if (!to || leat__hosts_add(to, prototype, call, user) < 0)
        return stick(b, LEAT_ENOMEM);
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

/* Of leat_builder_note and leat_builder_note_override. */
static int note_mistake(leat_builder *b, const char *node, int level)
{
    char what[300];
    snprintf(what, sizeof what, node ? "note is NULL, of %.200s" : "node is NULL", node);
    return mistake(b, level == 2 ? "leat_builder_note" : "leat_builder_note_override", what);
}

static int add_note(leat_builder *b, const char *node, const char *note, int level)
{
    if (!b)
        return LEAT_ENOMEM;
    if (!node || !note)
        return note_mistake(b, node, level);
    const char *text = leat__arena_printf(&b->arena, "%s, %s", node, note);
    if (!text || !LEAT__ROOM(b->notes, b->note_count, b->note_cap))
        return stick(b, LEAT_ENOMEM);
    b->notes[b->note_count++] = (struct leat__note){ "node", b->caller ? b->caller->head->file : NULL,
                                                     b->caller ? b->caller->head->line : 0, level, text, b->home };
    return 0;
}

/* "kind \037 file \037 line \037 clauses" as LEAT_NOTE_ writes it; false: it is not that. */
static bool split_note(char *s, struct leat__note *out)
{
    char *file = strchr(s, '\037'), *line = file ? strchr(file + 1, '\037') : NULL;
    char *text = line ? strchr(line + 1, '\037') : NULL;
    if (!text)
        return false;
    *file = *line = *text = 0;
    *out = (struct leat__note){ s, file + 1, (int32_t)strtol(line + 1, NULL, 10), 0, text + 1 };
    return true;
}

/* Compilers may pad notes with NULs. */
int leat_builder_add_notes(leat_builder *b, const char *begin, const char *end)
{
    for (const char *s = begin; b && s < end; s += strnlen(s, (size_t)(end - s)) + 1) {
        size_t n = strnlen(s, (size_t)(end - s));
        struct leat__note note;
        if (!n)
            continue;
        char *text = leat__arena_strndup(&b->arena, s, n);
        if (!text || !LEAT__ROOM(b->notes, b->note_count, b->note_cap))
            return stick(b, LEAT_ENOMEM);
        if (!split_note(text, &note))
            return mistake(b, "leat_builder_add_notes", "a text that is none of LEAT_NODE and LEAT_TYPE");
        b->notes[b->note_count++] = note;
    }
    return b ? 0 : LEAT_ENOMEM;
}

int leat_builder_note(leat_builder *b, const char *node, const char *note)
{
    return add_note(b, node, note, 2);
}

int leat_builder_note_override(leat_builder *b, const char *node, const char *note)
{
    return add_note(b, node, note, 3);
}

int leat_builder_set_destroy(leat_builder *b, const char *type, void (*destroy)(void *))
{
    if (!b)
        return LEAT_ENOMEM;
    if (!type || !destroy)
        return mistake(b, "leat_builder_set_destroy", type ? "destroy is NULL" : "type is NULL");
    if (!LEAT__ROOM(b->destroys, b->destroy_count, b->destroy_cap))
        return stick(b, LEAT_ENOMEM);
    b->destroys[b->destroy_count++] = (struct leat__host_destroy){ copy(b, type), destroy };
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

int leat_builder_set_compiler(leat_builder *b, const char *cc, const char *const *cflags, const char *const *ldflags)
{
    if (!b)
        return LEAT_ENOMEM;
    b->compiler = (struct leat__compiler){ copy(b, cc), (const char *const *)copy_list(b, cflags),
                                           (const char *const *)copy_list(b, ldflags) };
    forget_modules(b);
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

int leat_builder_set_config(leat_builder *b, const char *key, const char *text)
{
    if (!b)
        return LEAT_ENOMEM;
    if (!key)
        return mistake(b, "leat_builder_set_config", "key is NULL");
    uint32_t at = 0;
    while (at < b->setting_count && strcmp(b->settings[at].key, key))
        at++;
    if (!text) {
        if (at < b->setting_count)
            b->settings[at] = b->settings[--b->setting_count];
        return 0;
    }
    struct leat__setting s = { at < b->setting_count ? b->settings[at].key : copy(b, key), copy(b, text) };
    if (!s.key || !s.value || !LEAT__ROOM(b->settings, b->setting_count, b->setting_cap))
        return stick(b, LEAT_ENOMEM);
    b->settings[at] = s;
    b->setting_count += at == b->setting_count;
    return 0;
}

static int want_key(leat_builder *b, const char *key)
{
    for (uint32_t i = 0; i < b->key_count; i++)
        if (!strcmp(b->keys[i], key))
            return 0;
    if (!LEAT__ROOM(b->keys, b->key_count, b->key_cap))
        return stick(b, LEAT_ENOMEM);
    b->keys[b->key_count] = copy(b, key);
    b->key_count += b->keys[b->key_count] != NULL;
    return 0;
}

const char *leat_builder_config(leat_builder *b, const char *key)
{
    if (!b || !key || (b->lent && want_key(b, key) < 0))
        return NULL;
    for (uint32_t i = 0; i < b->setting_count; i++)
        if (!strcmp(b->settings[i].key, key))
            return b->settings[i].value;
    return NULL;
}

const leat_builder_api leat__builder_api = {
    sizeof(leat_builder_api), 1, leat_builder_config, leat_builder_set_config, leat_builder_note,
    leat_builder_set_namespace, leat_builder_add_module, leat_builder_add_source, leat_builder_add_function,
    leat_builder_set_destroy
};

static int set_names(leat_builder *b, const char *call, char ***out, uint32_t *out_count, const char *const *names,
                     size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!names || !names[i])
            return mistake(b, call, "a name is NULL");
    char **kept = leat__arena_array(&b->arena, n + 1, sizeof *kept);
    if (!kept)
        return stick(b, LEAT_ENOMEM);
    for (size_t i = 0; i < n; i++)
        kept[i] = copy(b, names[i]);
    *out = kept;
    *out_count = (uint32_t)n;
    return b->sticky == LEAT_ENOMEM ? LEAT_ENOMEM : 0;
}

int leat_builder_set_outputs(leat_builder *b, const char *const *names, size_t n)
{
    if (!b)
        return LEAT_ENOMEM;
    int code = set_names(b, "leat_builder_set_outputs", &b->outputs, &b->output_count, names, n);
    b->outputs_set |= !code;
    return code;
}

int leat_builder_set_overrides(leat_builder *b, const char *const *names, size_t n)
{
    return b ? set_names(b, "leat_builder_set_overrides", &b->overrides, &b->override_count, names, n) : LEAT_ENOMEM;
}

int leat_builder_set_inspect(leat_builder *b)
{
    if (!b)
        return LEAT_ENOMEM;
    b->inspect = true;
    return 0;
}

int leat_builder_set_executor(leat_builder *b, leat_executor *e)
{
    if (!b || !e) {
        leat_executor_unref(e);
        return b ? stick(b, LEAT_ENOMEM) : LEAT_ENOMEM;
    }
    leat_executor_unref(b->executor);
    b->executor = e;
    return 0;
}

int leat_builder_add_hook(leat_builder *b, leat_hook *hook)
{
    if (!b || !hook || !LEAT__ROOM(b->hooks, b->hook_count, b->hook_cap)) {
        if (hook)
            leat__hook_unref(hook);
        return stick(b, LEAT_ENOMEM);
    }
    b->hooks[b->hook_count++] = hook;
    return 0;
}

size_t leat_builder_problem_count(const leat_builder *b) { return b ? b->problems.count : 0; }

const leat_problem *leat_builder_problem(const leat_builder *b, size_t i)
{
    return b && i < b->problems.count ? &b->problems.at[i].public : NULL;
}

size_t leat_builder_refused_count(const leat_builder *b) { return b ? b->refused.count : 0; }

const leat_problem *leat_builder_refused(const leat_builder *b, size_t i)
{
    return b && i < b->refused.count ? &b->refused.at[i].public : NULL;
}

size_t leat_builder_deferred_count(const leat_builder *b) { return b ? b->deferred.count : 0; }

const leat_problem *leat_builder_deferred(const leat_builder *b, size_t i)
{
    return b && i < b->deferred.count ? &b->deferred.at[i].public : NULL;
}

const char *leat_builder_compiler_output(const leat_builder *b)
{
    const struct leat__text *t = b && b->grown_output.len ? &b->grown_output : b ? &b->output : NULL;
    return t && t->data ? t->data : "";
}
