/* graph: leat graph: draws what the asked nodes need, or everything. */
#include "build.h"
#include "cli.h"
#include "report.h"
#include "say.h"
#include "select.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_format(const struct options *o, int *out)
{
    static const struct { const char *name; int format; } known[] = {
        { "dot", LEAT_DRAW_DOT }, { "json", LEAT_DRAW_JSON }, { "mermaid", LEAT_DRAW_MERMAID },
        { "text", -1 }, { "svg", -1 },
    };
    const char *name = option_value(o, OPTION_FORMAT);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name ? name : "dot", known[i].name))
            continue;
        *out = known[i].format;
        if (*out >= 0)
            return 0;
        say(SAY_ERROR, "not yet: --format=%s", name);
        return END_USAGE;
    }
    say(SAY_ERROR, "no format %s: dot, json or mermaid", text_shown(name));
    return END_USAGE;
}

static int draw(const struct choice *c, int format)
{
    leat_error err = { 0 };
    char *text = NULL;
    int code = leat_driver_draw(c->driver, format, c->asked.at, c->asked.n, &text, &err);
    if (code < 0) {
        say(SAY_ERROR, "%s", err.message);
        return report_ending(code);
    }
    fputs(text, stdout);
    if (!text_ends(text, "\n"))
        putchar('\n');
    free(text);
    return END_OK;
}

int command_graph(const struct options *o)
{
    struct request q;
    struct choice c;
    int format, end = read_format(o, &format);
    if (end || (end = request_read(&q, o)))
        return end;
    leat_builder *b = build_new(&q, true, NULL);
    end = select_names(&c, &q, b);
    report_deferred(b);
    if (!end)
        end = draw(&c, format);
    select_end(&c);
    leat_builder_free(b);
    return end;
}
