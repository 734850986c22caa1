/* wide.c: nodes that meet. Two that run at the same time see each other; each
 * waits until the other has come. */
#include <leat/node.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

static sem_t left_came, right_came;
__attribute__((constructor)) static void make(void) { sem_init(&left_came, 0, 0); sem_init(&right_came, 0, 0); }

int left(int n) { sem_post(&left_came); sem_wait(&right_came); return n; }
int right(int n) { sem_post(&right_came); sem_wait(&left_came); return n + 1; }
int both(int left, int right) { return left + right; }

int low(int n) { return n - 1; }
int bad(int n) { leat_fail("n is %d", n); return 0; }
int after_bad(int bad) { return bad; }
int beside(int low) { return low * 2; }

/* Heeds a deadline: leat_context_cancelled tells it. */
int heeds(int n, leat_context *c) { while (!leat_context_cancelled(c)) ; return n; }
int after_heeds(int heeds) { return heeds; }
int ignores(int n) { for (volatile int i = 0; n; i = !i) ; return n; }
int hasty(int n, leat_context *c) { while (!leat_context_cancelled(c)) ; return n; }
LEAT_NODE(hasty, timeout(20ms));
int quick(int n) { return n; }
LEAT_NODE(quick, timeout(1h));

int leaves(int n) { pthread_exit(NULL); return n; }
int crash(int n) { return *(volatile int *)(long)(n - n); }
static int down(volatile int *p, int n) { volatile int here[1000]; here[0] = *p; return n < 0 ? 0 : down(here, n + 1) + here[0]; }
int deep(int n) { volatile int x = 0; return down(&x, n); }

/* Does not return, and has not so much time. */
int stuck(int n) { for (volatile int i = 0; n; i = !i) ; return n; }
LEAT_NODE(stuck, timeout(20ms));
int after_stuck(int stuck) { return stuck; }
