/* options: one table of every option drives parsing, help and the man page
 * (tests/cli compares leat(1) with what help prints from it). */
#pragma once
#include "text.h"

enum option {
    OPTION_MODULE, OPTION_INPUT, OPTION_INPUTS, OPTION_CONFIG, OPTION_OVERRIDE, OPTION_TAG, OPTION_OUTPUT,
    OPTION_SHOW, OPTION_STREAM, OPTION_RAW, OPTION_JSON, OPTION_FORMAT,
    OPTION_DRY, OPTION_KEEP_GOING, OPTION_FLOW, OPTION_DURABLE, OPTION_DONE, OPTION_AGAIN, OPTION_STORE, OPTION_DEADLINE, OPTION_JOBS, OPTION_EXECUTOR,
    OPTION_PRIORITY,
    OPTION_NOTE, OPTION_PROGRESS, OPTION_DEBUG, OPTION_SANITIZE,
    OPTION_CC, OPTION_CFLAGS, OPTION_LDFLAGS, OPTION_DIRECTORY, OPTION_QUIET, OPTION_VERBOSE,
    OPTION_HELP, OPTION_NOT_YET
};

enum {                              /* which commands know an option */
    FOR_RUN = 1, FOR_PLAN = 2, FOR_CHECK = 4, FOR_NODES = 8, FOR_GRAPH = 16,
    FOR_DOCTOR = 32, FOR_VERSION = 64, FOR_RESUME = 128,
    FOR_MODULES = FOR_RUN | FOR_PLAN | FOR_CHECK | FOR_NODES | FOR_GRAPH,
    FOR_ALL = FOR_MODULES | FOR_DOCTOR | FOR_VERSION | FOR_RESUME
};

struct options {
    unsigned command;               /* its FOR_ bit                           */
    struct list words;              /* what is no option, in order            */
    struct list values[OPTION_NOT_YET];     /* "" for an option without value */
    int argc;                       /* the whole command, as it was typed     */
    char *const *argv;
};

/* Reads argv[from..]. Returns 0, or how the command ends after having told why. */
int options_read(struct options *o, unsigned command, int argc, char *const *argv, int from);

bool option_is_set(const struct options *o, enum option id);
/* The last value given, else the environment's twin, else NULL. */
const char *option_value(const struct options *o, enum option id);
/* Prints the options of a command, and on a line those that are not there yet. */
void options_help(unsigned command);
