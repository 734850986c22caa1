/* child: posix_spawn with a pipe; nothing passes through a shell. */
#include "child.h"
#include "text.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static char *read_all(int fd)
{
    char *text = NULL;
    size_t room = 0;
    FILE *f = fdopen(fd, "re");
    ssize_t n = f ? getdelim(&text, &room, EOF, f) : -1;
    if (f)
        fclose(f);
    else
        close(fd);
    return n >= 0 ? text_adopt(text) : (free(text), text_copy("", 0));
}

static int spawn(char *const argv[], int out, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    int code = posix_spawn_file_actions_init(&actions);
    if (code)
        return code;
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, out, 1);
    code = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

char *child_output(char *const argv[])
{
    int pipe_[2], status = 0;
    pid_t pid;
    if (pipe2(pipe_, O_CLOEXEC) < 0)
        return NULL;
    int code = spawn(argv, pipe_[1], &pid);
    close(pipe_[1]);
    if (code) {
        close(pipe_[0]);
        return NULL;
    }
    char *text = read_all(pipe_[0]);
    pid_t ended;
    while ((ended = waitpid(pid, &status, 0)) < 0 && errno == EINTR)
        ;
    return ended == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? text : NULL;
}
