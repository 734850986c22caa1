/* records_die: one entry of debug info, its attributes picked up in one pass. */
#pragma once
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <stdbool.h>
#include <stdint.h>

/* The attributes looked at, as a table: X(which, DWARF's number). */
#define LEAT__ATTRIBUTES(X)                                                   \
    X(NAME, DW_AT_name) X(LINKAGE, DW_AT_linkage_name) \
    X(TYPE, DW_AT_type) X(EXTERNAL, DW_AT_external) X(DECLARATION, DW_AT_declaration) \
    X(PROTOTYPED, DW_AT_prototyped) X(FILE, DW_AT_decl_file) X(LINE, DW_AT_decl_line) \
    X(ORIGIN, DW_AT_abstract_origin) X(SPECIFICATION, DW_AT_specification) \
    X(SIGNATURE, DW_AT_signature) X(SIZE, DW_AT_byte_size) X(ENCODING, DW_AT_encoding) \
    X(LOCATION, DW_AT_data_member_location) X(BIT_SIZE, DW_AT_bit_size) \
    X(BIT_OFFSET, DW_AT_bit_offset) X(DATA_BIT_OFFSET, DW_AT_data_bit_offset) \
    X(LENGTH, DW_AT_count) X(UPPER, DW_AT_upper_bound) X(ALIGNMENT, DW_AT_alignment) \
    X(VALUE, DW_AT_const_value) X(ARTIFICIAL, DW_AT_artificial) \
    X(CONVENTION, DW_AT_calling_convention) X(VIRTUALITY, DW_AT_virtuality) \
    X(DEFAULTED, DW_AT_defaulted) X(LANGUAGE, DW_AT_language) X(FOLDER, DW_AT_comp_dir) \
    X(LINES, DW_AT_stmt_list)
#define LEAT__VENDOR_ATTRIBUTES(X)                                            \
    X(VECTOR, DW_AT_GNU_vector) X(MIPS_LINKAGE, DW_AT_MIPS_linkage_name)

#define LEAT__ENUMERATE(which, number) LEAT__AT_##which,
enum leat__attribute {
    LEAT__ATTRIBUTES(LEAT__ENUMERATE) LEAT__VENDOR_ATTRIBUTES(LEAT__ENUMERATE) LEAT__AT_COUNT
};
#undef LEAT__ENUMERATE

struct leat__die {
    Dwarf_Die die;
    uint32_t has;                           /* bit by leat__attribute */
    Dwarf_Attribute at[LEAT__AT_COUNT];     /* valid where `has` says so */
};

void leat__die_read(struct leat__die *out, Dwarf_Die *die);
static inline bool leat__die_has(const struct leat__die *d, enum leat__attribute which)
{
    return d->has >> which & 1;
}
/* NULL, false, `otherwise`: it has none, or one of no use. */
const char *leat__die_text(struct leat__die *d, enum leat__attribute which);
bool leat__die_flag(struct leat__die *d, enum leat__attribute which);
uint64_t leat__die_number(struct leat__die *d, enum leat__attribute which, uint64_t otherwise);
bool leat__die_refers(struct leat__die *d, enum leat__attribute which, Dwarf_Die *out);
/* The tag, 0 if there is none. */
int leat__die_tag(Dwarf_Die *die);
