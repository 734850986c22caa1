/* engine: what a program that measures one fills in. tasks.c calls it; the net
 * lives as long as what is built of it. */
#pragma once
#include "net.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

extern const char *const engine_name;
extern const bool engine_again;         /* what is built can be run again                */
extern const bool engine_submits;       /* its run also builds: there is no build apart  */

void engine_init(unsigned workers);
void engine_build(const struct net *net);
void engine_run(const struct net *net);
void engine_free(const struct net *net);
void engine_fini(void);

/* What is to be run now. */
extern const struct net *engine_net;
extern bool engine_works;               /* there will be kernels in the tasks            */
extern uint32_t engine_work;            /* rounds of the kernel in each task; 0: it is empty */
extern uint64_t *engine_value;          /* by task, for engines that carry none          */
extern uint8_t *engine_ran;             /* by task, in the checking twin                 */
extern uint32_t engine_wrong;           /* values that were not what they should be      */

/* So many times 16 multiplications and additions. */
void engine_compute(uint32_t work);

static inline void engine_check(uint32_t i)
{
#ifdef CHECK
    for (uint32_t k = engine_net->in_at[i]; k < engine_net->in_at[i + 1]; k++)
        if (!__atomic_load_n(&engine_ran[engine_net->in[k]], __ATOMIC_ACQUIRE)) {
            fprintf(stderr, "%s: task %u ran before task %u\n", engine_name, i, engine_net->in[k]);
            exit(1);
        }
    if (__atomic_exchange_n(&engine_ran[i], 1, __ATOMIC_ACQ_REL)) {
        fprintf(stderr, "%s: task %u ran twice\n", engine_name, i);
        exit(1);
    }
#else
    __asm__ volatile("" : : "r"(i) : "memory");
#endif
}

/* Task i of an engine that carries no values: nothing at all, or looked-at inputs, the
 * kernel and a result. */
static inline void engine_task(uint32_t i)
{
    engine_check(i);
    if (!engine_work)
        return;
    for (uint32_t k = engine_net->in_at[i]; k < engine_net->in_at[i + 1]; k++)
        if (engine_value[engine_net->in[k]] != engine_net->in[k] + 1u)
            __atomic_fetch_add(&engine_wrong, 1, __ATOMIC_RELAXED);
    engine_compute(engine_work);
    engine_value[i] = i + 1u;
}

#ifdef __cplusplus
}
#endif
