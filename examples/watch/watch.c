/* watch: a run that another thread looks at while it goes on.
 *
 *     cc watch.c $(pkg-config --cflags --libs leat) -pthread -o watch && ./watch
 *
 * The main thread executes; the other one tells ten times a second how far it is and
 * what is at work. Looking costs the run nothing: no hook is set. */
#include <leat/leat.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>

enum { PAGES = 12 };

/* --- the functions: pages of a report, and the report --- */

static void page(void *user, void *const *args, void *result)
{
    struct timespec a_while = { 0, 60000000 };
    (void)user;
    nanosleep(&a_while, NULL);          /* in earnest it would compute */
    *(double *)result = *(const double *)args[0] * 2;
}

static void report(void *user, void *const *args, void *result)
{
    double *sum = result;
    (void)user;
    *sum = 0;
    for (int i = 0; i < PAGES; i++)
        *sum += *(const double *)args[i];
}

static void add_functions(leat_builder *b)
{
    char text[40], all[40 * PAGES], *end = all + sprintf(all, "double report(");
    for (int i = 0; i < PAGES; i++) {
        sprintf(text, "double page%d(double x)", i);
        leat_builder_add_function(b, text, page, NULL);
        end += sprintf(end, "%sdouble page%d", i ? ", " : "", i);
    }
    sprintf(end, ")");
    leat_builder_add_function(b, all, report, NULL);
}

/* --- who looks --- */

struct watcher { leat_run *run; sem_t over; };

static void tell(const leat_sample *s)
{
    printf("%2llu of %llu done, %llu waiting", (unsigned long long)s->done, (unsigned long long)s->total,
           (unsigned long long)s->waiting);
    for (size_t i = 0; i < s->workings; i++)
        printf(", %s for %llu ms", s->working[i].node, (unsigned long long)s->working[i].ns / 1000000);
    printf("\n");
}

static void *watch(void *user)
{
    struct watcher *w = user;
    leat_sampler *s = leat_sampler_new(w->run);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    do {
        tell(leat_sampler_look(s));
        until.tv_nsec += 100000000;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
    } while (sem_timedwait(&w->over, &until));
    tell(leat_sampler_look(s));
    leat_sampler_free(s);               /* before its run */
    return NULL;
}

/* --- the program --- */

int main(void)
{
    leat_builder *b = leat_builder_new();
    leat_driver *d = NULL;
    leat_error err;
    double sum = 0;
    pthread_t thread;
    add_functions(b);
    leat_builder_set_executor(b, leat_executor_threads(2));
    if (leat_builder_build(b, &d, &err))
        return puts(err.message), 1;
    leat_builder_free(b);

    struct watcher w = { .run = leat_run_new(d) };
    sem_init(&w.over, 0, 0);
    leat_run_input(w.run, "x", 21.0);
    leat_run_output(w.run, "report", &sum);
    if (pthread_create(&thread, NULL, watch, &w))
        return 1;
    int code = leat_run_execute(w.run, &err);
    sem_post(&w.over);
    pthread_join(thread, NULL);
    if (code < 0)
        puts(err.message);
    else
        printf("report = %g\n", sum);
    leat_run_free(w.run);
    leat_driver_free(d);
    sem_destroy(&w.over);
    return code < 0;
}
