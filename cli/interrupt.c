/* interrupt: see interrupt.h. A signal that the parent had ignored stays so. */
#include "interrupt.h"
#include "terminal.h"
#include <errno.h>
#include <leat/store.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static const int numbers[] = { SIGINT, SIGTERM };
enum { SIGNALS = sizeof numbers / sizeof *numbers };

static leat_run *volatile watched;
static volatile sig_atomic_t durable, came;

static void die_of(int number)
{
    sigset_t it;
    signal(number, SIG_DFL);
    raise(number);
    sigemptyset(&it);
    sigaddset(&it, number);
    sigprocmask(SIG_UNBLOCK, &it, NULL);
}

static void on_signal(int number)
{
    static const char suspends[] = "leat: suspending: what runs ends first; once more stops it at once\n";
    static const char stops[] = "leat: stopping: what runs ends first; once more stops it at once\n";
    int before = errno;
    leat_run *r = watched;
    if (came || !r) {
        terminal_stop();
        die_of(number);
    }
    came = number;
    if (r && durable)
        leat_run_suspend(r);
    else
        leat_run_cancel(r);
    if (write(2, durable ? suspends : stops, durable ? sizeof suspends - 1 : sizeof stops - 1) < 0)
        came = number;              /* nobody reads it */
    errno = before;
}

static void set_handlers(void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler, .sa_flags = SA_RESTART }, old;
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < SIGNALS; i++)
        sigaddset(&action.sa_mask, numbers[i]);
    for (int i = 0; i < SIGNALS; i++)
        if (!sigaction(numbers[i], NULL, &old) && old.sa_handler != SIG_IGN)
            sigaction(numbers[i], &action, NULL);
}

void interrupt_watch(leat_run *r, bool is_durable)
{
    durable = is_durable;
    watched = r;
    set_handlers(on_signal);
}

void interrupt_rest(void)
{
    set_handlers(SIG_DFL);
    watched = NULL;
}

bool interrupt_came(void) { return came != 0; }

void interrupt_raise(void)
{
    if (came)
        die_of(came);
}
