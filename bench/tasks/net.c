/* net: see net.h. */
#include "net.h"
#include <stdlib.h>
#include <string.h>

enum { LAYER = 1000, RADIX = 5, PERIOD = 3 };

/* Once each. */
static void wait_for(struct net *net, uint32_t i, int64_t from)
{
    for (uint32_t k = net->in_at[i]; k < net->in_at[i + 1]; k++)
        if (net->in[k] == from)
            return;
    net->in[net->in_at[i + 1]++] = (uint32_t)from;
}

/* --- shapes: who task i waits for --- */

static void chain(struct net *net, uint32_t i)
{
    if (i)
        wait_for(net, i, i - 1);
}

static void apart(struct net *net, uint32_t i) { (void)net, (void)i; }

static void tree(struct net *net, uint32_t i)
{
    if (i)
        wait_for(net, i, (i - 1) / 2);
}

static uint32_t side_of(uint32_t n)
{
    uint32_t side = 1;
    while ((uint64_t)(side + 1) * (side + 1) <= n)
        side++;
    return side;
}

static void wave(struct net *net, uint32_t i)
{
    static uint32_t n, side;
    if (n != net->n)
        side = side_of(n = net->n);
    if (i >= side)
        wait_for(net, i, i - side);
    if (i % side)
        wait_for(net, i, i - 1);
}

static void random_layers(struct net *net, uint32_t i)
{
    static uint64_t seed = 42;
    while (i >= LAYER && net->in_at[i + 1] - net->in_at[i] < 3) {
        seed = seed * 6364136223846793005u + 1442695040888963407u;
        wait_for(net, i, (i / LAYER - 1) * LAYER + (seed >> 33) % LAYER);
    }
}

/* --- patterns of steps --- */

/* The task of that place in the step before, if there is such a place. */
static void wait_above(struct net *net, uint32_t i, int64_t place)
{
    if (i >= NET_WIDTH && place >= 0 && place < NET_WIDTH)
        wait_for(net, i, (int64_t)(i / NET_WIDTH - 1) * NET_WIDTH + place);
}

static void around(struct net *net, uint32_t i, int64_t reach)
{
    for (int64_t d = -reach; d <= reach; d++)
        wait_above(net, i, i % NET_WIDTH + d);
}

static void stencil(struct net *net, uint32_t i) { around(net, i, 1); }

static void nearest(struct net *net, uint32_t i) { around(net, i, RADIX / 2); }

static void spread(struct net *net, uint32_t i)
{
    uint32_t turn = i / NET_WIDTH % PERIOD;
    for (uint32_t k = 0; k < RADIX; k++)
        wait_above(net, i, (i % NET_WIDTH + k * NET_WIDTH / RADIX + (k ? turn : 0)) % NET_WIDTH);
}

static void fft(struct net *net, uint32_t i)
{
    int64_t place = i % NET_WIDTH, far = 1 << (i / NET_WIDTH % 4);
    wait_above(net, i, place - far);
    wait_above(net, i, place);
    wait_above(net, i, place + far);
}

/* --- both ways --- */

static void turn_round(struct net *net)
{
    for (uint32_t k = 0; k < net->edges; k++)
        net->out_at[net->in[k] + 2]++;
    for (uint32_t i = 1; i <= net->n; i++)
        net->out_at[i + 1] += net->out_at[i];
    for (uint32_t i = 0; i < net->n; i++)
        for (uint32_t k = net->in_at[i]; k < net->in_at[i + 1]; k++)
            net->out[net->out_at[net->in[k] + 1]++] = i;
}

static uint32_t whole(const char *shape, uint32_t n)
{
    uint32_t full = 1;
    while (2 * full <= n + 1)
        full *= 2;
    return !strcmp(shape, "tree") ? full - 1 : !strcmp(shape, "wave") ? side_of(n) * side_of(n) : n;
}

static const struct { const char *name; void (*ins)(struct net *net, uint32_t i); uint32_t most; } shapes[] = {
    { "chain", chain, 1 }, { "apart", apart, 0 }, { "tree", tree, 1 }, { "wave", wave, 2 },
    { "random", random_layers, 3 }, { "stencil", stencil, 3 }, { "nearest", nearest, RADIX },
    { "spread", spread, RADIX }, { "fft", fft, 3 },
};

int net_make(struct net *net, const char *shape, uint32_t n)
{
    size_t s = 0, count = sizeof shapes / sizeof *shapes;
    while (s < count && strcmp(shapes[s].name, shape))
        s++;
    if (s == count || !n)
        return -1;
    n = whole(shape, n);
    size_t most = (size_t)n * shapes[s].most + 1;
    *net = (struct net){ .n = n, .in_at = calloc((size_t)n + 1, 4), .in = malloc(most * 4),
                         .out_at = calloc((size_t)n + 2, 4), .out = malloc(most * 4) };
    if (!net->in_at || !net->in || !net->out_at || !net->out)
        return -1;
    for (uint32_t i = 0; i < n; i++) {
        net->in_at[i + 1] = net->in_at[i];
        shapes[s].ins(net, i);
    }
    net->edges = net->in_at[n];
    turn_round(net);
    return 0;
}

void net_free(struct net *net)
{
    free(net->in_at);
    free(net->in);
    free(net->out_at);
    free(net->out);
    *net = (struct net){ 0 };
}
