/* child: another program, asked for what it prints. */
#pragma once

/* What argv[0] (sought in PATH, no shell) prints on stdout, kept; NULL if it
 * cannot be started or ends badly. Its stdin and stderr are empty. */
char *child_output(char *const argv[]);
