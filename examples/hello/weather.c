/* weather.c, complete. A function is a node. A parameter names the node, or the input, it needs. */
#include <stddef.h>
struct day  { char date[11]; double temp_max, temp_min; };       /* columns of seattle.csv, by name */
struct days { const struct day *data; size_t len; };             /* {T *data; size_t len;} is an array */
double mean_temp(struct days days) {
    double s = 0;
    for (size_t i = 0; i < days.len; i++) s += (days.data[i].temp_max + days.data[i].temp_min) / 2;
    return s / days.len;
}
double anomaly(double mean_temp, double normal) { return mean_temp - normal; }
