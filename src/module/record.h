/* record: the description of a module's functions, types and notes, as bytes.
 *
 * Little-endian; written by leat-records from debug info, by pack into modules,
 * by registration, and read by everyone else. Layout:
 *
 *     header      struct leat__record_header, 8-aligned
 *     tables      types, members (of structs, and enumerators), functions,
 *                 parameters, notes: fixed rows, at the header's offsets
 *     pool        NUL-terminated UTF-8 strings; offset 0 is ""
 *
 * Rows name strings by pool offset and other rows by index. A reader checks
 * every offset and index once, at opening; after that the record is trusted to
 * be well formed, not to be true. At most 64 MiB and 10^6 functions, names of
 * at most 255 bytes. */
#pragma once
#include "base/arena.h"
#include "base/text.h"
#include "graph/function.h"
#include <leat/error.h>
#include <stddef.h>
#include <stdint.h>

#define LEAT__RECORD_MAGIC "leat\r\n\032\n"
enum { LEAT__RECORD_VERSION = 2, LEAT__RECORD_MOST = 64 << 20, LEAT__RECORD_FUNCTIONS = 1000000 };

enum {
    LEAT__RECORD_CXX    = 1,            /* code of it may throw C++ exceptions */
    LEAT__RECORD_LIBCXX = 2             /* ..of LLVM's runtime, not GNU's      */
};
struct leat__record_table { uint32_t at, count; };  /* at: bytes from the record's start */

struct leat__record_header {
    char magic[8];
    uint32_t version, size;             /* size: of the whole record          */
    uint8_t build_id[32];
    uint32_t build_id_size;             /* 0: the module has none             */
    uint32_t nodes_size;                /* section leat_nodes: bytes...       */
    uint64_t nodes_address;             /* ...and address in the image; 0: none */
    uint32_t flags, pad;                /* LEAT__RECORD_..                    */
    struct leat__record_table types, members, functions, params, notes, pool;
};

struct leat__record_type {
    uint8_t kind, flags;                /* as leat__type                      */
    uint16_t align;
    uint32_t size, name;
    uint32_t of;                        /* type index, LEAT__NONE             */
    uint32_t first, count;              /* members; or array length in count  */
    uint32_t typedefed;
    uint32_t alias;                     /* 0: none                            */
    uint64_t hash;                      /* leat__type_hash, recomputed by nobody but tests */
};
struct leat__record_member {            /* or enumerator: value in place of offset, bits, bit */
    uint32_t name, type;
    union {
        int64_t value;
        struct { uint32_t offset; uint16_t bits, bit; };    /* a bit-field lies in the bytes
                                           offset .. offset + (bit + bits + 7) / 8 */
    };
};
struct leat__record_function {
    uint32_t name, file, doc, refused;  /* refused 0: it can be a node        */
    int32_t line;
    uint32_t result;                    /* type index, LEAT__NONE: void       */
    uint32_t first, count;              /* parameters                         */
    uint32_t variable;                  /* 1: an exported const variable      */
    uint32_t signature;                 /* functions of one signature share it: 0..;
                                           LEAT__NONE: refused, a variable, or its call is
                                           its own (LEAT_FUNCTION). The writer numbers all
                                           that are not LEAT__NONE                */
};
struct leat__record_param { uint32_t name, type; };
struct leat__record_note { uint32_t kind, file, text; int32_t line; };

/* A record read into descriptors. */
struct leat__record {
    struct leat__record_header header;  /* copied                             */
    struct leat__type *types;
    struct leat__function *functions;   /* in order of the source: file, line */
    uint32_t *signatures;               /* by function, as the rows have it; NULL: registered */
    struct leat__note *notes;           /* level 0                            */
    uint32_t type_count, function_count, signature_count, note_count;
    struct leat__arena arena;
    void *bytes;                        /* the record itself; names point into it */
};

/* Takes malloc'ed bytes (frees them in fini, on failure at once) and checks
 * them: what is trusted afterwards stands in record_check.c. `where` names the
 * source in errors. LEAT_EBUILD: not a record, cut, or with a bad offset; the
 * error names table and row. */
int leat__record_read(struct leat__record *r, void *bytes, size_t size, const char *where,
                      leat_error *err);
void leat__record_fini(struct leat__record *r);

/* The inverse: rows are added, strings pooled (equal ones once), then written.
 * Indices are returned; a type that names itself is added first, filled later.
 * Failure (no memory, a limit) sticks and is told by finish. */
struct leat__record_writer;
struct leat__record_writer *leat__record_writer_new(void);
void leat__record_writer_free(struct leat__record_writer *w);
/* Build id and nodes are the caller's to fill. */
struct leat__record_header *leat__record_writer_header(struct leat__record_writer *w);
uint32_t leat__record_string(struct leat__record_writer *w, const char *s);
uint32_t leat__record_add_type(struct leat__record_writer *w, const struct leat__record_type *row);
/* A row that was added, to be filled later; until the next type is added. */
struct leat__record_type *leat__record_type_row(struct leat__record_writer *w, uint32_t index);
uint32_t leat__record_add_member(struct leat__record_writer *w,
                                 const struct leat__record_member *row);
uint32_t leat__record_add_function(struct leat__record_writer *w,
                                   const struct leat__record_function *row);
uint32_t leat__record_add_param(struct leat__record_writer *w,
                                const struct leat__record_param *row);
void leat__record_add_note(struct leat__record_writer *w, const struct leat__record_note *row);
/* Hashes types, numbers signatures, writes. *out_bytes is malloc'ed. */
int leat__record_writer_finish(struct leat__record_writer *w, void **out_bytes, size_t *out_size,
                               leat_error *err);

/* One line a row, for people and tests (`leat-records --text`). */
void leat__record_print(struct leat__text *out, const struct leat__record *r);
