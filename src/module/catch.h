/* catch: what generated calls of C++ modules do with exceptions. Each becomes the
 * failure of the running node: its what(), else the name of its type. */
#pragma once
/* C++ that stands before the calls: `leat_caught();` is for the body of a
 * `catch (...)`. The variable leat_calls_api is exported and must be set before
 * the first call: a `const leat_node_api *`. */
extern const char leat__catch_text[];
/* The C++ runtime to link: GNU's, or LLVM's if the flags ask for that. */
const char *leat__catch_library(const char *const *flags);
