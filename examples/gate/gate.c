/* gate: calls that cost money, and one that a person must allow.
 *
 *     cc gate.c $(pkg-config --cflags --libs leat) -pthread -o gate && ./gate
 *
 * Two gates are asked before each node runs. The first keeps a budget. The second
 * leaves `publish` for later: the node waits, and no worker does, until another
 * thread, here one that stands for a person, gives the answer. */
#include <leat/leat.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <string.h>

/* --- the functions --- */

static double outline(double topic) { return topic + 1; }
LEAT_FUNCTION(double, outline, (double, topic));
static double draft(double outline) { return outline * 10; }
LEAT_FUNCTION(double, draft, (double, outline));
static double publish(double draft) { return draft; }
LEAT_FUNCTION(double, publish, (double, draft));

/* --- a gate that keeps a budget --- */

static int keep_budget(void *user, const leat_call *call, leat_gate gate)
{
    int *cents = user, price = !strcmp(call->node, "draft") ? 40 : 10;
    if (*cents < price)
        return leat_gate_refuse(gate, "the budget is spent");
    *cents -= price;
    printf("  %s costs %d, %d left\n", call->node, price, *cents);
    return LEAT_ALLOW;
}

/* --- a gate that asks a person --- */

struct desk { leat_gate gate; sem_t asked; };

static int ask_somebody(void *user, const leat_call *call, leat_gate gate)
{
    struct desk *desk = user;
    if (strcmp(call->node, "publish"))
        return LEAT_ALLOW;
    printf("  publish %g?\n", *(const double *)call->args[0]);
    desk->gate = gate;
    sem_post(&desk->asked);
    return LEAT_LATER;
}

static void *answer(void *user)
{
    struct desk *desk = user;
    while (sem_wait(&desk->asked))
        ;
    leat_gate_allow(desk->gate);
    return NULL;
}

/* --- the program --- */

static void run(leat_driver *d, double topic)
{
    leat_error err;
    double published = 0;
    leat_run *r = leat_run_new(d);
    leat_run_input(r, "topic", topic);
    leat_run_output(r, "publish", &published);
    if (leat_run_execute(r, &err) == 0)
        printf("published %g\n", published);
    else
        printf("%s\n", err.message);
    leat_run_free(r);
}

int main(void)
{
    int cents = 100;
    struct desk desk;
    leat_call_ops budget = LEAT_CALL_OPS_INIT, approval = LEAT_CALL_OPS_INIT;
    leat_builder *b = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err;
    pthread_t person;
    sem_init(&desk.asked, 0, 0);
    budget.name = "budget";
    budget.gate = keep_budget;
    approval.name = "approval";
    approval.gate = ask_somebody;
    leat_builder_add_self(b);
    leat_builder_add_hook(b, leat_hook_new(&budget, &cents));
    leat_builder_add_hook(b, leat_hook_new(&approval, &desk));
    if (leat_builder_build(b, &d, &err) || pthread_create(&person, NULL, answer, &desk))
        return 1;
    run(d, 4);
    pthread_join(person, NULL);
    run(d, 5);              /* there is too little left for its draft */
    leat_driver_free(d);
    leat_builder_free(b);
    sem_destroy(&desk.asked);
    return 0;
}
