#include <leat/flow.h>
#include <leat/node.h>
#include <signal.h>
#include <string.h>
int drive(const char *who) { return who != NULL; }
const char *keys(int drive, const char *who) { raise(SIGKILL); return who; }
LEAT_NODE(keys, effect(once));
LEAT_NODE(post, effect(once));
void post(const char *keys) { raise(SIGKILL); }
leat_flow *doubts(void) { return leat_linear("doubts", leat_atom("drive"), leat_atom("keys"), leat_atom("post")); }
