/* records_cxx: free functions of C++ that have no C name. None can be a node; each
 * is listed once, with the reason, unless a function of C has its name. */
#pragma once
#include "module/records_walk.h"

static inline bool leat__cxx_is_mangled(const char *name) { return name[0] == '_' && name[1] == 'Z'; }

/* A declaration at the level of files and namespaces: its definition, which may
 * stand anywhere, is no member of a class. */
void leat__cxx_declare(struct leat__walk *w, const char *mangled);
bool leat__cxx_is_declared(const struct leat__walk *w, const char *mangled);
/* The name without arguments of templates; NULL: an operator, a helper (`_..`). */
const char *leat__cxx_plain(struct leat__walk *w, const char *name);
/* Why it is refused; NULL: no memory. */
const char *leat__cxx_refusal(struct leat__walk *w, const char *mangled, const char *name);
/* When all were found: of several with one name one stays, none beside one of C. */
void leat__cxx_settle(struct leat__walk *w);
