/* Streams: a source of numbers, operators in every form, states of both kinds. */
#include <leat/node.h>
#include <leat/stream.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pair { int64_t number; char word[8]; };
struct cursor { int64_t next; };
struct tally { int64_t count, sum; };

/* A state of zeros, and an input of the graph. */
int numbers(struct cursor *cursor, int64_t until, int64_t *out)
{
    if (cursor->next == until)
        return 0;
    *out = cursor->next++;
    return 1;
}

int broken_source(struct cursor *cursor, int64_t *out)
{
    *out = cursor->next++;
    return *out == 5 ? -7 : 1;
}

/* Made once, before the first packet. */
static int made;
int64_t factor(void) { return ++made == 1 ? 3 : -1; }
int64_t scaled(int64_t number, int64_t factor) { return number * factor; }

bool is_even(int64_t number) { return number % 2 == 0; }

int named(int64_t number, struct pair *out)
{
    out->number = number;
    snprintf(out->word, sizeof out->word, "k%d", (int)(number % 7));
    return 0;
}

/* What passes is another packet. */
bool halved(int64_t number, int64_t *out)
{
    *out = number / 2;
    return number % 2 == 0;
}

int picky(int64_t number, int64_t *out)
{
    if (number == 300)
        leat_fail("300 is too much");
    *out = number;
    return number == 700 ? 4 : 0;
}

struct pair counted(struct tally *tally, const struct pair *pair)
{
    tally->count++;
    tally->sum += pair->number;
    return *pair;
}

/* A state that a node makes, with inputs of its own; one for each instance. */
struct words { char *text; size_t count; char first[8]; };
static int alive;
int words_alive(void) { return alive; }
struct words *words(const char *title)
{
    struct words *w = calloc(1, sizeof *w);
    w->text = strdup(title);
    alive++;
    return w;
}
void words_free(struct words *w)
{
    alive--;
    free(w->text);
    free(w);
}

void keep(struct words *words, struct pair pair, leat_context *context)
{
    if (!context)
        leat_fail("no context");
    if (!words->count++)
        memcpy(words->first, pair.word, sizeof pair.word);
}

void add(struct tally *total, int64_t number)
{
    total->count++;
    total->sum += number;
}

int64_t bucket(const struct pair *pair, int64_t factor) { return pair->number % factor; }

leat_stream *simple(void)
{
    return leat_pipeline(leat_source("numbers"), leat_map("scaled"), leat_filter("is_even"), leat_sink("add"));
}
leat_stream *keyed(int instances)
{
    return leat_pipeline(leat_source("numbers"), leat_map("named"), leat_key_by("word"),
                         leat_parallel(instances, leat_map("counted")), leat_key_by("bucket"),
                         leat_parallel(2, leat_queue(16, leat_sink("keep"))));
}
leat_stream *halves(void)
{
    return leat_pipeline(leat_source("numbers"), leat_filter("halved"), leat_copies(leat_parallel(2, leat_sink("add"))));
}
leat_stream *fails(void) { return leat_pipeline(leat_source("numbers"), leat_map("picky"), leat_sink("add")); }
leat_stream *fails_first(void) { return leat_pipeline(leat_source("broken_source"), leat_sink("add")); }
leat_stream *refuses(int why)
{
    leat_fail("no stream for %d", why);
    return NULL;
}
leat_stream *wrong(void)
{
    return leat_pipeline(leat_map("scaled"), leat_source("numbers"),
                         leat_map("counted"),
                         leat_filter("scaled"),
                         leat_key_by("colour"),
                         leat_parallel(500, leat_map("is_evn")),
                         leat_map("words"));
}
leat_stream *computed(int64_t factor)
{
    (void)factor;
    return NULL;
}

#include "diary.h"

int64_t told(void) { wrote("told"); return 2; }
int64_t weighed(int64_t number, int64_t told) { return number * told; }
leat_stream *telling(void) { return leat_pipeline(leat_source("numbers"), leat_map("weighed"), leat_sink("add")); }
