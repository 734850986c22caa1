/* records_fortran: which functions of Fortran can be called as C. */
#pragma once
#include "module/records_walk.h"

/* Why not; NULL: it is bind(C), and every parameter is passed by value. `die` is
 * the definition with its code, `name` what Fortran calls it. */
const char *leat__fortran_refusal(struct leat__walk *w, Dwarf_Die *die, const char *name, const char *symbol);
