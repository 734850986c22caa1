/* cores: how many of the machine's are ours. */
#pragma once
#include <stdint.h>

/* At least 1. Affinity, and the CPU quota of the process's cgroup and those above
 * it (versions 1 and 2), rounded up. */
uint32_t leat__usable_cores(void);
/* The same with other roots: "/proc/self/cgroup" and "/sys/fs/cgroup". */
uint32_t leat__cgroup_cores(const char *membership, const char *root);
