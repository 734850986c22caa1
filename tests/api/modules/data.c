/* Every kind of value, in and out. */
#include "diary.h"
#include <leat/node.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

bool b1(bool vb) { return vb; }
int8_t i8(int8_t v8) { return v8; }
int16_t i16(int16_t v16) { return v16; }
int32_t i32(int32_t v32) { return v32; }
int64_t i64(int64_t v64) { return v64; }
uint8_t u8(uint8_t w8) { return w8; }
uint16_t u16(uint16_t w16) { return w16; }
uint32_t u32(uint32_t w32) { return w32; }
uint64_t u64(uint64_t w64) { return w64; }
float f32(float vf) { return vf; }
double f64(double vd) { return vd; }
long double f80(long double vl) { return vl; }
char letter(char vc) { return vc; }
size_t length(const char *vs) { return strlen(vs); }
const char *echoed(const char *vs) { return vs; }
enum colour { RED = 1, GREEN = 2, DARK = -3 } colour(enum colour ve) { return ve; }
long long wide(long long vll) { return vll; }

struct inner { short s; char tag[4]; };
enum unit { M, KM };
struct outer { struct inner in; double m[2][3]; enum unit unit; bool on; const char *name; };
struct outer outer(struct outer given) { return given; }
double corner(const struct outer *given) { return given->m[1][2]; }
int tag(struct outer outer) { return outer.in.tag[0]; }

struct day { char date[11]; double temp_max, temp_min; };
struct days { const struct day *data; size_t len; };
double mean(struct days days)
{
    double s = 0;
    for (size_t i = 0; i < days.len; i++)
        s += (days.data[i].temp_max + days.data[i].temp_min) / 2;
    return days.len ? s / (double)days.len : 0;
}
struct days warm(struct days days) { return days; }
struct mydays { struct day *data; size_t len; };
struct mydays copied(struct days days)
{
    struct mydays m = { malloc((days.len + 1) * sizeof *m.data), days.len };
    if (days.len)
        memcpy(m.data, days.data, days.len * sizeof *m.data);
    return m;
}
struct prices { const double *data; size_t len; };
double dearest(struct prices price)
{
    double m = -1e300;
    for (size_t i = 0; i < price.len; i++)
        m = price.data[i] > m ? price.data[i] : m;
    return m;
}
struct words { const char **data; size_t len; };
size_t letters(struct words words)
{
    size_t n = 0;
    for (size_t i = 0; i < words.len; i++)
        n += strlen(words.data[i]);
    return n;
}
struct grid { const struct prices *data; size_t len; };
double cells(struct grid grid)
{
    double n = 0;
    for (size_t i = 0; i < grid.len; i++)
        for (size_t k = 0; k < grid.data[i].len; k++)
            n += grid.data[i].data[k];
    return n;
}
double pointed(const double *xs, size_t count) { double s = 0; while (count--) s += xs[count]; return s; }

struct matrix { double *at; int rows; };
double trace(const struct matrix *matrix) { return matrix->at[0]; }
struct secret;
int peek(const struct secret *secret) { return *(const int *)(const void *)secret; }
struct cfg { int a; };
int reads_cfg(const struct cfg *cfg) { return cfg->a; }
int writes_list(struct cfg *mine) { return ++mine->a; }
struct handle { int fd; };
struct handle *opened(int n) { struct handle *h = malloc(sizeof *h); h->fd = n; return h; }
void handle_close(struct handle *h) { wrote("closed"); free(h); }
int fd(const struct handle *opened) { return opened->fd; }

/* goes on behind its end: no layout tells how far */
struct flexible { int n; int data[]; };
struct flexible *flexible(int n)
{
    struct flexible *f = malloc(sizeof *f + (size_t)n * sizeof(int));
    f->n = n;
    return f;
}
int flexible_len(const struct flexible *flexible) { return flexible->n; }
