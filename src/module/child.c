/* child: see child.h. The end of a child is seen through a descriptor of it: a
 * host that reaps every child by itself only costs us the exit status, and a
 * number that is used again is never taken for ours. */
#include "module/child.h"
#include "base/error.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { KEPT = 1 << 20 };

static bool dropped(const char *entry)
{
    static const char *const names[] = { "TMPDIR=", "DEPENDENCIES_OUTPUT=", "SUNPRO_DEPENDENCIES=" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strncmp(entry, names[i], strlen(names[i])))
            return true;
    return false;
}

/* The environment with another TMPDIR, and without what would make a compiler
 * write dependencies where somebody else wants them. */
static char **child_environment(char *tmpdir)
{
    size_t n = 0, k = 0;
    while (environ && environ[n])
        n++;
    char **env = calloc(n + 2, sizeof *env);
    for (size_t i = 0; env && i < n; i++)
        if (!dropped(environ[i]))
            env[k++] = environ[i];
    if (env)
        env[k] = tmpdir;
    return env;
}

static int set_actions(posix_spawn_file_actions_t *actions, int out, int err)
{
    int bad = posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
    if (!bad)
        bad = posix_spawn_file_actions_adddup2(actions, out, 1);
    return bad ? bad : posix_spawn_file_actions_adddup2(actions, err, 2);
}

/* A thread of the library blocks signals; its children should not. */
static int set_signals(posix_spawnattr_t *attr)
{
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    int bad = posix_spawnattr_setsigmask(attr, &none);
    if (!bad)
        bad = posix_spawnattr_setsigdefault(attr, &all);
    return bad ? bad : posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
}

static int spawn_with(struct leat__child *c, const struct leat__spawn *s, int out, int err, char **env)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    int bad = posix_spawn_file_actions_init(&actions);
    if (bad)
        return bad;
    bad = posix_spawnattr_init(&attr);
    if (!bad) {
        bad = set_actions(&actions, out, err);
        if (!bad)
            bad = set_signals(&attr);
        if (!bad)
            bad = posix_spawn(&c->pid, s->program, &actions, &attr, (char *const *)s->argv, env);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return bad;
}

static void limit(pid_t pid, int what, size_t most)
{
    struct rlimit l = { most, most };
    if (most)
        prlimit(pid, what, &l, NULL);
}

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

/* Its number is ours until somebody has reaped it; that may be the host, and at once. */
static void hold(struct leat__child *c)
{
    siginfo_t info;
    c->fd = (int)syscall(SYS_pidfd_open, c->pid, 0);
    if (c->fd < 0 ? errno != ESRCH : !waitid(P_PIDFD, (id_t)c->fd, &info, WEXITED | WNOHANG | WNOWAIT))
        return;
    close_at(&c->fd);
    c->reaped = true;
}

static int start(struct leat__child *c, const struct leat__spawn *s, int out[2], int errs[2],
                 leat_error *err)
{
    char *tmpdir = NULL;
    if (s->tmpdir && asprintf(&tmpdir, "TMPDIR=%s", s->tmpdir) < 0)
        return leat__fail_memory(err);
    char **env = child_environment(tmpdir);
    int bad = env ? spawn_with(c, s, out[1], s->together ? out[1] : errs[1], env) : ENOMEM;
    free(env);
    free(tmpdir);
    if (!bad)
        return 0;
    c->pid = 0;
    errno = bad;
    return bad == ENOMEM ? leat__fail_memory(err) : leat__fail_errno(err, "cannot run %s", s->program);
}

int leat__spawn_start(struct leat__child *c, const struct leat__spawn *s, leat_error *err)
{
    int out[2] = { -1, -1 }, errs[2] = { -1, -1 }, code;
    *c = (struct leat__child){ .fd = -1, .out = -1, .err = -1, .most = s->most, .status = -1 };
    if (pipe2(out, O_CLOEXEC) < 0 || (!s->together && pipe2(errs, O_CLOEXEC) < 0))
        code = leat__fail_errno(err, "cannot run %s", s->program);
    else
        code = start(c, s, out, errs, err);
    close_at(&out[1]);
    close_at(&errs[1]);
    if (code) {
        close_at(&out[0]);
        close_at(&errs[0]);
        return code;
    }
    c->out = out[0];
    c->err = errs[0];
    hold(c);
    if (c->reaped)
        return 0;
#if !defined __SANITIZE_ADDRESS__ && !defined __SANITIZE_THREAD__   /* their shadows are larger than any limit */
    limit(c->pid, RLIMIT_AS, s->memory);
#endif
    limit(c->pid, RLIMIT_FSIZE, s->file);
    limit(c->pid, RLIMIT_CPU, s->cpu_s);
    return 0;
}

