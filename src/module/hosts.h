/* hosts: functions that a program gives by prototype, all of one namespace. Each is
 * read as it is given: names and types are kept, the text is not.
 *
 * Counted: a builder adds to them, and modules that were read from it share them.
 * Who changes shared ones gets a copy first, which stands on the old one's texts. */
#pragma once
#include "base/arena.h"
#include "graph/function.h"
#include "module/prototype.h"
#include <leat/error.h>
#include <stdbool.h>
#include <stdatomic.h>

struct leat__hosts {
    _Atomic uint32_t refs;
    struct leat__hosts *below;          /* whose texts and types these use; NULL */
    const char *space;                  /* NULL: no namespace                  */
    struct leat__function *at;
    uint32_t count, cap;
    bool builders;                      /* some function may take a builder    */
    uint32_t module;                    /* the functions' own: which of the builder */
    uint64_t left_out;                  /* more than LEAT__HOST_FUNCTIONS      */
    const char **wrong;                 /* prototypes that could not be read: why */
    uint32_t wrongs, wrong_cap;
    struct leat__types types;
    struct leat__arena arena;
};

struct leat__hosts *leat__hosts_new(const char *space);         /* NULL: out of memory */
struct leat__hosts *leat__hosts_ref(struct leat__hosts *h);
void leat__hosts_unref(struct leat__hosts *h);                  /* takes NULL */
/* Adds one. What is wrong with it is told when a module is made of them. 0 or
 * LEAT_ENOMEM. */
int leat__hosts_add(struct leat__hosts **h, const char *prototype, leat__trampoline *call, void *user);
/* They are module `number` of the builder from now on. 0 or LEAT_ENOMEM. */
int leat__hosts_number(struct leat__hosts **h, uint32_t number);
