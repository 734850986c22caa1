// A module of C++: what it throws fails its nodes.
#include <stdexcept>
#include <string>
#include <vector>

struct odd { int x; };
struct quiet : std::exception { const char *what() const noexcept override { return nullptr; } };
struct image { double width; std::vector<double> rows; };

extern "C" {
double half(double x)
{
    if (x < 0)
        throw std::runtime_error("x is negative: " + std::to_string(int(x)));
    if (x == 0)
        throw odd { 1 };
    if (x == 1)
        throw quiet();
    return x / 2;
}
double twice(double half) { return half * 2; }
image *made(double x) { return new image { x, std::vector<double>(3, x) }; }
void image_free(image *i)
{
    double width = i->width;
    delete i;
    if (width > 100)
        throw std::length_error("too wide");
}
double width(const image *made) { return made->width + made->rows[2]; }
double after(double width, double half) { return width + half; }
}