/* Reads what is there, how much; at the end closes. Text beyond the most is
 * dropped, so the child never waits for us. */
static size_t take(int *fd, struct leat__text *text, size_t most)
{
    char buf[65536];
    ssize_t n = read(*fd, buf, sizeof buf);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return 0;
    if (n <= 0) {
        close_at(fd);
        return 0;
    }
    size_t room = most > text->len ? most - text->len : 0;
    leat__text_addn(text, buf, (size_t)n < room ? (size_t)n : room);
    return (size_t)n;
}

/* Once the child has ended, all it said is in the pipe; what comes later is of
 * somebody it left behind. */
static void take_rest(int *fd, struct leat__text *text, size_t most)
{
    int held = 0;
    if (*fd >= 0 && ioctl(*fd, FIONREAD, &held) < 0)
        held = 0;
    for (size_t left = (size_t)held; *fd >= 0 && left;) {
        size_t n = take(fd, text, most);
        left -= n < left ? n : left;
    }
}

static void end(const struct leat__child *c)
{
    if (c->fd >= 0)
        syscall(SYS_pidfd_send_signal, c->fd, SIGKILL, NULL, 0);
    else if (!c->reaped)
        kill(c->pid, SIGKILL);
}

/* Until both are closed or the child has ended. */
static void read_both(struct leat__child *c)
{
    size_t most = c->most ? c->most + 1 : KEPT;
    bool ended = false;
    while ((c->out >= 0 || c->err >= 0) && !ended && !c->cut) {
        struct pollfd p[] = { { c->out, POLLIN, 0 }, { c->err, POLLIN, 0 }, { c->fd, POLLIN, 0 } };
        if (poll(p, 3, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (p[0].revents)
            take(&c->out, &c->output, most);
        if (p[1].revents)
            take(&c->err, &c->errors, KEPT);
        ended = p[2].revents;
        c->cut = c->most && c->output.len > c->most;
    }
    if (ended) {
        take_rest(&c->out, &c->output, most);
        take_rest(&c->err, &c->errors, KEPT);
        c->cut |= c->most && c->output.len > c->most;
    } else if (c->cut) {        /* its own children end when nobody reads */
        end(c);
    }
    close_at(&c->out);
    close_at(&c->err);
}

static void reap(struct leat__child *c)
{
    siginfo_t info = { 0 };
    int bad = -1;
    while (!c->reaped && (bad = c->fd >= 0 ? waitid(P_PIDFD, (id_t)c->fd, &info, WEXITED)
                                           : waitid(P_PID, (id_t)c->pid, &info, WEXITED)) < 0 && errno == EINTR)
        continue;
    c->status = !bad && info.si_code == CLD_EXITED ? info.si_status : -1;
    c->signal = !bad && info.si_code != CLD_EXITED ? info.si_status : 0;
    close_at(&c->fd);
    c->pid = 0;
}

int leat__spawn_wait(struct leat__child *c, leat_error *err)
{
    if (!c->pid)
        return 0;
    read_both(c);
    reap(c);
    if (c->output.failed || c->errors.failed)
        return leat__fail_memory(err);
    return 0;
}

bool leat__child_succeeded(const struct leat__child *c, const char *product)
{
    if (c->status < 0 && !c->signal)
        return product && access(product, R_OK) == 0;
    return c->status == 0;
}

void leat__child_fini(struct leat__child *c)
{
    leat__text_fini(&c->output);
    leat__text_fini(&c->errors);
}

int leat__spawn_run(struct leat__child *c, const struct leat__spawn *s, leat_error *err)
{
    int code = leat__spawn_start(c, s, err);
    return code ? code : leat__spawn_wait(c, err);
}
