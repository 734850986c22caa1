#include <leat/flow.h>
#include <leat/node.h>
int hotel(int nights) { return nights * 100; }
void hotel__revert(int hotel) { (void)hotel; }
int pay(int hotel, int budget) { return hotel <= budget ? hotel : (leat_fail("%d of %d", hotel, budget), 0); }
leat_flow *forgot(void) { return leat_linear("forgot", leat_atom("pay")); }
