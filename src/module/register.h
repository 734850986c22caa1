/* register: functions that bring their own typed call. */
#pragma once
#include "module/module.h"

/* The call and fn of an entry of LEAT_FUNCTION. */
leat__trampoline *leat__entry_call(const leat_entry *entry, void **out_fn);
