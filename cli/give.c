/* give: values of the command line to a run. Declared in request.h.
 *
 * `@` reads a file, and only in arguments: a value that comes from a file or
 * from --inputs is data, whatever it begins with. */
#include "request.h"
#include "cli.h"
#include "json.h"
#include "missing.h"
#include "say.h"
#include <glob.h>
#include <string.h>
#include <unistd.h>

/* Who gives, and to whom. */
struct giving { const struct choice *choice; leat_run *run; };

static void say_reader(const struct giving *to, const struct given *g)
{
    leat_id id;
    const char *reader = leat_driver_find(to->choice->driver, g->name, &id) == 0 ? missing_reader(to->choice, id) : "";
    if (*reader)
        say_detail("%s", reader);
}

static int refused(const struct giving *to, const struct given *g)
{
    const char *why = leat_run_refusal(to->run);
    say(SAY_ERROR, "%s", why && *why ? why : text_format("%s %s is refused", request_word(g->kind), g->name));
    say_reader(to, g);
    return END_REFUSED;
}

/* Whether an input is an array of text; what it is instead is told. */
static bool takes_paths(const struct giving *to, const struct given *g, const char *pattern)
{
    const leat_driver *d = to->choice->driver;
    leat_id id;
    if (leat_driver_find(d, g->name, &id) < 0 || !strcmp(leat_driver_shape(d, id), "array of text"))
        return true;
    say(SAY_ERROR, "%s: the pattern %s gives an array of paths, and %s is %s", g->name, text_shown(pattern), g->name,
        leat_driver_type(d, id));
    say_reader(to, g);
    return false;
}

static int set_json(const struct giving *to, const struct given *g, const char *text)
{
    int code = g->kind == GIVEN_OVERRIDE ? leat_run_override_json(to->run, g->name, text, strlen(text))
                                         : leat_run_set_json(to->run, g->name, text, strlen(text));
    return code < 0 ? refused(to, g) : 0;
}

/* The sorted paths of a pattern as a JSON array of text. */
static int give_glob(const struct giving *to, const struct given *g, const char *pattern)
{
    glob_t found;
    if (!takes_paths(to, g, pattern))
        return END_REFUSED;
    int code = glob(pattern, GLOB_ERR, NULL, &found);
    if (code) {
        say(SAY_ERROR, "%s: no file matches %s", g->name, text_shown(pattern));
        globfree(&found);
        return END_REFUSED;
    }
    struct list quoted = { 0 };
    for (size_t i = 0; i < found.gl_pathc; i++)
        list_add(&quoted, text_json(found.gl_pathv[i]));
    globfree(&found);
    char *array = text_format("[%s]", list_join(&quoted, ",", quoted.n));
    return set_json(to, g, array);
}

/* "t.csv:price" names the file t.csv. */
static bool file_is_there(const char *path)
{
    const char *colon = strrchr(path, ':');
    return access(path, F_OK) == 0 ||
           (colon && colon != path && access(text_copy(path, (size_t)(colon - path)), F_OK) == 0);
}

static int give_file(const struct giving *to, const struct given *g, const char *path)
{
    const char *colon = strrchr(path, ':');
    if (strcmp(path, "-") && !file_is_there(path)) {
        if (strpbrk(path, "*?["))
            return give_glob(to, g, path);
        if (*path)
            request_no_file(g->name, colon && colon != path ? text_copy(path, (size_t)(colon - path)) : path);
        else
            say(SAY_ERROR, "%s: a file is missing: @FILE, or @- for standard input", g->name);
        say_reader(to, g);
        return END_REFUSED;
    }
    int code = g->kind == GIVEN_OVERRIDE ? leat_run_override_file(to->run, g->name, path)
                                         : leat_run_set_file(to->run, g->name, path);
    return code < 0 ? refused(to, g) : 0;
}

static int give(const struct giving *to, const struct given *g)
{
    const char *v = g->value;
    if (g->json)
        return set_json(to, g, v);
    if (v[0] == '@' && v[1] != '@')
        return give_file(to, g, v + 1);
    v += v[0] == '@';
    int code = g->kind == GIVEN_OVERRIDE ? leat_run_override_text(to->run, g->name, v)
                                         : leat_run_set_text(to->run, g->name, v);
    return code < 0 ? refused(to, g) : 0;
}

static int stdin_twice(const struct request *q)
{
    const struct list *files = &q->options->values[OPTION_INPUTS];
    size_t n = 0;
    for (size_t i = 0; i < files->n; i++)
        n += !strcmp(files->at[i], "-");
    for (size_t i = 0; i < q->given_count; i++)
        n += q->given[i].kind != GIVEN_CONFIG && !q->given[i].json && !strcmp(q->given[i].value, "@-");
    if (n < 2)
        return 0;
    say(SAY_ERROR, "standard input can be read once, and is asked for %zu times", n);
    return END_USAGE;
}

int request_give(const struct request *q, const struct choice *c, leat_run *run)
{
    struct giving to = { c, run };
    int end = stdin_twice(q), one;
    for (size_t i = 0; i < q->given_count && end != END_USAGE; i++)
        if (q->given[i].kind != GIVEN_CONFIG && !q->given[i].left_out)
            end = (one = give(&to, &q->given[i])) ? one : end;
    return end;
}
