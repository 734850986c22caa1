/* watch: what the library asks of the process, seen at the linker's --wrap. */
#pragma once
#include <stddef.h>

/* Counts since watch_begin. */
struct watch {
    _Atomic unsigned opened, careless;      /* descriptors; those without CLOEXEC          */
    _Atomic unsigned spawned, inherited;    /* children; more descriptors than before they would inherit */
    _Atomic unsigned loaded, otherwise;     /* dlopen; not RTLD_NOW | RTLD_LOCAL           */
    char asked[1000];               /* names of the environment, " PATH HOME "     */
    /* Called with the library's lock held: a waiter is about to sleep / a module to load. */
    void (*_Atomic at_sleep)(void), (*_Atomic at_load)(void);
    void (*_Atomic at_spawn)(void);         /* a child was started, nobody has looked at it yet */
};
extern struct watch watch;
void watch_begin(void);
