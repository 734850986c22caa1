// C++: nodes are declared extern "C"; the others are listed as refused.
#include <stdexcept>
#include <string>

extern "C" double half(double x) {
    if (x < 0)
        throw std::domain_error("no half of " + std::to_string(int(x)));
    return x / 2;
}
double overloaded(double x) { return x; }
double overloaded(int x) { return x; }
template <class T> T twice(T x) { return x + x; }
template int twice<int>(int);
extern "C" double through(double &half) { return half; }
