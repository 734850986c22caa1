/* Nodes that run at the same time, and in which order. */
#include <leat/node.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>

/* Two that meet: each waits until the other is there. */
static _Atomic int here;
static int meet(int x) { here++; while (here < 2) ; return x; }
int left(int x) { return meet(x); }
int right(int x) { return meet(x); }

/* Two that never do, however long one waits for the other. */
static _Atomic int inside;
static int alone(void)
{
    int others = inside++;
    for (int i = 0; i < 100000 && !others; i++) {
        sched_yield();
        others = inside - 1;
    }
    inside--;
    return others;
}
int till_1(void) { return alone(); }
int till_2(void) { return alone(); }
LEAT_NODE(till_1, serial(till));
LEAT_NODE(till_2, serial(till));

void opens(int x) { fprintf(stderr, "opens %d\n", x); }
void closes(int x) { fprintf(stderr, "closes %d\n", x); }
LEAT_NODE(closes, after(opens));

/* Runs until it is told to stop. */
int waits(leat_context *c) { while (!leat_context_cancelled(c)) ; return 1; }
int after_it(int waits) { return waits; }
int quick(int x) { return x + 1; }

/* A sum in pieces. */
static _Atomic long sum;
static void add(void *user, size_t lo, size_t hi) { long s = 0; for (; lo < hi; lo++) s += *(int *)user * (long)lo; sum += s; }
long summed(int x, leat_context *c) { leat_each(c, 100000, 1000, add, &x); return sum; }

/* Two that wait for each other. */
#include <semaphore.h>
static sem_t first, second;
__attribute__((constructor)) static void make(void) { sem_init(&first, 0, 0); sem_init(&second, 0, 0); }
static int this_side(void) { sem_post(&first); return sem_wait(&second); }
static int that_side(void) { sem_post(&second); return sem_wait(&first); }
int this_one(void) { return this_side() + 2; }
int that_one(void) { return that_side() + 3; }
LEAT_NODE(this_one, blocking);
LEAT_NODE(that_one, blocking);
int met(int this_one, int that_one) { return this_one + that_one; }
int this_too(leat_context *c) { leat_context_block(c); int n = this_side(); leat_context_unblock(c); return n + 3; }
int that_too(leat_context *c) { leat_context_block(c); int n = that_side(); leat_context_unblock(c); return n + 4; }
int met_too(int this_too, int that_too) { return this_too + that_too; }
