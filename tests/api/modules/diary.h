/* diary: what happened in a module, word by word; the node `diary` gives it and
 * begins a new one. */
#pragma once
#include <stdlib.h>
#include <string.h>

static char diary_text[4000];

__attribute__((unused)) static void wrote(const char *word)
{
    size_t n = strlen(diary_text);
    if (n + strlen(word) + 2 < sizeof diary_text) {
        strcat(diary_text, n ? " " : "");
        strcat(diary_text, word);
    }
}

char *diary(void)
{
    char *text = strdup(diary_text);
    diary_text[0] = 0;
    return text;
}
