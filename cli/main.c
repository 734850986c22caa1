/* main: the commands in one table; help, version and who is called. */
#include "cli.h"
#include "interrupt.h"
#include "options.h"
#include "say.h"
#include "symbols.h"
#include <leat/leat.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int command_version(const struct options *o)
{
    if (o->words.n) {
        say(SAY_ERROR, "version takes no argument");
        return END_USAGE;
    }
    printf("leat %s\n", leat_version());
    return END_OK;
}

static const struct command {
    const char *name;
    unsigned bit;                           /* 0: not yet                     */
    int (*start)(const struct options *o);
    const char *usage, *help;
} commands[] = {
    { "run", FOR_RUN, command_run, "MODULE... [NODE...] [NAME=VALUE...]",
      "run nodes, print their values" },
    { "plan", FOR_PLAN, command_plan, "MODULE... [NODE...] [NAME=VALUE...]",
      "what run would do, in order" },
    { "check", FOR_CHECK, command_check, "MODULE...", "tell all that is wrong" },
    { "nodes", FOR_NODES, command_nodes, "MODULE...", "list nodes, and what is none" },
    { "graph", FOR_GRAPH, command_graph, "MODULE... [NODE...]", "draw the graph" },
    { "resume", FOR_RESUME, command_resume, "[RUN]", "go on with a durable run" },
    { "doctor", FOR_DOCTOR, command_doctor, "", "what is found on this machine" },
    { "version", FOR_VERSION, command_version, "", "the version" },
    { "test" }, { "debug" }, { "build" }, { "diff" }, { "runs" }, { "show" }, { "get" }, { "logs" },
    { "why" }, { "ui" }, { "revert" }, { "stop" }, { "cache" }, { "new" },
    { "completion" }, { "pack" }, { "worker" }, { "export" },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static int help(void)
{
    puts("Write plain C functions. Leat wires them by parameter name and runs them.\n\n"
         "  leat run weather.c anomaly days=@seattle.csv normal=11.5\n");
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].bit)
            printf("  leat %-8s%-36s%s\n", commands[i].name, commands[i].usage, commands[i].help);
    puts("\n"
         "MODULE is a source (.c, .cpp), a shared object (.so) or anything with a slash.\n"
         "NODE is a function of it; without one, all that nothing reads are run.\n"
         "VALUE is a number, true or false, text, JSON, or @FILE (.csv .json .jsonl).\n\n"
         "leat COMMAND --help lists its options; leat(1) is the whole story.");
    return END_OK;
}

static int help_of(const struct command *c)
{
    printf("usage: leat %s [OPTION...]%s%s\n%s\n\n", c->name, *c->usage ? " " : "", c->usage,
           c->help);
    options_help(c->bit);
    return END_OK;
}

static const struct command *command_named(const char *name)
{
    for (size_t i = 0; i < COMMANDS; i++)
        if (!strcmp(commands[i].name, name))
            return &commands[i];
    return NULL;
}

static int no_command(const char *word)
{
    struct nearest near = nearest_to(word);
    for (size_t i = 0; i < COMMANDS; i++)
        if (commands[i].bit)
            nearest_offer(&near, commands[i].name);
    if (near.best)
        say(SAY_ERROR, "no command %s, did you mean %s?", text_shown(word), near.best);
    else
        say(SAY_ERROR, "no command %s: leat --help lists them", text_shown(word));
    return END_USAGE;
}

static int start(const struct command *c, int argc, char *const *argv)
{
    struct options o;
    int end = options_read(&o, c->bit, argc, argv, 2);
    if (end)
        return end;
    if (option_is_set(&o, OPTION_HELP))
        return help_of(c);
    const char *folder = option_value(&o, OPTION_DIRECTORY);
    if (folder && chdir(folder) < 0) {
        say(SAY_ERROR, "no such folder %s: %m", text_shown(folder));
        return END_REFUSED;
    }
    if (option_is_set(&o, OPTION_QUIET))
        say_quietly();
    return c->start(&o);
}

/* A descriptor that is closed would be taken by the next file that is opened. */
static void open_standard_streams(void)
{
    int fd;
    do
        fd = open("/dev/null", O_RDWR);
    while (fd >= 0 && fd <= 2);
    close(fd);
}

int main(int argc, char **argv)
{
    open_standard_streams();
    signal(SIGPIPE, SIG_DFL);       /* a closed pipe ends quietly, whatever the parent ignored */
    const char *word = argc > 1 ? argv[1] : "--help";
    if (!strcmp(word, SYMBOLS_COMMAND))
        return symbols_main(argc, argv);
    if (!strcmp(word, "--help") || !strcmp(word, "-h") || (!strcmp(word, "help") && argc < 3))
        return help(), say_flushed(stdout) ? END_OK : END_BROKEN;
    if (!strcmp(word, "--version"))
        word = "version";
    bool helps = !strcmp(word, "help");
    const struct command *c = command_named(helps ? argv[2] : word);
    if (!c)
        return no_command(helps ? argv[2] : word);
    if (!c->bit) {
        say(SAY_ERROR, "not yet: leat %s", c->name);
        return END_USAGE;
    }
    int end = helps ? help_of(c) : start(c, argc, argv);
    end = !say_flushed(stdout) && !end ? END_BROKEN : end;
    interrupt_raise();
    return end;
}
