/* trip.c: a flow whose second atom has not so much time as it takes. */
#include <leat/flow.h>
#include <leat/node.h>
#include <stdio.h>

int hotel(int rooms) { return rooms + 1; }
int hotel__revert(int rooms) { printf("hotel is given back\n"); return rooms - rooms; }
int car(int hotel, int stays) { for (volatile int i = 0; stays; i = !i) ; return hotel; }
int car__revert(void) { printf("car is given back\n"); return 0; }
LEAT_NODE(car, timeout(20ms));
leat_flow *trip(void) { return leat_linear("trip", leat_atom("hotel"), leat_atom("car")); }
