/* A thread that a node starts crashes.
 * leat: -pthread */
#include <pthread.h>
#include <stddef.h>
static void *work(void *p) { *(volatile int *)p = 1; return NULL; }
int lost(int n)
{
    pthread_t t;
    pthread_create(&t, NULL, work, NULL);
    pthread_join(t, NULL);
    return n;
}
