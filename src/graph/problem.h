/* problem: what is wrong with a graph, collected so that all is told at once. */
#pragma once
#include "base/arena.h"
#include "base/map.h"
#include <leat/error.h>
#include <stdbool.h>

/* What is no problem where the node is an operator of a stream: a state that another
 * writes, too; the name of its packet, which means something else elsewhere. */
enum leat__forgiven { LEAT__FORGIVEN_NOT, LEAT__FORGIVEN_STATE, LEAT__FORGIVEN_PACKET };

struct leat__problem {
    leat_problem public;        /* texts in the list's arena                  */
    uint32_t node;              /* whose problem; LEAT__NONE: everybody's      */
    enum leat__forgiven forgiven;
};

struct leat__problems {
    struct leat__problem *at;
    uint32_t count, cap;
    bool failed;                /* memory ran out while telling               */
    struct leat__arena arena;
};

void leat__problems_fini(struct leat__problems *list);
/* A new problem whose message is printf-like; file may be NULL. The returned
 * one may be given more (param, hint, other place) until the next is added;
 * never NULL: out of memory gives a scratch one and sets failed. */
__attribute__((format(printf, 6, 7)))
struct leat__problem *leat__problem_add(struct leat__problems *list, int code, uint32_t node,
                                        const char *file, int line, const char *format, ...);
__attribute__((format(printf, 3, 4)))
void leat__problem_hint(struct leat__problems *list, struct leat__problem *p, const char *format, ...);
/* Why a node cannot run, for people: its first problem that is not forgiven, if
 * there is one, with its place, as far as `room` goes; or that there is one, if it is what the node needs that has it. */
const char *leat__problem_of(const struct leat__problems *list, uint32_t node, char *room, size_t size);
/* All problems of the node, one or more, are forgiven where it is an operator; one
 * that takes no packets is not forgiven those of a packet. */
bool leat__problems_forgive(const struct leat__problems *list, uint32_t node, bool takes_packets);
/* The second place. */
void leat__problem_other(struct leat__problem *p, const char *file, int line);
