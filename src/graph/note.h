/* note: the one grammar of notes.
 *
 *     note   := clause {, clause}
 *     clause := word [( arg {, arg} )]
 *     arg    := [key (= | !=)] value
 *     value  := word[.word] | number[unit] | "text" | clause | ( value, .. )
 */
#pragma once
#include "base/arena.h"
#include <leat/error.h>
#include <stdbool.h>
#include <stdint.h>

struct leat__arg {
    const char *key;            /* NULL: none                                 */
    bool differs;               /* key != value                               */
    enum { LEAT__ARG_WORD, LEAT__ARG_NUMBER, LEAT__ARG_TEXT, LEAT__ARG_CLAUSE, LEAT__ARG_LIST } kind;
    const char *text;           /* WORD, NUMBER with its unit, TEXT without quotes, CLAUSE's word */
    const struct leat__arg *args;   /* CLAUSE, LIST                           */
    uint32_t count;
};

struct leat__clause {
    const char *word;
    const struct leat__arg *args;
    uint32_t count;
};

struct leat__clauses { const struct leat__clause *at; uint32_t count; };

/* Texts go to the arena. LEAT_EBUILD: err says where, "at column 12: ...". */
int leat__note_parse(const char *text, struct leat__arena *arena, struct leat__clauses *out, leat_error *err);
/* priority(n); false: it is anything else. */
bool leat__priority_parse(const struct leat__clause *c, int32_t *out);
