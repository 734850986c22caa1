/* crash: a node that dies of a signal, or ends the program, is named. */
#pragma once
#include <stdbool.h>

/* Fatal signals are told from now on; with `watched` a sanitizer tells them.
 * A node that calls exit is told too. */
void crash_watch(bool watched);
void crash_rest(void);
/* For pthread_cleanup_push round the nodes: one that calls pthread_exit. */
void crash_thread_ended(void *unused);
