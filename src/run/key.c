/* key: see run/key.h. A run that is on record has one identity for all its lives; any
 * other has one until it ends, in a simulation the same with the same seed. */
#include "run/key.h"
#include "run/journal.h"
#include "run/pool.h"
#include <sodium.h>
#include <string.h>

static const uint8_t *identity_of(struct leat__run *run)
{
    if (run->life)
        return leat__life_run(run->life)->uuid;
    pthread_mutex_lock(&run->lock);
    if (!run->named && run->pool && run->pool->sim)
        memcpy(memset(run->uuid, 0, sizeof run->uuid), &run->ordinal, sizeof run->ordinal);
    else if (!run->named)
        randombytes_buf(run->uuid, sizeof run->uuid);
    run->named = true;
    pthread_mutex_unlock(&run->lock);
    return run->uuid;
}

static void add_number(crypto_generichash_state *s, uint64_t n)
{
    unsigned char bytes[8];
    for (int i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(n >> 8 * i);
    crypto_generichash_update(s, bytes, sizeof bytes);
}

const char *leat__key_print(const struct leat__frame *f, uint32_t task, char out[LEAT__KEY_DIGITS + 1])
{
    struct leat__identity id = { .node = f->plan->node[task] };
    unsigned char hash[LEAT__KEY_DIGITS / 2];
    crypto_generichash_state s;
    if (f->run->policy->identify)
        f->run->policy->identify(f, task, &id);
    const char *name = f->plan->graph->node[id.node].name;
    crypto_generichash_init(&s, NULL, 0, sizeof hash);
    crypto_generichash_update(&s, identity_of(f->run), 16);
    crypto_generichash_update(&s, (const unsigned char *)name, strlen(name) + 1);
    add_number(&s, 0);              /* the item */
    add_number(&s, id.round);
    add_number(&s, id.revert);
    crypto_generichash_final(&s, hash, sizeof hash);
    return sodium_bin2hex(out, LEAT__KEY_DIGITS + 1, hash, sizeof hash);
}
