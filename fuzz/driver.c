/* driver: a target without libFuzzer, for `make test`: the seeds of a corpus,
 * then mutations of them, the same in every run.
 *
 *     fuzz_NAME_test FOLDER [RUN]     RUN: that one alone, kept in crash-NAME-RUN
 *
 * On its way down it says at which run it was. */
#include "target.h"
#include <dirent.h>
#include <signal.h>
#include <unistd.h>

enum { RUNS = 4000, SEEDS = 100, LONGEST = 1 << 14 };

struct input { uint8_t *data; size_t size; };

static struct input seeds[SEEDS];
static unsigned seed_count;
static volatile unsigned long run;

/* AddressSanitizer calls it, and we do. */
void __asan_on_error(void);
void __asan_on_error(void)
{
    char text[80];
    int n = snprintf(text, sizeof text, "# in run %lu\n", run);
    if (write(2, text, (size_t)n) < 0)
        _exit(1);
}

static void die(int signal_number)
{
    __asan_on_error();
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

static struct input read_file(const char *path)
{
    struct input x = { malloc(LONGEST), 0 };
    FILE *file = fopen(path, "rb");
    if (file && x.data)
        x.size = fread(x.data, 1, LONGEST, file);
    if (file)
        fclose(file);
    return x;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_seeds(const char *folder)
{
    struct dirent **names = NULL;
    int n = scandir(folder, &names, NULL, by_name);
    for (int i = 0; i < n; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
        if (names[i]->d_name[0] != '.' && seed_count < SEEDS)
            seeds[seed_count++] = read_file(path);
        free(names[i]);
    }
    free(names);
}

static uint64_t dice(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

/* Room for n bytes at `at`; what does not fit at the end is dropped. */
static size_t open_gap(struct input *x, size_t at, size_t n)
{
    n = n < LONGEST - x->size ? n : LONGEST - x->size;
    memmove(x->data + at + n, x->data + at, x->size - at);
    x->size += n;
    return n;
}

static void mutate(struct input *x, uint64_t *seed)
{
    static const uint8_t odd[] = { 0,   1,    0x7f, 0x80, 0xff, '"', ',',
                                   '\n', '\\', '{',  '[',  '-',  '(' };
    const struct input *other = &seeds[dice(seed) % seed_count];
    size_t at = x->size ? dice(seed) % x->size : 0, n = 1 + dice(seed) % 16;
    size_t from = other->size ? dice(seed) % other->size : 0;
    switch (x->size ? dice(seed) % 7 : 3) {
    case 0: x->data[at] = (uint8_t)dice(seed); break;
    case 1: x->data[at] ^= (uint8_t)(1 << dice(seed) % 8); break;
    case 2: x->data[at] = odd[dice(seed) % sizeof odd]; break;
    case 3:                             /* a piece of another seed */
        n = n < other->size - from ? n : other->size - from;
        n = open_gap(x, at, n);
        memcpy(x->data + at, other->data + from, n);
        break;
    case 4:
        n = n < x->size - at ? n : x->size - at;
        memmove(x->data + at, x->data + at + n, x->size - at - n);
        x->size -= n;
        break;
    case 5: memset(x->data + at, (int)dice(seed), n < x->size - at ? n : x->size - at); break;
    case 6: x->size = dice(seed) % 8 ? x->size : at; break;
    }
}

/* Run `number`: a seed as it is, or one with a few changes. */
static void make(struct input *x, unsigned long number)
{
    const struct input *base = &seeds[number % seed_count];
    uint64_t seed = (number + 1) * 0x9e3779b97f4a7c15u;
    if (base->size)
        memcpy(x->data, base->data, base->size);
    x->size = base->size;
    if (number >= seed_count)
        for (uint64_t times = 1 + dice(&seed) % 5; times-- > 0;)
            mutate(x, &seed);
}

static int keep(const struct input *x, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "crash-%s-%lu", name, run);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(x->data, 1, x->size, file) != x->size)
        perror(path);
    return file ? fclose(file) : -1;
}

int main(int argc, char **argv)
{
    const char *slash = argc > 1 ? strrchr(argv[1], '/') : NULL;
    const char *name = slash ? slash + 1 : argc > 1 ? argv[1] : "";
    struct input x = { malloc(LONGEST), 0 };
    signal(SIGABRT, die);
    signal(SIGALRM, die);
    read_seeds(argc > 1 ? argv[1] : "");
    printf("1..1\n");
    if (!seed_count || !x.data) {
        printf("not ok 1 - there are seeds in %s\n", argc > 1 ? argv[1] : "FOLDER");
        return 1;
    }
    for (run = argc > 2 ? strtoul(argv[2], NULL, 10) : 0; run < RUNS; run++) {
        make(&x, run);
        if (argc > 2)
            keep(&x, name);
        alarm(20);                      /* no input may cost that much */
        LLVMFuzzerTestOneInput(x.data, x.size);
        if (argc > 2)
            break;
    }
    printf("ok 1 - %s survives %u seeds and %u mutations\n", name, seed_count, RUNS - seed_count);
    for (unsigned i = 0; i < seed_count; i++)
        free(seeds[i].data);
    free(x.data);
    return 0;
}
