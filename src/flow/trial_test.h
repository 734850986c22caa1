/* trial: a random flow and the graph of its nodes, to be run again and again. */
#pragma once
#include "flow/random_test.h"

static struct leat__graph graph;
static leat_flow *tree;
static uint8_t asked[2 * N];

static void open_trial(unsigned failing)
{
    tree = random_flow(failing);
    assert_int_equal(build_with(&graph, functions, make_functions(), NULL, 0), 0);
    memset(asked, 0, sizeof asked);
    for (uint32_t i = 0; i < count; i++)
        asked[leat__graph_find(&graph, names[i])] = bodies[i].is_atom;
}

static void close_trial(void)
{
    leat_flow_free(tree);
    leat__graph_fini(&graph);
}
