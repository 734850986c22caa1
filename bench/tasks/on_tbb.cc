// on_tbb: oneTBB's flow graph, a continue_node for each task.
#include "engine.h"
#include <deque>
#include <tbb/flow_graph.h>
#include <tbb/global_control.h>
#include <tbb/task_arena.h>
#include <vector>

extern "C" {
const char *const engine_name = "tbb";
const bool engine_again = true, engine_submits = false;
}

using node = tbb::flow::continue_node<tbb::flow::continue_msg>;

static tbb::global_control *control;
static tbb::task_arena *arena;
static tbb::flow::graph *graph;
static std::deque<node> *nodes;
static std::vector<node *> *roots;

void engine_init(unsigned workers)
{
    control = new tbb::global_control(tbb::global_control::max_allowed_parallelism, workers);
    arena = new tbb::task_arena(static_cast<int>(workers));
}

void engine_fini(void)
{
    delete arena;
    delete control;
}

void engine_build(const struct net *net)
{
    arena->execute([net] {
        graph = new tbb::flow::graph;
        nodes = new std::deque<node>;
        roots = new std::vector<node *>;
        for (uint32_t i = 0; i < net->n; i++)
            nodes->emplace_back(*graph, [i](const tbb::flow::continue_msg &) { engine_task(i); });
        for (uint32_t i = 0; i < net->n; i++) {
            for (uint32_t k = net->out_at[i]; k < net->out_at[i + 1]; k++)
                make_edge((*nodes)[i], (*nodes)[net->out[k]]);
            if (net->in_at[i] == net->in_at[i + 1])
                roots->push_back(&(*nodes)[i]);
        }
    });
}

void engine_run(const struct net *)
{
    arena->execute([] {
        for (node *root : *roots)
            root->try_put(tbb::flow::continue_msg());
        graph->wait_for_all();
    });
}

void engine_free(const struct net *)
{
    delete nodes;
    delete roots;
    delete graph;
}
