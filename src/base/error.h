/* error: fill the caller's leat_error, add context on the way up. */
#pragma once
#include <leat/error.h>

/* Writes code and text (err may be NULL), control characters escaped. Returns code. */
__attribute__((format(printf, 3, 4)))
int leat__fail(leat_error *err, int code, const char *format, ...);
/* LEAT_ESYSTEM with errno's text behind ": ". */
__attribute__((format(printf, 2, 3)))
int leat__fail_errno(leat_error *err, const char *format, ...);
/* LEAT_ENOMEM. */
int leat__fail_memory(leat_error *err);
/* Puts "text: " before what err says. Returns err's code (`code` if err is NULL). */
__attribute__((format(printf, 3, 4)))
int leat__wrap(leat_error *err, int code, const char *format, ...);
/* The table's sentence for a code. */
const char *leat__error_text(int code);
