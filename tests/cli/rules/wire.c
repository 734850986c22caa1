/* Wiring, a function per rule. */
#include <leat/node.h>

static int hidden(int x) { return x; }
int twice(int x) { return 2 * hidden(x); }
int more(int twice) { return twice + 1; }
void tell(int more) { printf("told %d\n", more); }
int time_(void) { return 7; }
int later(int time_) { return time_ + 1; }

struct range { double lo, hi; };
struct range range(int x) { return (struct range){ x - 1, x + 1 }; }
double width(double range__lo, double range__hi) { return range__hi - range__lo; }
int half(int x, int *out_low, int *out_high) { *out_low = x / 2; *out_high = x - x / 2; return x < 0; }
const double normal__default = 11.5;
double anomaly(double normal, int x) { return x - normal; }
double price(void) { return 10; }
double price__region__us(void) { return 20; }
double price__region__us__tier__gold(void) { return 15; }

struct ints { int *data; size_t len; };
struct spot { int x, y; };
struct spots { struct spot *data; size_t len; };
int count(struct spots spots) { return (int)spots.len; }
struct words { const char *const *data; size_t len; };
int total(struct ints ints)
{
    int sum = 0;
    for (size_t i = 0; i < ints.len; i++)
        sum += ints.data[i];
    return sum;
}
size_t letters(const char *word) { size_t n = 0; while (word[n]) n++; return n; }
int8_t small(int8_t number) { return number; }
const char *who(leat_context *context) { return leat_context_info(context)->node; }
