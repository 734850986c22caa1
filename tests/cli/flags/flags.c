/* flags.c: a step by flags. */
#ifndef STEP
#define STEP 1
#endif
int stepped(int n) { return n + STEP; }
