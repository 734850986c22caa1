/* disk: a VFS of SQLite's over the system's, on which every write can be the last,
 * or fail. What was written and not synced is remembered in memory that survives
 * the process, so that another can take it back as a power cut would. */
#pragma once
#include <stdbool.h>

#define DISK "leat-disk"

enum disk_fault { DISK_FINE, DISK_KILL, DISK_FAIL };

/* Registers it; once. */
void disk_install(void);
/* The nth write, sync or truncation from now on (1: the next) is the fault. */
void disk_arm(enum disk_fault fault, long nth);
/* How many there were since. */
long disk_count(void);
/* What was not synced is lost, all of it (seed 0), or some. For nobody has the files open. */
void disk_cut(unsigned seed);
