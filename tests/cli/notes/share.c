/* Notes of sharing that are wrong. */
#include <leat/node.h>
struct store;
struct store *store(int size);
void store_close(struct store *s);
LEAT_TYPE(struct store, shared, free(store_close));
LEAT_TYPE(struct store, turns);
LEAT_TYPE(int, turns);
int one(struct store *store) { return !store; }
LEAT_NODE(one, serial());
LEAT_NODE(two, calls(one), serial);
LEAT_NODE(three, calls(one), serial("db"));
LEAT_NODE(four, calls(one), turns);
LEAT_TYPE(struct store, serial(db));
struct store *store(int size) { return (struct store *)(__UINTPTR_TYPE__)(unsigned)size; }
void store_close(struct store *s) { (void)s; }
