/* lexer: the words and punctuators of one C declaration. A word is looked up
 * once, by its length and letters: graphs of a million registered nodes are
 * read through here. */
#pragma once
#include <leat/error.h>
#include <stdbool.h>
#include <stddef.h>

enum leat__word {
    LEAT__WORD_NONE,                    /* no word stands next                */
    LEAT__WORD_NAME,                    /* a name of the user's               */
    LEAT__WORD_CONST,
    LEAT__WORD_OTHER,                   /* volatile, inline..: changes nothing here */
    LEAT__WORD_STRUCT, LEAT__WORD_UNION, LEAT__WORD_ENUM,
    /* Of scalars; they come in any order. */
    LEAT__WORD_VOID, LEAT__WORD_CHAR, LEAT__WORD_SHORT, LEAT__WORD_INT, LEAT__WORD_LONG, LEAT__WORD_SIGNED,
    LEAT__WORD_UNSIGNED, LEAT__WORD_FLOAT, LEAT__WORD_DOUBLE, LEAT__WORD_BOOL,
    LEAT__WORDS
};

struct leat__lexer {
    const char *text, *at;
    const char *seen;                   /* the word looked at last: it is asked for often */
    size_t len;
    enum leat__word word;
};

/* What stands next, after blanks; 0 at the end. */
static inline char leat__lexer_next(struct leat__lexer *x)
{
    while (*x->at == ' ' || (*x->at >= '\t' && *x->at <= '\r'))
        x->at++;
    return *x->at;
}
/* Takes a punctuator if it stands next. */
static inline bool leat__lexer_take(struct leat__lexer *x, char what)
{
    bool is = leat__lexer_next(x) == what;
    x->at += is;
    return is;
}
/* Takes "..." */
bool leat__lexer_dots(struct leat__lexer *x);
/* Skips blanks; what stands next, and how many letters it has. Takes nothing. */
enum leat__word leat__lexer_word(struct leat__lexer *x, size_t *out_len);
/* Takes "void )", the list of no parameters. */
bool leat__lexer_void(struct leat__lexer *x);
/* "expected WHAT before ...". */
int leat__lexer_fail(struct leat__lexer *x, const char *what, leat_error *err);
