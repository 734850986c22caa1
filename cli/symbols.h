/* symbols: addresses of a dying process, told by a healthy one.
 *
 *     leat --symbols FUNCTION 0x7f.. 0x7f..
 *
 * is started by the crash handler; it reads the memory map of its parent and
 * asks leat-records. Plumbing: no user types it. */
#pragma once
#define SYMBOLS_COMMAND "--symbols"
int symbols_main(int argc, char **argv);
