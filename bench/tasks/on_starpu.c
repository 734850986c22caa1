/* on_starpu: StarPU with explicit dependencies, processors alone. A task is
 * submitted once: what is built is run once. */
#include "engine.h"
#include <starpu.h>

const char *const engine_name = "starpu";
const bool engine_again = false, engine_submits = false;

static struct starpu_task **task;

static void empty(void *buffers[], void *arg)
{
    (void)buffers;
    engine_task((uint32_t)(uintptr_t)arg);
}

static struct starpu_codelet codelet = { .cpu_funcs = { empty }, .nbuffers = 0, .name = "task" };

void engine_init(unsigned workers)
{
    struct starpu_conf conf;
    starpu_conf_init(&conf);
    conf.ncpus = (int)workers;
    conf.ncuda = conf.nopencl = 0;
    conf.sched_policy_name = "lws";
    if (starpu_init(&conf)) {
        fprintf(stderr, "starpu: it does not start here\n");
        exit(77);
    }
}

void engine_fini(void) { starpu_shutdown(); }

void engine_build(const struct net *net)
{
    struct starpu_task *before[8];
    task = malloc(net->n * sizeof *task);
    for (uint32_t i = 0; i < net->n; i++) {
        uint32_t count = 0;
        task[i] = starpu_task_create();
        task[i]->cl = &codelet;
        task[i]->cl_arg = (void *)(uintptr_t)i;
        task[i]->destroy = 0;
        for (uint32_t k = net->in_at[i]; k < net->in_at[i + 1]; k++)
            before[count++] = task[net->in[k]];
        if (count)
            starpu_task_declare_deps_array(task[i], count, before);
    }
}

void engine_run(const struct net *net)
{
    for (uint32_t i = 0; i < net->n; i++)
        if (starpu_task_submit(task[i]))
            abort();
    starpu_task_wait_for_all();
}

void engine_free(const struct net *net)
{
    for (uint32_t i = 0; i < net->n; i++)
        starpu_task_destroy(task[i]);
    free(task);
}
