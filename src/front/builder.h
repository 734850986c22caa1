/* builder: what was collected, private to front/. */
#pragma once
#include "front/modules.h"
#include "graph/graph.h"
#include "run/hook.h"
#include <leat/builder.h>
#include <sys/types.h>

enum leat__add_kind { LEAT__ADD_MODULE, LEAT__ADD_SOURCE, LEAT__ADD_ENTRIES };

struct leat__add {                      /* one leat_builder_add_... call       */
    enum leat__add_kind kind;
    char *path;
    char **cflags;
    const leat_entry *const *begin, *const *end;
    const char *space;                  /* namespace; NULL: none               */
};

struct leat_builder {
    struct leat__add *adds;
    struct leat__host_function *hosts;
    const char **host_spaces;           /* beside hosts                        */
    const char *space;                  /* for what is added next              */
    struct leat__note *notes;
    struct leat__host_destroy *destroys;
    struct leat__setting *settings;     /* config                              */
    leat_hook **hooks;
    char **outputs, **overrides;
    uint32_t add_count, add_cap, host_count, host_cap, host_space_cap, note_count, note_cap;
    uint32_t destroy_count, destroy_cap;
    uint32_t hook_count, hook_cap, output_count, override_count, setting_count, setting_cap;
    bool outputs_set, inspect;
    pid_t pid;                          /* of the process that made it         */
    int sticky;                         /* first code a setter answered        */
    struct leat__compiler compiler;
    struct leat__arena arena;           /* copies of what setters were given   */
    struct leat__modules *modules;      /* read; NULL: not yet                 */
    struct leat__problems problems, refused;    /* of the last build           */
    struct leat__text output;           /* the compiler's words                */
};

/* Opens everything added, once; problems go to b->problems. */
int leat__builder_read(leat_builder *b);
/* Copies a problem whose texts may die into `list`. */
void leat__problem_copy(struct leat__problems *list, const leat_problem *p, bool warning);
