/* variants.c: functions that stand for one name by config, and tags. */
#include <leat/node.h>

/* What the shop charges. */
double price(double cost) { return cost * 2; }
double price__region__us(double cost, double duty) { return cost * 2 + duty; }
double price__region__us__tier__gold(double cost) { return cost * 1.5; }
double price_of_old_towns(double cost, double toll) { return cost * 3 + toll; }
LEAT_NODE(price_of_old_towns, as(price), when(region = "eu-west-1", tier != "gold"));
LEAT_NODE(price, tag(owner = "sales", pii = false));

double shipping__carrier__post(double price) { return price / 10; }
double shipping__carrier__van(double weight) { return weight; }
LEAT_NODE(shipping__carrier__post, tag(owner = "depot"));

double total(double price, double shipping) { return price + shipping; }
double rate__region__us__default(void) { return 0.07; }
const double rate__default = 0.2;
double tax(double price, double rate) { return price * rate; }
int years(int tier) { return tier; }
