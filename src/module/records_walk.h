/* records_walk: the units of debug info, and what is found in them.
 *
 * The symbol table says what is exported, debug info what that looks like: a
 * DIE counts if an exported symbol has exactly its name, whether or not it has
 * code (folded and inlined functions have none). */
#pragma once
#include "module/records_drafts.h"
#include "module/records_elf.h"
#include "module/records_entries.h"
#include "module/records_files.h"

struct leat__found_param { const char *name; uint32_t type; };
struct leat__found {
    const char *name;
    struct leat__file *file;        /* NULL: not known                        */
    int line;
    uint32_t result, first, count;
    bool none;                      /* no result: void                        */
    bool bare;                      /* -g1 left it without types              */
    bool own_call;                  /* LEAT_FUNCTION brought its call         */
    uint8_t language, variable;
    bool mangled;                   /* a function of C++, see records_cxx.h    */
    const char *refused;            /* already, by what the DIE looks like    */
};

struct leat__walk {
    struct leat__elf *image;
    struct leat__files *files;
    struct leat__entries *entries;  /* of LEAT_FUNCTION; static functions too */
    struct leat__drafts types;
    struct leat__map seen;          /* names met, of our sources or not       */
    struct leat__map free;          /* mangled names that namespaces declare  */
    struct leat__found *found;
    struct leat__found_param *params;
    uint32_t count, cap, param_count, param_cap;
    uint32_t lost;                  /* units split off whose file is not there */
    struct leat__arena arena;
    bool failed;                    /* memory ran out                         */
    /* The unit being walked. */
    struct leat__unit unit;
    uint8_t language;
    bool typed;                     /* it has types: -g1 has none             */
};

/* Finds all; w has image, files and entries. */
void leat__walk_units(struct leat__walk *w);
/* A further one, NULL: no memory. */
struct leat__found *leat__walk_add(struct leat__walk *w, const char *name);
/* A further parameter of the one added last. */
void leat__walk_add_param(struct leat__walk *w, struct leat__found *f, const char *name,
                          uint32_t type);
void leat__walk_fini(struct leat__walk *w);
