/* inner_csv: reads a CSV file into an array of structs, and says how long that took.
 *
 *     bench-csv FILE [ROUNDS]      prints one line a round: seconds rows sum
 *
 * The file is in memory before the clock starts, as it is for the peer (see
 * run.py); freeing the rows is not measured on either side. */
#include "base/file.h"
#include "value/io.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct day { char date[11]; double temp_max, temp_min, wind; int station; const char *weather; };
struct days { struct day *data; size_t len; };

#define SCALAR(K, T) { .kind = LEAT__##K, .size = sizeof(T), .align = _Alignof(T) }
static const struct leat__type t_char = SCALAR(CHAR, char), t_double = SCALAR(FLOAT, double),
    t_int = SCALAR(INT, int), t_size = SCALAR(UINT, size_t),
    t_date = { .kind = LEAT__ARRAY, .size = 11, .align = 1, .of = &t_char, .count = 11 },
    t_text = { .kind = LEAT__POINTER, .flags = LEAT__TO_CONST, .size = sizeof(char *), .of = &t_char };
#define MEMBER(T, m, t) { #m, &(t), offsetof(T, m), 0, 0 }
static const struct leat__member day_members[] = {
    MEMBER(struct day, date, t_date), MEMBER(struct day, temp_max, t_double),
    MEMBER(struct day, temp_min, t_double), MEMBER(struct day, wind, t_double),
    MEMBER(struct day, station, t_int), MEMBER(struct day, weather, t_text)
};
static const struct leat__type t_day = { .kind = LEAT__STRUCT, .size = sizeof(struct day), .name = "day",
    .count = 6, .members = day_members };
static const struct leat__type t_day_p = { .kind = LEAT__POINTER, .size = sizeof(void *), .of = &t_day };
static const struct leat__member days_members[] = {
    MEMBER(struct days, data, t_day_p), MEMBER(struct days, len, t_size)
};
static const struct leat__type t_days = { .kind = LEAT__STRUCT, .size = sizeof(struct days), .name = "days",
    .count = 2, .members = days_members };

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int round_of(const char *path, const char *text, size_t len, leat_error *err)
{
    struct leat__arena arena = { 0 };
    struct days days;
    double start = seconds(), sum = 0;
    int code = leat__csv_read(&t_days, text, len, path, NULL, &arena, &days, err);
    double took = seconds() - start;
    if (code == 0) {
        for (size_t i = 0; i < days.len; i++)
            sum += days.data[i].temp_max + days.data[i].temp_min + days.data[i].wind + days.data[i].station;
        printf("%.6f %zu %.3f\n", took, days.len, sum);
    }
    leat__arena_fini(&arena);
    return code;
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t len;
    leat_error err = { 0 };
    if (argc < 2)
        return fputs("usage: csv FILE [ROUNDS]\n", stderr), 2;
    int code = leat__file_read(argv[1], SIZE_MAX, &text, &len, &err);
    for (long rounds = argc > 2 ? atol(argv[2]) : 1; code == 0 && rounds > 0; rounds--)
        code = round_of(argv[1], text, len, &err);
    free(text);
    if (code < 0)
        fprintf(stderr, "%s\n", err.message);
    return code < 0;
}
