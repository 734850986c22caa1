#include <leat/flow.h>
#include <leat/node.h>
#include <stdio.h>

static void tell(const char *name)
{
    char line[40];
    int n = snprintf(line, sizeof line, "%s\n", name);
    fwrite(line, 1, (size_t)n, stderr);
}

int idle(int n) { tell("idle"); return n; }
int plain(int n) { tell("plain"); return n; }
int needed(int n) { tell("needed"); return n; }
int behind(int needed) { tell("behind"); return needed; }
int soon(int n) { tell("soon"); return n; }
int sooner(int n) { tell("sooner"); return n; }
int all(int idle, int plain, int behind, int soon, int sooner) { return idle + plain + behind + soon + sooner; }

LEAT_NODE(idle, priority(-1));
LEAT_NODE(behind, priority(3));
LEAT_NODE(soon, priority(1));
LEAT_NODE(sooner, priority(2));

leat_flow *errand(void)
{
    return leat_unordered("errand", leat_atom("idle"), leat_atom("plain"), leat_atom_with("soon", "priority(-2)"),
                          leat_atom("sooner"));
}
leat_flow *twice(void) { return leat_linear("twice", leat_atom_with("plain", "priority(1), priority(2)")); }
leat_flow *half(void) { return leat_linear("half", leat_atom_with("plain", "retry(2), priority(0.5)")); }
