/* api: see api.h. */
#include "api.h"
#include <sys/stat.h>

const char *module_path(const char *file)
{
    static char path[8][512];
    static unsigned next;
    char *to = path[next++ % 8];
    snprintf(to, sizeof path[0], "%s/tests/api/modules/%s", getenv("LEAT_SOURCE_ROOT"), file);
    return to;
}

/* A sanitized build compiles its modules the same way. */
static void sanitize(leat_builder *b)
{
#ifdef __SANITIZE_ADDRESS__
    const char *const flags[] = { "-fsanitize=address,undefined", NULL };
    assert_int_equal(leat_builder_set_compiler(b, NULL, flags, flags), 0);
#else
    (void)b;
#endif
}

leat_builder *builder_of(const char *source, ...)
{
    leat_builder *b = leat_builder_new();
    va_list list;
    va_start(list, source);
    mkdir(getenv("XDG_CACHE_HOME"), 0700);
    for (const char *s = source; s; s = va_arg(list, const char *))
        assert_int_equal(leat_builder_add_source(b, module_path(s), NULL), 0);
    va_end(list);
    sanitize(b);
    return b;
}

static void tell_problems(const leat_builder *b)
{
    for (size_t i = 0; i < leat_builder_problem_count(b); i++) {
        const leat_problem *p = leat_builder_problem(b, i);
        print_message("# %s %s:%d: %s [%s] (%s, %s)\n", p->warning ? "warning" : "problem", p->file ? p->file : "-",
                      p->line, p->message, p->hint ? p->hint : "", p->node ? p->node : "-",
                      p->param ? p->param : "-");
    }
    for (size_t i = 0; i < leat_builder_refused_count(b); i++)
        print_message("# refused %s: %s\n", leat_builder_refused(b, i)->node, leat_builder_refused(b, i)->message);
    print_message("# %s\n", leat_builder_compiler_output(b));
}

leat_driver *built(leat_builder *b)
{
    leat_driver *d = NULL;
    leat_error err = { 0 };
    if (leat_builder_build(b, &d, &err) < 0) {
        tell_problems(b);
        fail_msg("not built: %s", err.message);
    }
    leat_builder_free(b);
    return d;
}

leat_driver *built_on(leat_builder *b, leat_executor *e)
{
    if (e)
        leat_builder_set_executor(b, e);
    return built(b);
}

leat_driver *driver_of(const char *source) { return built(builder_of(source, NULL)); }

void assert_refused(leat_builder *b)
{
    leat_driver *d = NULL;
    leat_error err = { 0 };
    int code = leat_builder_build(b, &d, &err);
    if (code >= 0)
        tell_problems(b);
    assert_true(code < 0);
    assert_null(d);
    assert_int_equal(err.code, code);
    assert_true(err.message[0] && !strchr(err.message, '\n'));
}

const leat_problem *problem_of(const leat_builder *b, const char *text)
{
    for (size_t i = 0; i < leat_builder_problem_count(b); i++)
        if (strstr(leat_builder_problem(b, i)->message, text))
            return leat_builder_problem(b, i);
    tell_problems(b);
    fail_msg("no problem tells: %s", text);
    return NULL;
}

const leat_problem *assert_listed(const leat_builder *b, const char *function, const char *reason)
{
    for (size_t i = 0; i < leat_builder_refused_count(b); i++) {
        const leat_problem *p = leat_builder_refused(b, i);
        if (!strcmp(p->node, function)) {
            assert_has(p->message, reason);
            return p;
        }
    }
    tell_problems(b);
    fail_msg("%s is not listed as refused", function);
    return NULL;
}

void assert_has(const char *text, const char *part)
{
    if (!text || !strstr(text, part))
        fail_msg("\"%s\" is not in \"%s\"", part, text ? text : "(null)");
}

void assert_has_not(const char *text, const char *part)
{
    if (text && strstr(text, part))
        fail_msg("\"%s\" is in \"%s\"", part, text);
}

static char *error_text(const char *message)
{
    char *text = NULL;
    assert_true(asprintf(&text, "! %s", message) > 0);
    return text;
}

static int give_all(leat_run *r, const char *inputs)
{
    char *copy = strdup(inputs), *rest = copy, *one;
    int code = 0;
    while (!code && (one = strsep(&rest, ";"))) {
        char *value = strchr(one, '=');
        if (!value)
            continue;
        *value++ = 0;
        code = leat_run_set_text(r, one, value);
    }
    free(copy);
    return code;
}

char *answer_of(leat_driver *d, const char *output, const char *inputs)
{
    leat_error err = { 0 };
    char *text = NULL;
    leat_run *r = leat_run_new(d);
    leat_place none = { 0 };
    if (give_all(r, inputs ? inputs : "") < 0 || leat_run_ask(r, output, none) < 0)
        text = error_text(leat_run_refusal(r));
    else if (leat_run_execute(r, &err) < 0 || leat_run_json(r, output, &text, &err) < 0)
        text = error_text(err.message);
    leat_run_free(r);
    return text;
}

void assert_answer(leat_driver *d, const char *output, const char *inputs, const char *expected)
{
    char *text = answer_of(d, output, inputs);
    if (strcmp(text, expected))
        fail_msg("%s is %s, not %s", output, text, expected);
    free(text);
}

void assert_fails(leat_driver *d, const char *output, const char *inputs, const char *part)
{
    char *text = answer_of(d, output, inputs);
    if (text[0] != '!' || !strstr(text, part))
        fail_msg("%s is %s, and \"%s\" was expected", output, text, part);
    free(text);
}

void assert_diary(leat_driver *d, const char *expected)
{
    char want[2000];
    snprintf(want, sizeof want, "\"%s\"", expected);
    assert_answer(d, "diary", NULL, want);
}

void assert_json(leat_run *r, const char *output, const char *expected)
{
    char *text = NULL;
    leat_error err = { 0 };
    if (leat_run_json(r, output, &text, &err) < 0)
        fail_msg("%s: %s", output, err.message);
    if (strcmp(text, expected))
        fail_msg("%s is %s, not %s", output, text, expected);
    free(text);
}
