/* cli.h: what the files of the command share: how it ends, and its commands. */
#pragma once

struct options;

/* leat(1), EXIT STATUS. */
enum ending {
    END_OK = 0,
    END_FAILED = 1,         /* a node failed, a signal in a node too          */
    END_USAGE = 2,
    END_REFUSED = 3,        /* module, graph or input                         */
    END_REVERTED = 4,       /* a flow failed, and was reverted                */
    END_LEFT = 5,           /* ... and a revert failed, or nobody knows whether an atom was done: a person is needed */
    END_NO_RUN = 6,
    END_STOPPED = 7,        /* a durable run was stopped, and can be resumed  */
    END_BUSY = 75,          /* another process has the store                  */
    END_DEADLINE = 124,     /* --deadline                                     */
    END_BROKEN = 125        /* Leat itself, or the system under it            */
};

/* The whole of `run`, of a command line that is checked here. */
int run_options(const struct options *o);

/* One per file; each returns how the command ends. */
int command_run(const struct options *o);
int command_plan(const struct options *o);
int command_check(const struct options *o);
int command_nodes(const struct options *o);
int command_graph(const struct options *o);
int command_resume(const struct options *o);
int command_doctor(const struct options *o);
