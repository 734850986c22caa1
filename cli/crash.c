/* crash: what a signal handler may do and no more.
 *
 *     1  who crashed, why and where: from memory of our own
 *     2  its inputs, which may be what is broken: a second fault skips the rest,
 *        what was read before is told
 *     3  the stack, which may be broken too; addresses only, made readable by
 *        a second process (symbols.h)
 *
 * A second fault jumps on to the next part. Nothing is allocated or locked. */
#include "crash.h"
#include "cli.h"
#include "symbols.h"
#include "terminal.h"
#include <execinfo.h>
#include <leat/run.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { STACK = 64 << 10, FRAMES = 48 };

static const struct { int number; const char *name; } fatal[] = {
    { SIGSEGV, "segmentation fault" }, { SIGBUS, "bus error" }, { SIGFPE, "arithmetic error" },
    { SIGILL, "illegal instruction" }, { SIGABRT, "abort" },    { SIGTRAP, "trap" },
    { SIGSYS, "bad system call" },
};
enum { FATAL = sizeof fatal / sizeof *fatal };

static struct {
    volatile sig_atomic_t dying, watching;
    volatile pid_t thread;          /* that crashed                           */
    sigjmp_buf next;
    char task[4096], function[256];
    void *frame[FRAMES];
    char address[FRAMES][20];
    const char *argv[FRAMES + 4];
} crash;
static char stack[STACK];

static void put(const char *s)
{
    for (size_t n = strlen(s); n;) {
        ssize_t wrote = write(2, s, n);
        if (wrote <= 0)
            return;
        s += wrote;
        n -= (size_t)wrote;
    }
}

static char *hex(char *buf, uintptr_t x)
{
    char *p = buf + 19;
    for (*p = 0; x || !p[0]; x >>= 4)
        *--p = "0123456789abcdef"[x & 15];
    *--p = 'x';
    *--p = '0';
    return p;
}

static uintptr_t program_counter(const ucontext_t *context)
{
#if defined __x86_64__
    return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined __aarch64__
    return (uintptr_t)context->uc_mcontext.pc;
#else
    (void)context;
    return 0;
#endif
}

