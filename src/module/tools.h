/* tools: the compiler, pkg-config, leat-records and Leat's own headers: where
 * they are, and which ones they are. */
#pragma once
#include "module/digest.h"
#include <leat/error.h>

/* A program by name in $PATH, or by path; yours. LEAT_ENOTFOUND, LEAT_ENOMEM. */
int leat__tool_find(const char *name, char **out_path);
/* leat-records, the same. */
int leat__tool_records(char **out_path);
/* As leat__tool_find; LEAT_EBUILD with what to install. */
int leat__tool_compiler(const char *cc, char **out_path, leat_error *err);
/* Which program it is: its path and the file behind it. */
void leat__tool_identify(struct leat__hasher *h, const char *path);
/* Variables of the environment that change what compilers and pkg-config do. */
void leat__tool_environment(struct leat__hasher *h);
/* The CPU, for -march=native. */
void leat__tool_cpu(struct leat__hasher *h);
/* The folder that holds leat/node.h: of the build tree, or beside the
 * installed library; yours. LEAT_ENOTFOUND, LEAT_ENOMEM. */
int leat__tool_include(char **out_path);
