/* problem: see graph/problem.h. Messages pass the escaper here, once. */
#include "graph/problem.h"
#include "base/escape.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void leat__problems_fini(struct leat__problems *list)
{
    free(list->at);
    leat__arena_fini(&list->arena);
    *list = (struct leat__problems){ 0 };
}

static const char *keep(struct leat__problems *list, const char *format, va_list args)
{
    char text[2048];
    vsnprintf(text, sizeof text, format, args);
    leat__escape_in_place(text, sizeof text);
    const char *kept = leat__arena_strdup(&list->arena, text);
    list->failed |= !kept;
    return kept ? kept : "out of memory";
}

struct leat__problem *leat__problem_add(struct leat__problems *list, int code, uint32_t node,
                                        const char *file, int line, const char *format, ...)
{
    static _Thread_local struct leat__problem scratch;
    if (list->count == list->cap) {
        uint32_t cap = list->cap ? list->cap * 2 : 8;
        void *at = realloc(list->at, cap * sizeof *list->at);
        if (!at)
            return list->failed = true, &scratch;
        list->at = at;
        list->cap = cap;
    }
    struct leat__problem *p = &list->at[list->count++];
    *p = (struct leat__problem){ .node = node };
    p->public.code = code;
    p->public.file = file;
    p->public.line = line;
    va_list args;
    va_start(args, format);
    p->public.message = keep(list, format, args);
    va_end(args);
    return p;
}

void leat__problem_hint(struct leat__problems *list, struct leat__problem *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    p->public.hint = keep(list, format, args);
    va_end(args);
}

void leat__problem_other(struct leat__problem *p, const char *file, int line)
{
    p->public.other_file = file;
    p->public.other_line = line;
}

const char *leat__problem_of(const struct leat__problems *list, uint32_t node, char *room, size_t size)
{
    const struct leat__problem *first = NULL;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct leat__problem *p = &list->at[i];
        if (p->node == node && !p->public.warning && (!first || (first->forgiven && !p->forgiven)))
            first = p;
    }
    if (!first)
        return "a problem of the build stands in its way";
    const leat_problem *p = &first->public;
    if (p->file && *p->file)
        snprintf(room, size, "%s:%d: %s", p->file, (int)p->line, p->message);
    else
        snprintf(room, size, "%s", p->message);
    return room;
}

bool leat__problems_forgive(const struct leat__problems *list, uint32_t node, bool takes_packets)
{
    bool any = false;
    for (uint32_t i = 0; i < list->count; i++) {
        const struct leat__problem *p = &list->at[i];
        if (p->node != node)
            continue;
        if (p->forgiven == LEAT__FORGIVEN_NOT || (p->forgiven == LEAT__FORGIVEN_PACKET && !takes_packets))
            return false;
        any = true;
    }
    return any;
}
