/* lexer: see lexer.h. Letters are ASCII's, whatever the locale. */
#include "module/lexer.h"
#include "base/error.h"
#include <stdint.h>
#include <string.h>

#define WORD(text, meaning) { text, sizeof text - 1, meaning }
/* By first letter. */
static const struct { const char *text; uint8_t len, meaning; } words[] = {
    WORD("_Bool", LEAT__WORD_BOOL), WORD("__const", LEAT__WORD_CONST),
    WORD("__restrict__", LEAT__WORD_OTHER), WORD("__restrict", LEAT__WORD_OTHER),
    WORD("__inline", LEAT__WORD_OTHER), WORD("_Noreturn", LEAT__WORD_OTHER),
    WORD("bool", LEAT__WORD_BOOL), WORD("const", LEAT__WORD_CONST), WORD("char", LEAT__WORD_CHAR),
    WORD("double", LEAT__WORD_DOUBLE), WORD("enum", LEAT__WORD_ENUM), WORD("extern", LEAT__WORD_OTHER),
    WORD("float", LEAT__WORD_FLOAT), WORD("int", LEAT__WORD_INT), WORD("inline", LEAT__WORD_OTHER),
    WORD("long", LEAT__WORD_LONG), WORD("restrict", LEAT__WORD_OTHER),
    WORD("register", LEAT__WORD_OTHER), WORD("struct", LEAT__WORD_STRUCT),
    WORD("short", LEAT__WORD_SHORT), WORD("signed", LEAT__WORD_SIGNED),
    WORD("static", LEAT__WORD_OTHER), WORD("unsigned", LEAT__WORD_UNSIGNED),
    WORD("union", LEAT__WORD_UNION), WORD("void", LEAT__WORD_VOID), WORD("volatile", LEAT__WORD_OTHER)
};
#undef WORD
/* Where the words of a letter begin, how many there are, which lengths they have:
 * most names are none of them at once. */
static const struct { uint8_t row, rows; uint16_t lengths; } letters['z' + 1] = {
    ['_'] = { 0, 6, 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 12 }, ['b'] = { 6, 1, 1 << 4 },
    ['c'] = { 7, 2, 1 << 4 | 1 << 5 }, ['d'] = { 9, 1, 1 << 6 }, ['e'] = { 10, 2, 1 << 4 | 1 << 6 },
    ['f'] = { 12, 1, 1 << 5 }, ['i'] = { 13, 2, 1 << 3 | 1 << 6 }, ['l'] = { 15, 1, 1 << 4 },
    ['r'] = { 16, 2, 1 << 8 }, ['s'] = { 18, 4, 1 << 5 | 1 << 6 }, ['u'] = { 22, 2, 1 << 5 | 1 << 8 },
    ['v'] = { 24, 2, 1 << 4 | 1 << 8 }
};

enum { LETTER = 1, DIGIT = 2 };
static const uint8_t class[256] = {
    ['a' ... 'z'] = LETTER, ['A' ... 'Z'] = LETTER, ['_'] = LETTER, ['0' ... '9'] = DIGIT
};

static bool is_letter(char c) { return class[(unsigned char)c] == LETTER; }
static bool is_word(char c) { return class[(unsigned char)c]; }

static enum leat__word meaning(const char *at, size_t n)
{
    unsigned char first = (unsigned char)*at;
    if (n > 15 || !(letters[first].lengths >> n & 1))
        return LEAT__WORD_NAME;
    for (size_t i = letters[first].row, end = i + letters[first].rows; i < end; i++)
        if (words[i].len == n && !memcmp(words[i].text, at, n))
            return words[i].meaning;
    return LEAT__WORD_NAME;
}

enum leat__word leat__lexer_word(struct leat__lexer *x, size_t *out_len)
{
    size_t n = 0;
    if (is_letter(leat__lexer_next(x)) && x->seen != x->at) {
        while (is_word(x->at[n]))
            n++;
        x->seen = x->at;
        x->len = n;
        x->word = meaning(x->at, n);
    }
    bool any = x->seen == x->at;
    *out_len = any ? x->len : 0;
    return any ? x->word : LEAT__WORD_NONE;
}

bool leat__lexer_dots(struct leat__lexer *x)
{
    bool is = leat__lexer_next(x) == '.' && x->at[1] == '.' && x->at[2] == '.';
    x->at += is ? 3 : 0;
    return is;
}

bool leat__lexer_void(struct leat__lexer *x)
{
    struct leat__lexer before = *x;
    size_t n;
    if (leat__lexer_word(x, &n) == LEAT__WORD_VOID) {
        x->at += n;
        if (leat__lexer_take(x, ')'))
            return true;
    }
    *x = before;
    return false;
}

int leat__lexer_fail(struct leat__lexer *x, const char *what, leat_error *err)
{
    if (!leat__lexer_next(x))
        return leat__fail(err, LEAT_EBUILD, "%s is missing at its end", what);
    return leat__fail(err, LEAT_EBUILD, "%s expected before `%.40s`", what, x->at);
}
