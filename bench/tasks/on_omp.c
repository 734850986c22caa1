/* on_omp: OpenMP tasks with depend clauses; a run submits them. */
#include "engine.h"
#include <omp.h>

const char *const engine_name = "omp";
const bool engine_again = true, engine_submits = true;

static unsigned threads;
static char *done;              /* by task: an address to depend on */

void engine_init(unsigned workers)
{
    threads = workers;
    omp_set_dynamic(0);
}

void engine_fini(void) { }

void engine_build(const struct net *net) { done = malloc(net->n + 1); }

void engine_free(const struct net *net)
{
    (void)net;
    free(done);
}

static void submit(const struct net *net, uint32_t i)
{
    const uint32_t *in = net->in + net->in_at[i], count = net->in_at[i + 1] - net->in_at[i];
    switch (count) {
    case 0:
        #pragma omp task firstprivate(i) depend(out: done[i])
        engine_task(i);
        break;
    case 1:
        #pragma omp task firstprivate(i) depend(in: done[in[0]]) depend(out: done[i])
        engine_task(i);
        break;
    case 2:
        #pragma omp task firstprivate(i) depend(in: done[in[0]], done[in[1]]) depend(out: done[i])
        engine_task(i);
        break;
    case 3:
        #pragma omp task firstprivate(i) depend(in: done[in[0]], done[in[1]], done[in[2]]) depend(out: done[i])
        engine_task(i);
        break;
    default:
        #pragma omp task firstprivate(i) depend(iterator(uint32_t k = 0 : count), in: done[in[k]]) depend(out: done[i])
        engine_task(i);
    }
}

void engine_run(const struct net *net)
{
    #pragma omp parallel num_threads(threads)
    #pragma omp single
    for (uint32_t i = 0; i < net->n; i++)
        submit(net, i);
}
