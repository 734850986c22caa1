/* note: any text as a note. */
#include "graph/note.h"
#include "target.h"

/* Every part is there: the texts end, the counts hold. */
static size_t weigh(const struct leat__arg *args, uint32_t count)
{
    size_t all = count;
    for (uint32_t i = 0; i < count; i++) {
        const struct leat__arg *a = &args[i];
        all += a->key ? strlen(a->key) : 0;
        all += a->kind == LEAT__ARG_LIST ? 0 : strlen(a->text);
        if (a->kind == LEAT__ARG_CLAUSE || a->kind == LEAT__ARG_LIST)
            all += weigh(a->args, a->count);
    }
    return all;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct leat__arena arena = { 0 };
    struct leat__clauses clauses = { 0 };
    leat_error err;
    char *text = fuzz_string(data, size);
    int code = leat__note_parse(text, &arena, &clauses, &err);
    FUZZ_CHECK(code == 0 || code == LEAT_EBUILD);
    size_t all = 0;
    for (uint32_t i = 0; code == 0 && i < clauses.count; i++) {
        FUZZ_CHECK(*clauses.at[i].word);
        all += weigh(clauses.at[i].args, clauses.at[i].count);
    }
    FUZZ_CHECK(all <= 2 * size);
    leat__arena_fini(&arena);
    free(text);
    return 0;
}
