/* A note in a header that two sources include. */
#pragma once
#include <leat/node.h>
double shared_of(double p, double q);
LEAT_NODE(shared_mean, calls(shared_of), bind(q = 5));
