/* duration: "5s", "200ms", "1.5h" as nanoseconds. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* A number and one of ns us ms s min h d. false: it is none, negative, or longer
 * than 292 years. Ignores the locale. */
bool leat__duration_parse(const char *text, int64_t *out_ns);
/* "7.2 s", "350 ms", into buf; returns it. */
const char *leat__duration_print(int64_t ns, char *buf, uint32_t size);
