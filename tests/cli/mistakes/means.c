#include <leat/node.h>
#include <stdlib.h>
struct day { char date[11]; double hi, lo; };
struct days { const struct day *data; size_t len; };
double mean(struct days days) { double s = 0; for (size_t i = 0; i < days.len; i++) s += days.data[i].hi; return s / (double)days.len; }
double off(double mean, double normal) { return mean - normal; }
int count(int n, const char *label) { return n + (label[0] == 'a'); }
