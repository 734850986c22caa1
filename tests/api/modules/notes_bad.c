/* Notes that are wrong; the tests name the lines. */
#include <leat/node.h>
int f(int alpha, int beta) { return alpha + beta; }
LEAT_NODE(f, tekes(alpha));
LEAT_NODE(g, nullable);
LEAT_NODE(h, calls(read_mode));
LEAT_NODE(i, calls(f), bind(alhpa = 1));
LEAT_NODE(j, calls(f), bind(alpha = "one"));
LEAT_NODE(k, calls(f), after(fff));
LEAT_NODE(l, calls(f), calls(f));
LEAT_NODE(m, calls(f), retry(3, delay = 200ms));
LEAT_NODE(n, calls(f) bind(beta = 2));
LEAT_NODE(o, calls(f), takes(gamma));
LEAT_NODE(p, calls(f), nullable(x));
LEAT_NODE(q, calls());
LEAT_NODE(s, calls(f), bind(alpha = (1, 2)));
LEAT_TYPE(struct s, fre(f));
LEAT_GRAPH(us, nodes(f));
LEAT_NODE(f, cache(never));
struct s { int *p; };
struct s *made(int alpha) { (void)alpha; return 0; }
int read_made(const struct s *made) { return *made->p; }
int f__check(int f) { return f; }
int f__region__us__check(int alpha) { return alpha; }
LEAT_NODE(made, nullable);
LEAT_NODE(r, calls(f), bind(alpha = 1, beta = 2)); LEAT_NODE(r, bind(beta = 3));
struct each_item { int *data; unsigned long len; };
struct each_item items(int alpha) { (void)alpha; return (struct each_item){ 0, 0 }; }
LEAT_NODE(f, version(5))
;
