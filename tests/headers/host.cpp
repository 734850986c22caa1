// A host program in C++: overloads instead of _Generic, exceptions of nodes
// become failures, everything through the public headers.
#include <leat/leat.h>
#include <cassert>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <string>

static double scaled(double x, int by)
{
    if (by < 0)
        throw std::runtime_error("by is negative");
    if (by == 0)
        throw 7;
    return x * by;
}
LEAT_FUNCTION(double, scaled, (double, x), (int, by));
static const char *named(const char *name) { return name; }
LEAT_FUNCTION(const char *, named, (const char *, name));
static void ends(double scaled) { (void)scaled; }
LEAT_FUNCTION(void, ends, (double, scaled));
LEAT_NODE(tripled, calls(scaled), bind(by = 3));

static std::string run(leat_driver *driver, int by)
{
    leat_error err;
    double value = -1;
    leat_run *r = leat_run_new(driver);
    leat_run_input(r, "x", 2.5f);
    leat_run_input(r, "by", by);
    leat_run_output(r, "scaled", &value);
    int code = leat_run_execute(r, &err);
    leat_run_free(r);
    return code < 0 ? err.message : std::to_string(value);
}

static void overloads(leat_driver *driver)
{
    leat_error err;
    const char *name = nullptr;
    double value = 0;
    char text[] = "me";
    leat_run *r = leat_run_new(driver);
    assert(leat_run_input(r, "name", text) == 0);
    assert(leat_run_input(r, "x", 4u) == 0);
    assert(leat_run_ask(r, "named", LEAT_INTO(const char *, &name)) == 0);
    assert(leat_run_output(r, "tripled", &value) == 0);
    assert(leat_run_execute(r, &err) == 0);
    assert(!std::strcmp(name, "me") && value == 12);
    leat_run_free(r);

    struct { double tripled; const char *named; } both = {};
    r = leat_run_new(driver);
    assert(leat_run_input(r, "name", text) == 0 && leat_run_input(r, "x", 1) == 0);
    assert(leat_run_output_struct(r, &both, tripled, named) == 0);
    assert(leat_run_execute(r, &err) == 0);
    assert(!std::strcmp(both.named, "me") && both.tripled == 3);
    leat_run_free(r);
}

int main()
{
    leat_error err;
    leat_driver *driver = nullptr;
    leat_builder *b = leat_builder_new();
    leat_builder_add_self(b);
    if (leat_builder_build(b, &driver, &err) < 0) {
        std::puts(err.message);
        return 1;
    }
    leat_builder_free(b);
    assert(run(driver, 2) == "5.000000");
    assert(run(driver, -1).find("scaled failed: by is negative") == 0);
    assert(run(driver, 0).find("scaled failed: C++ exception") == 0);
    overloads(driver);
    leat_driver_free(driver);
    std::puts("good");
}