static uintptr_t stack_pointer(const ucontext_t *context)
{
#if defined __x86_64__
    return (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
#elif defined __aarch64__
    return (uintptr_t)context->uc_mcontext.sp;
#else
    (void)context;
    return 0;
#endif
}

/* A fault beside the stack pointer: there was no more room. */
static bool is_overflow(const siginfo_t *info, const ucontext_t *context)
{
    uintptr_t at = (uintptr_t)info->si_addr, sp = stack_pointer(context);
    return info->si_signo == SIGSEGV && sp && (at > sp ? at - sp : sp - at) < STACK;
}

static const char *name_of(int number)
{
    for (size_t i = 0; i < FATAL; i++)
        if (fatal[i].number == number)
            return fatal[i].name;
    return "signal";
}

/* "node spectrum (spectra.c:41)\n", "value of ..." or "builder function ..." to
 * its parts; the place keeps its brackets. NULL: no node runs; else what it was at, behind its name. */
static const char *read_task(char **place)
{
    if (!leat_task_at_crash(crash.task, sizeof crash.task, 0))
        return NULL;
    bool value = !strncmp(crash.task, "value of ", 9);
    bool builder = !strncmp(crash.task, "builder function ", 17);
    char *name = crash.task + (value ? 9 : builder ? 17 : 5);
    crash.task[strcspn(crash.task, "\n")] = 0;
    *place = strstr(name, " (");
    size_t n = *place ? (size_t)(*place - name) : strlen(name);
    if (n >= sizeof crash.function)
        n = sizeof crash.function - 1;
    memcpy(crash.function, name, n);
    crash.function[n] = 0;
    return value ? ": destroying its value" : builder ? ", a builder function," : "";
}

static void tell_headline(int number, const siginfo_t *info, const ucontext_t *context)
{
    char *place = NULL, buf[20];
    const char *doing = read_task(&place);
    put("leat: error: ");
    put(doing ? crash.function : "a thread that runs no node");
    put(doing ? doing : "");
    put(" crashed: ");
    bool overflow = is_overflow(info, context);
    put(number == SIGFPE && info->si_code == FPE_INTDIV ? "division by zero" :
        overflow ? "stack overflow" : name_of(number));
    if ((number == SIGSEGV || number == SIGBUS) && info->si_code > 0 && !overflow) {
        put(" at address ");
        put(hex(buf, (uintptr_t)info->si_addr));
    }
    put(place ? place : "");
    put("\n");
}

static void read_inputs(void)
{
    memset(crash.task, 0, sizeof crash.task);
    leat_task_at_crash(crash.task, sizeof crash.task, 1);
}

static void tell_inputs(void)
{
    size_t n = strlen(crash.task);
    put(crash.task);
    if (n && crash.task[n - 1] != '\n')
        put(" (cannot be read)\n");
}

/* Raw, if nobody could make them readable. */
static void tell_addresses(int from)
{
    for (int i = from; crash.argv[i]; i++) {
        put("  at ");
        put(crash.argv[i]);
        put("\n");
    }
}

/* The frames from where it happened on; what lies above is this handler. A
 * jump to nowhere cannot be unwound: then its caller, from the stack's top. */
static int read_stack(const ucontext_t *context, int *first)
{
    uintptr_t pc = program_counter(context), sp = stack_pointer(context);
    int n = backtrace(crash.frame, FRAMES);
    for (*first = 0; *first < n; ++*first)
        if ((uintptr_t)crash.frame[*first] == pc)
            break;
    if (*first + 1 < n || (*first < n && pc))
        return n;
    *first = 0;
    if (!pc && sp) {
        crash.frame[0] = NULL;
        crash.frame[1] = *(void **)sp;
        return 2;
    }
    return n;
}

static void tell_stack(const ucontext_t *context)
{
    int first, n = read_stack(context, &first), status = -1;
    crash.argv[0] = "leat";
    crash.argv[1] = SYMBOLS_COMMAND;
    crash.argv[2] = crash.function;
    for (int i = first; i < n; i++)
        crash.argv[3 + i - first] = hex(crash.address[i], (uintptr_t)crash.frame[i]);
    crash.argv[3 + n - first] = NULL;
    pid_t child = _Fork();
    if (child == 0) {
        execve("/proc/self/exe", (char *const *)crash.argv, environ);
        _exit(END_BROKEN);
    }
    while (child > 0 && waitpid(child, &status, 0) < 0)
        ;
    if (status != 0)
        tell_addresses(3);
}

static void on_signal(int number, siginfo_t *info, void *context)
{
    static volatile sig_atomic_t part;
    if (crash.dying) {
        if (crash.thread == gettid())
            siglongjmp(crash.next, 1);
        for (;;)
            pause();                /* the other thread tells, then ends us both */
    }
    crash.thread = gettid();
    crash.dying = 1;
    terminal_stop();
    sigsetjmp(crash.next, 1);
    while (part < 4) {
        switch (part++) {
        case 0: tell_headline(number, info, context); break;
        case 1: read_inputs(); break;
        case 2: tell_inputs(); break;
        default: tell_stack(context); break;
        }
    }
    _exit(END_FAILED);
}

/* A node ended more than itself: nothing was delivered, so nothing may look well. */
static void tell_end(const char *what)
{
    char *place = NULL;
    if (!crash.watching || !read_task(&place))
        return;
    terminal_stop();
    put("leat: error: ");
    put(crash.function);
    put(what);
    put(place ? place : "");
    put("\n");
    _exit(END_FAILED);
}

static void on_exit_(void) { tell_end(" called exit"); }

void crash_thread_ended(void *unused)
{
    (void)unused;
    tell_end(" ended its thread");
}

static void set_handlers(void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action = { .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER };
    sigemptyset(&action.sa_mask);
    action.sa_sigaction = handler;
    if (!handler)
        action = (struct sigaction){ .sa_handler = SIG_DFL };
    for (size_t i = 0; i < FATAL; i++)
        sigaction(fatal[i].number, &action, NULL);
}

void crash_watch(bool watched)
{
    stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
    crash.watching = 1;
    atexit(on_exit_);
    if (watched)
        return;
    backtrace(crash.frame, 1);      /* loads the unwinder now, not in the handler */
    sigaltstack(&alternative, NULL);
    set_handlers(on_signal);
}

void crash_rest(void) { crash.watching = 0; }
