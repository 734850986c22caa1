/* Nodes, a flow and a stream that wait until their test lets them go on: a byte in a
 * file that is a pipe. */
#include <fcntl.h>
#include <leat/flow.h>
#include <leat/node.h>
#include <leat/stream.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static int wait_for(const char *pipe)
{
    char c = 0;
    int fd = open(pipe, O_RDONLY);
    if (fd < 0 || read(fd, &c, 1) != 1)
        leat_fail("cannot read %s", pipe);
    close(fd);
    return c;
}

int quick(int x)
{
    printf("quick has run\n");
    return x + 1;
}

int a_node_whose_name_is_much_longer_than_any_terminal_would_ever_care_for(int quick, const char *pipe)
{
    return quick + wait_for(pipe);
}

int wordy(int a_node_whose_name_is_much_longer_than_any_terminal_would_ever_care_for, const char *other)
{
    for (int i = 0; i < 40; i++)
        printf("line %d of what wordy prints\n", i);
    return wait_for(other);
}

int crashing(int quick, const char *pipe)
{
    wait_for(pipe);
    raise(SIGSEGV);
    return quick;
}

/* --- a flow --- */

int hotel(int x) { return x; }
int hotel__revert(void) { return 0; }
int pay(int hotel, const char *pipe)
{
    if (wait_for(pipe) == 'x')
        leat_fail("no money");
    return hotel;
}

leat_flow *trip(void)
{
    return leat_linear("trip", leat_atom("hotel"), leat_retry(3, leat_atom("pay")));
}

/* --- a stream --- */

struct cursor { int64_t next; };

int numbers(struct cursor *cursor, int64_t *out)
{
    *out = cursor->next++;
    return cursor->next <= 100;
}

void keep(int64_t number, const char *pipe)
{
    if (number == 50)
        wait_for(pipe);
}

leat_stream *line(void)
{
    return leat_pipeline(leat_source("numbers"), leat_queue(8, leat_sink("keep")));
}
