/* cores: see base/cores.h. */
#include "base/cores.h"
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { MOST = 1 << 20 };

static bool read_line(const char *path, char *buf, int size)
{
    FILE *f = fopen(path, "re");
    bool read = f && fgets(buf, size, f);
    if (f)
        fclose(f);
    return read;
}

static uint32_t cores_of(double quota, double period)
{
    double n = quota > 0 && period > 0 ? quota / period : MOST;
    uint32_t whole = n >= MOST ? MOST : (uint32_t)n;
    return whole < n ? whole + 1 : whole ? whole : 1;
}

/* Version 2: "max 100000" or "150000 100000". */
static uint32_t limit_of_two(const char *folder)
{
    char path[PATH_MAX], line[100];
    double quota, period;
    snprintf(path, sizeof path, "%s/cpu.max", folder);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%lf %lf", &quota, &period) != 2)
        return MOST;
    return cores_of(quota, period);
}

static uint32_t limit_of_one(const char *folder)
{
    char path[PATH_MAX], line[100];
    double quota = 0, period = 0;
    snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", folder);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%lf", &quota) != 1 || quota <= 0)
        return MOST;
    snprintf(path, sizeof path, "%s/cpu.cfs_period_us", folder);
    if (!read_line(path, line, sizeof line) || sscanf(line, "%lf", &period) != 1)
        return MOST;
    return cores_of(quota, period);
}

/* The least of a group and all above it. */
static uint32_t least(char *folder, size_t root, uint32_t (*limit)(const char *))
{
    uint32_t n = limit(folder);
    while (strlen(folder) > root) {
        char *slash = strrchr(folder, '/');
        if (!slash || (size_t)(slash - folder) < root)
            break;
        *slash = '\0';
        uint32_t up = limit(folder);
        n = up < n ? up : n;
    }
    return n;
}

/* "0::/user.slice" of version 2; "4:cpu,cpuacct:/docker/x" of version 1. */
uint32_t leat__cgroup_cores(const char *membership, const char *root)
{
    FILE *f = fopen(membership, "re");
    char line[PATH_MAX], folder[2 * PATH_MAX];
    uint32_t n = MOST;
    while (f && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        names++;
        bool one = !strcmp(names, "cpu") || !strncmp(names, "cpu,", 4) || strstr(names, ",cpu,") ||
                   (strlen(names) > 4 && !strcmp(names + strlen(names) - 4, ",cpu"));
        if (!one && *names)
            continue;
        snprintf(folder, sizeof folder, "%s%s%s%s", root, one ? "/" : "", one ? names : "", strcmp(path, "/") ? path : "");
        uint32_t found = least(folder, strlen(root), one ? limit_of_one : limit_of_two);
        n = found < n ? found : n;
    }
    if (f)
        fclose(f);
    return n;
}

uint32_t leat__usable_cores(void)
{
    cpu_set_t set;
    uint32_t n = sched_getaffinity(0, sizeof set, &set) ? 1 : (uint32_t)CPU_COUNT(&set);
    uint32_t quota = leat__cgroup_cores("/proc/self/cgroup", "/sys/fs/cgroup");
    return quota < n ? quota : n ? n : 1;
}
