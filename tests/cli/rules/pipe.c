#include <leat/stream.h>
#include <stdbool.h>

struct counter { int next; };
struct word { char text[8]; int length; };
struct sum { int packets, letters; };

int words(struct counter *counter, int until, struct word *out)
{
    *out = (struct word){ "aaaaaaa", 1 + counter->next % 5 };
    out->text[out->length] = 0;
    return counter->next++ < until;
}
bool is_long(const struct word *word, int least) { return word->length >= least; }
struct word cut(struct word word)
{
    word.text[--word.length] = 0;
    return word;
}
struct word tally(struct sum *tallied, const struct word *word)
{
    tallied->packets++;
    tallied->letters += word->length;
    return *word;
}
void total(struct sum *totalled, const struct word *word)
{
    totalled->packets++;
    totalled->letters += word->length;
}

leat_stream *all(void) { return leat_pipeline(leat_source("words"), leat_sink("total")); }
leat_stream *some(void)
{
    return leat_pipeline(leat_source("words"), leat_filter("is_long"), leat_map("cut"), leat_sink("total"));
}
leat_stream *apart(void)
{
    return leat_pipeline(leat_source("words"), leat_key_by("length"), leat_parallel(2, leat_map("tally")), leat_sink("total"));
}
