/* records_die: see records_die.h. libdw asks a DIE's abbreviation anew for each
 * attribute; one pass that keeps what is known by name is a third of the time. */
#include "module/records_die.h"

/* By DWARF's number: which + 1. */
#define SLOT(which, number) [number] = LEAT__AT_##which + 1,
static const uint8_t slots[256] = { LEAT__ATTRIBUTES(SLOT) };
#undef SLOT

static unsigned slot(unsigned number)
{
    if (number < 256)
        return slots[number];
#define SLOT(which, code) if (number == code) return LEAT__AT_##which + 1;
    LEAT__VENDOR_ATTRIBUTES(SLOT)
#undef SLOT
    return 0;
}

static int keep(Dwarf_Attribute *attribute, void *user)
{
    struct leat__die *d = user;
    unsigned at = slot(dwarf_whatattr(attribute));
    if (at) {
        d->at[at - 1] = *attribute;
        d->has |= 1u << (at - 1);
    }
    return DWARF_CB_OK;
}

void leat__die_read(struct leat__die *out, Dwarf_Die *die)
{
    out->die = *die;
    out->has = 0;
    dwarf_getattrs(die, keep, out, 0);
}

const char *leat__die_text(struct leat__die *d, enum leat__attribute which)
{
    return leat__die_has(d, which) ? dwarf_formstring(&d->at[which]) : NULL;
}

bool leat__die_flag(struct leat__die *d, enum leat__attribute which)
{
    bool set = false;
    return leat__die_has(d, which) && dwarf_formflag(&d->at[which], &set) == 0 && set;
}

uint64_t leat__die_number(struct leat__die *d, enum leat__attribute which, uint64_t otherwise)
{
    Dwarf_Word n;
    return leat__die_has(d, which) && dwarf_formudata(&d->at[which], &n) == 0 ? n : otherwise;
}

bool leat__die_refers(struct leat__die *d, enum leat__attribute which, Dwarf_Die *out)
{
    return leat__die_has(d, which) && dwarf_formref_die(&d->at[which], out);
}

int leat__die_tag(Dwarf_Die *die)
{
    int tag = dwarf_tag(die);
    return tag == DW_TAG_invalid ? 0 : tag;
}
