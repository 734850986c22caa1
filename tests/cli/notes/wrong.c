/* Notes of parameters that are wrong. */
#include <leat/node.h>
int open_door(const char *key, int count) { return *key + count; }
LEAT_NODE(open_door, secret(kee), reads(count));
LEAT_NODE(other, calls(open_door), reads(file), secret());
LEAT_NODE(third, calls(open_door), secret(key = count));
