/* shape: bench/peer_hamilton.py makes the same ones; the answers tell that they are. */
#include "shape.h"
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 128, FAN_IN = 64 };

/* Once each: a parameter list does not name a node twice. */
static void add(struct shape *s, uint32_t parent)
{
    uint32_t begin = s->first[s->n], end = s->first[s->n + 1];
    for (uint32_t k = begin; k < end; k++)
        if (s->from[k] == parent)
            return;
    s->from[end] = parent;
    s->first[s->n + 1]++;
}

/* Closes a node; the next one's parents begin where this one's end. */
static void close_node(struct shape *s)
{
    s->n++;
    s->first[s->n + 1] = s->first[s->n];
}

/* Sums of `fan_in` neighbours, level by level, down to one. */
static void reduce(struct shape *s, uint32_t begin, uint32_t fan_in)
{
    for (uint32_t end = s->n; end - begin > 1; begin = end, end = s->n)
        for (uint32_t i = begin; i < end; close_node(s))
            for (uint32_t k = 0; k < fan_in && i < end; k++)
                add(s, i++);
}

static void leaves(struct shape *s, uint32_t n)
{
    while (n--)
        close_node(s);
}

static void chain(struct shape *s, uint32_t n)
{
    leaves(s, 1);
    for (uint32_t i = 1; i < n; i++, close_node(s))
        add(s, i - 1);
}

static void wave(struct shape *s, uint32_t n)
{
    uint32_t side = 1;
    while ((side + 1) * (side + 1) <= n)
        side++;
    for (uint32_t i = 0; i < side * side; i++, close_node(s)) {
        if (i >= side)
            add(s, i - side);
        if (i % side)
            add(s, i - 1);
    }
}

/* Each reads the node above it and two at random of the layer above. */
static void layers(struct shape *s, uint32_t n)
{
    uint32_t random = 1, rows = n / WIDTH;
    leaves(s, WIDTH);
    for (uint32_t i = WIDTH; i < rows * WIDTH; i++, close_node(s)) {
        add(s, i - WIDTH);
        for (int k = 0; k < 2; k++) {
            random = (random * 1103515245u + 12345u) & 0x7fffffffu;
            add(s, i / WIDTH * WIDTH - WIDTH + (random >> 8) % WIDTH);
        }
    }
    reduce(s, s->n - WIDTH, FAN_IN);
}

int shape_make(struct shape *s, const char *name, uint32_t n)
{
    *s = (struct shape){ 0, calloc(2 * (size_t)n + 8, sizeof(uint32_t)),
                         calloc(4 * (size_t)n + 1024, sizeof(uint32_t)) };
    if (!s->first || !s->from || n < 2 * WIDTH)
        return -1;
    if (!strcmp(name, "chain")) {
        chain(s, n);
    } else if (!strcmp(name, "wide")) {
        leaves(s, n - n / FAN_IN);
        reduce(s, 0, FAN_IN);
    } else if (!strcmp(name, "tree")) {
        leaves(s, n / 2);
        reduce(s, 0, 2);
    } else if (!strcmp(name, "wave")) {
        wave(s, n);
    } else if (!strcmp(name, "layers")) {
        layers(s, n);
    } else {
        return -1;
    }
    return 0;
}

void shape_free(struct shape *s)
{
    free(s->first);
    free(s->from);
    *s = (struct shape){ 0 };
}

uint64_t shape_answer(const struct shape *s, uint64_t input)
{
    uint64_t *value = calloc(s->n, sizeof *value), last = 0;
    for (uint32_t i = 0; value && i < s->n; i++) {
        uint64_t sum = s->first[i] == s->first[i + 1] ? input : 0;
        for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
            sum += value[s->from[k]];
        last = value[i] = sum + 1;
    }
    free(value);
    return last;
}
