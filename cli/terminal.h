/* terminal: the last lines of the one that is standard error, kept for what is redrawn.
 * Everything else scrolls above them, whoever writes it: nodes, too, that know nothing
 * of this. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* Standard error is a terminal that does as it is told, and says how large it is. */
bool terminal_is_there(void);
/* Columns to write in: those of the terminal, or fewer if COLUMNS says so. After
 * terminal_is_there. */
size_t terminal_columns(void);
/* Shows these lines, which hold no control characters but colours, and are no wider than
 * that; more of them than before, or another size of the terminal, is seen to. One thread. */
void terminal_show(const char *const *line, size_t n);
/* The terminal is as it was. Any thread, signal handlers, any number of times. */
void terminal_give_back(void);
/* ... until terminal_go_on; what is shown meanwhile is not. */
void terminal_stop(void);
void terminal_go_on(void);
