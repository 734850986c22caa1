/* weather.c: as on the first page. Lines are counted by the transcripts. */
#include <stddef.h>
struct day { char date[11]; double temp_max, temp_min; };
struct days { const struct day *data; size_t len; };
double mean_temp(struct days days) { double s = 0;
    for (size_t i = 0; i < days.len; i++) s += (days.data[i].temp_max + days.data[i].temp_min) / 2;
    return s / (double)days.len; }
double anomaly(double mean_temp, double normal) { return mean_temp - normal; }
