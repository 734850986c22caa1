/* builder: what was collected, private to front/. */
#pragma once
#include "front/modules.h"
#include "graph/graph.h"
#include "module/hosts.h"
#include "run/hook.h"
#include <leat/builder.h>
#include <sys/types.h>

extern const leat_builder_api leat__builder_api;

enum leat__add_kind { LEAT__ADD_MODULE, LEAT__ADD_SOURCE, LEAT__ADD_ENTRIES };

struct leat__add {                      /* one leat_builder_add_... call       */
    enum leat__add_kind kind;
    char *path;
    char **cflags;
    const leat_entry *const *begin, *const *end;
    const char *space;                  /* namespace; NULL: none               */
};

struct leat_builder {
    const leat_builder_api *api;        /* first: leat/build.h calls through it */
    struct leat__add *adds;
    struct leat__hosts **hosts;         /* functions of the program, by namespace; of an attempt: new ones */
    const char *space;                  /* for what is added next              */
    const char *home;                   /* of notes: the namespace of `caller` */
    const struct leat__function *caller;    /* the builder function at work    */
    struct leat__note *notes;
    struct leat__host_destroy *destroys;
    struct leat__setting *settings;     /* config                              */
    const char **keys;                  /* of config, that builder functions asked for */
    leat_hook **hooks;
    leat_executor *executor;            /* NULL: inline                        */
    char **outputs, **overrides;
    uint32_t add_count, add_cap, host_count, host_cap, note_count, note_cap;
    uint32_t destroy_count, destroy_cap;
    uint32_t hook_count, hook_cap, output_count, override_count, setting_count, setting_cap;
    uint32_t key_count, key_cap;
    uint32_t read_adds;                 /* how many of them stand in modules   */
    bool outputs_set, inspect;
    bool grows;                         /* it has builder functions            */
    bool lent;                          /* an attempt: builder functions hold it */
    pid_t pid;                          /* of the process that made it         */
    int sticky;                         /* LEAT_ENOMEM, once a setter had none */
    struct leat__compiler compiler;
    struct leat__arena arena;           /* copies of what setters were given   */
    struct leat__modules *modules;      /* read; NULL: not yet                 */
    struct leat__problems mistakes;     /* of calls that made no sense         */
    struct leat__problems problems, refused, deferred;  /* of the last build   */
    struct leat__text output;           /* the compiler's words                */
    struct leat__text grown_output;     /* ... and of what builder functions added, if it had some */
};

/* Opens everything added and not yet read; problems go to b->problems. */
int leat__builder_read(leat_builder *b);
bool leat__builder_is_read(const leat_builder *b);

/* A copy of b that was read, for builder functions to work on; NULL: no memory. */
leat_builder *leat__attempt_new(const leat_builder *b);
/* Ends it; what the build told goes to b (NULL: nowhere). */
void leat__attempt_end(leat_builder *w, leat_builder *b);
/* Some function of its modules is a builder function. */
bool leat__builder_grows(leat_builder *b);
/* Calls them on an attempt, round by round. What they failed of is in w->problems;
 * a negative code if reading failed, or memory, or they find no end. */
int leat__builder_grow(leat_builder *w);
/* Lists them in b->deferred. */
void leat__builder_defer(leat_builder *b);
/* Copies a problem whose texts may die into `list`. */
void leat__problem_copy(struct leat__problems *list, const leat_problem *p, bool warning);
