/* error: see base/error.h. */
#include "base/error.h"
#include "base/escape.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void fill(leat_error *err, int code, int number, const char *format, va_list args)
{
    err->code = code;
    err->system_errno = number;
    vsnprintf(err->message, sizeof err->message, format, args);
    leat__escape_in_place(err->message, sizeof err->message);
}

int leat__fail(leat_error *err, int code, const char *format, ...)
{
    if (err) {
        va_list args;
        va_start(args, format);
        fill(err, code, 0, format, args);
        va_end(args);
    }
    return code;
}

/* glibc has a strerror_r of its own, which may answer a text of its own. */
static const char *text_of(int number, char *text, size_t size)
{
#ifdef __GLIBC__
    return strerror_r(number, text, size);
#else
    return strerror_r(number, text, size) ? "unknown error" : text;
#endif
}

int leat__fail_errno(leat_error *err, const char *format, ...)
{
    int number = errno;
    if (err) {
        char text[128];
        va_list args;
        va_start(args, format);
        fill(err, LEAT_ESYSTEM, number, format, args);
        va_end(args);
        size_t n = strlen(err->message);
        snprintf(err->message + n, sizeof err->message - n, ": %s",
                 text_of(number, text, sizeof text));
    }
    return LEAT_ESYSTEM;
}

int leat__fail_memory(leat_error *err)
{
    return leat__fail(err, LEAT_ENOMEM, "out of memory");
}

int leat__wrap(leat_error *err, int code, const char *format, ...)
{
    if (!err)
        return code;
    leat_error inner = *err;
    va_list args;
    va_start(args, format);
    fill(err, inner.code, inner.system_errno, format, args);
    va_end(args);
    size_t n = strlen(err->message);
    snprintf(err->message + n, sizeof err->message - n, ": %s", inner.message);
    return inner.code;
}

const char *leat__error_text(int code)
{
    switch (code) {
#define X(name, number, text) case name: return text;
        LEAT_ERRORS(X)
#undef X
    }
    return "no such code";
}
