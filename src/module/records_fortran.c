/* records_fortran: see records_fortran.h.
 *
 * `real, value :: x` and `real :: x` have one type in debug info; only where x is
 * when the function begins tells them apart: in a register or on the stack, or
 * where a register or the stack points to. */
#include "module/records_fortran.h"
#include <string.h>

/* The frame's own registers hold addresses of arguments that lie on the stack. */
static bool is_frame(unsigned reg)
{
#if defined __x86_64__
    return reg == 6 || reg == 7;
#elif defined __aarch64__
    return reg == 29 || reg == 31;
#else
    return reg > 31;
#endif
}

static bool is_value(const Dwarf_Op *op, size_t n)
{
    if (n && op->atom >= DW_OP_reg0 && op->atom <= DW_OP_reg31)
        return true;            /* alone, or the first of several pieces */
    if (n != 1)
        return false;
    return op->atom == DW_OP_fbreg || op->atom == DW_OP_call_frame_cfa ||
           (op->atom >= DW_OP_breg0 && op->atom <= DW_OP_breg31 && is_frame(op->atom - DW_OP_breg0));
}

/* NULL: by value. */
static const char *look(struct leat__walk *w, Dwarf_Die *param, Dwarf_Addr begin)
{
    Dwarf_Attribute at;
    Dwarf_Op *op;
    size_t n;
    const char *name = dwarf_formstring(dwarf_attr_integrate(param, DW_AT_name, &at)), *text;
    name = name ? name : "";
    if (dwarf_getlocation_addr(dwarf_attr(param, DW_AT_location, &at), begin, &op, &n, 1) != 1)
        text = leat__arena_printf(&w->arena, "its debug info does not tell whether Fortran passes %s by value: "
                                  "compile with -O0", name);
    else if (is_value(op, n))
        return NULL;
    else
        text = leat__arena_printf(&w->arena, "Fortran passes %s by reference: give it the attribute value", name);
    w->failed |= !text;
    return text;
}

static bool is_bound(const char *name, const char *symbol)
{
    size_t n = name ? strlen(name) : 0;
    return !n || strncmp(symbol, name, n) || strcmp(symbol + n, "_");
}

const char *leat__fortran_refusal(struct leat__walk *w, Dwarf_Die *die, const char *name, const char *symbol)
{
    Dwarf_Die child;
    Dwarf_Addr begin = 0;
    const char *why = NULL;
    if (!is_bound(name, symbol))
        return "it is of Fortran: declare it bind(C)";
    dwarf_lowpc(die, &begin);
    if (dwarf_child(die, &child) != 0)
        return NULL;
    do
        if (leat__die_tag(&child) == DW_TAG_formal_parameter)
            why = look(w, &child, begin);
    while (!why && dwarf_siblingof(&child, &child) == 0);
    return why;
}
