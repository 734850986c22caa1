/* object: the little that has to be known of an object file without libdw: what
 * it is, its build id, the names it defines. Bounded; files are not trusted. */
#pragma once
#include "module/digest.h"
#include <leat/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct leat__build_id { uint32_t size; uint8_t bytes[32]; };    /* size 0: none */

/* A shared object of this machine, at fd; else LEAT_EBUILD with what it is. */
int leat__object_check(int fd, const char *path, leat_error *err);
/* What the dynamic linker will map of an image, not its debug info. LEAT_EBUILD:
 * none, or it is cut; LEAT_ESYSTEM, with errno: it cannot be read. */
int leat__object_digest(int fd, struct leat__digest *out);
/* The build id among notes: `n` bytes of a PT_NOTE segment or SHT_NOTE section. */
bool leat__object_build_id(const void *notes, size_t n, size_t align, struct leat__build_id *out);
/* The build id and section leat_nodes of a linked image in memory; what it has not is 0. */
struct leat__object_facts { struct leat__build_id id; uint64_t nodes_address; uint32_t nodes_size; };
/* LEAT_EBUILD: not an ELF file of this machine's class. */
int leat__object_read_facts(const char *data, size_t len, struct leat__object_facts *out);
/* An ELF file to its end; false: none, or one that was cut. */
bool leat__object_is_whole(const char *data, size_t len);
/* Calls `each` with every strong global function or object that a relocatable
 * file in memory defines, until it answers non-zero, which is returned.
 * LEAT_EBUILD: not an object file. */
int leat__object_definitions(const char *data, size_t len, int (*each)(void *user, const char *name), void *user);
