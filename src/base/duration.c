/* duration: see base/duration.h. */
#include "base/duration.h"
#include <stdio.h>
#include <string.h>

static const struct { const char *name; double ns; } units[] = {
    { "ns", 1 }, { "us", 1e3 }, { "ms", 1e6 }, { "s", 1e9 }, { "min", 60e9 }, { "h", 3600e9 }, { "d", 86400e9 },
};
enum { UNITS = sizeof units / sizeof *units };

bool leat__duration_parse(const char *text, int64_t *out_ns)
{
    double n = 0, place = 1;
    const char *p = text;
    int digits = 0;
    for (; *p >= '0' && *p <= '9'; p++, digits++)
        n = n * 10 + (*p - '0');
    if (*p == '.')
        for (p++; *p >= '0' && *p <= '9'; p++, digits++)
            n += (*p - '0') * (place /= 10);
    for (int i = 0; digits && i < UNITS; i++)
        if (!strcmp(p, units[i].name)) {
            n *= units[i].ns;
            if (n >= 9.2e18)
                return false;
            *out_ns = (int64_t)(n + 0.5);
            return true;
        }
    return false;
}

/* Tenths, without printf's locale. */
const char *leat__duration_print(int64_t ns, char *buf, uint32_t size)
{
    int unit = ns >= 1000000000 ? 3 : ns >= 1000000 ? 2 : ns >= 1000 ? 1 : 0;
    int64_t tenths = (int64_t)((double)ns / units[unit].ns * 10 + 0.5);
    if (tenths % 10 && tenths < 1000)
        snprintf(buf, size, "%lld.%lld %s", (long long)tenths / 10, (long long)tenths % 10, units[unit].name);
    else
        snprintf(buf, size, "%lld %s", (long long)(tenths + 5) / 10, units[unit].name);
    return buf;
}
