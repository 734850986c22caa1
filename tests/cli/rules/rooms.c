#include <leat/build.h>
#include <stdio.h>
#include <stdlib.h>

double warm(double base, double by) { return base + by; }
int rooms(leat_builder *b)
{
    const char *n = leat_builder_config(b, "rooms");
    for (int i = 1; n && i <= atoi(n); i++) {
        char name[32], note[64];
        snprintf(name, sizeof name, "room_%d", i);
        snprintf(note, sizeof note, "calls(warm), bind(by = %d)", i);
        leat_builder_note(b, name, note);
    }
    return 0;
}
