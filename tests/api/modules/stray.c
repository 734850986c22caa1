/* leat: -pthread */
/* A thread that outlives the node that made it, and tells of failures all the time. */
#include <leat/node.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>

static pthread_t thread;
static _Atomic int on;

static void *tell(void *unused)
{
    while (on)
        (leat_node_api_->fail)(NULL, __FILE__, __LINE__, "stray");
    return unused;
}

int64_t begin(int64_t x) { on = 1; pthread_create(&thread, NULL, tell, NULL); return x; }
int64_t end(int64_t x) { on = 0; pthread_join(thread, NULL); return x; }
int64_t brief(int64_t x) { for (volatile int i = 0; i < 1000; i++) ; return x; }
