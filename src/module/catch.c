/* catch: see catch.h. What a call needs of the standard library is declared here:
 * headers would cost more time than all else. A thread that is being ended
 * (pthread_exit, cancellation) unwinds by an exception, too, which goes on. */
#include "module/catch.h"
#include <string.h>

const char leat__catch_text[] =
    "#define _Bool bool\n#define _Static_assert static_assert\n"
    "namespace std {\n"
    "struct exception { virtual ~exception(); virtual const char *what() const noexcept; };\n"
    "class type_info { public: virtual ~type_info(); const char *name; };\n"
    "}\n"
    "extern \"C\" {\n"
    "struct leat_api { unsigned size, abi; int (*fail)(void *, const char *, int, const char *); };\n"
    "__attribute__((visibility(\"default\"))) const leat_api *leat_calls_api;\n"
    "int dprintf(int, const char *, ...);\n"
    "int snprintf(char *, __SIZE_TYPE__, const char *, ...);\n"
    "void free(void *);\n"
    "}\n"
    "namespace __cxxabiv1 {\n"
    "struct __forced_unwind { virtual ~__forced_unwind(); virtual void __pure_dummy() = 0; };\n"
    "extern \"C\" std::type_info *__cxa_current_exception_type();\n"
    "extern \"C\" char *__cxa_demangle(const char *, char *, __SIZE_TYPE__ *, int *);\n"
    "}\n"
    "static void leat_tell(const char *text)\n{\n"
    "    text = text ? text : \"\";\n"
    "    if (!leat_calls_api || !leat_calls_api->fail(nullptr, nullptr, 0, text))\n"
    "        dprintf(2, \"%s\\n\", text);\n}\n"
    "static void leat_tell_type()\n{\n"
    "    char text[256], *nice = nullptr;\n"
    "    std::type_info *type = __cxxabiv1::__cxa_current_exception_type();\n"
    "    const char *name = type ? type->name + (*type->name == '*') : nullptr;\n"
    "    nice = name ? __cxxabiv1::__cxa_demangle(name, nullptr, nullptr, nullptr) : nullptr;\n"
    "    snprintf(text, sizeof text, name ? \"a C++ exception of type %s\" : \"a C++ exception\", nice ? nice : name);\n"
    "    free(nice);\n    leat_tell(text);\n}\n"
    "static void leat_caught()\n{\n"
    "    try { throw; }\n"
    "#ifndef LEAT_LIBCXX\n"      /* LLVM's has no such type */
    "    catch (__cxxabiv1::__forced_unwind &) { throw; }\n"
    "#endif\n"
    "    catch (const std::exception &e) { leat_tell(e.what()); }\n"
    "    catch (...) { leat_tell_type(); }\n}\n";

const char *leat__catch_library(const char *const *flags)
{
    const char *library = "-lstdc++";
    for (; flags && *flags; flags++)
        if (!strncmp(*flags, "-stdlib=", 8))
            library = !strcmp(*flags + 8, "libc++") ? "-lc++" : "-lstdc++";
    return library;
}
