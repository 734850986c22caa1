/* net: tasks and who waits for whom, to measure engines with. Tasks stand in an
 * order in which they could run. */
#pragma once
#include <stdint.h>

struct net {
    uint32_t n, edges;
    uint32_t *in_at, *in;       /* n + 1: task i waits for in[in_at[i] .. in_at[i + 1])  */
    uint32_t *out_at, *out;     /* n + 1: ... and is waited for by out[out_at[i] ..)     */
};

enum { NET_WIDTH = 16 };        /* of the patterns of steps */

/* Of about n tasks: chain; apart (nobody waits); tree (two wait for each); wave (a
 * square: above and left); random (1,000 a layer, each waits for 3 of the one above).
 * Patterns of steps, NET_WIDTH wide: stencil (itself and its neighbours), nearest
 * (5 around), spread (5 far apart, moved in turns of 3), fft (itself, and two at
 * distances 1, 2, 4, 8). -1: no such shape, or no memory. */
int net_make(struct net *net, const char *shape, uint32_t n);
void net_free(struct net *net);
