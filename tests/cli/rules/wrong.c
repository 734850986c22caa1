/* What is refused. */

int many(int n, ...) { return n; }
struct unknown;
_Complex double turned(double x) { return x; }
int read(double x) { return x; }
float narrow(double x) { return (float)x; }
int fits(double narrow) { return (int)narrow; }
int egg(int hen) { return hen; }
int hen(int egg) { return egg; }
struct s { int a; };
struct s *s(void) { static struct s one; return &one; }
void s_free(struct s *s) { (void)s; }
int writer(struct s *s) { return s->a = 1; }
int author(struct s *s) { return s->a = 2; }
int lacks(int s__b) { return s__b; }
struct lost { void *p; };
struct lost *lost(void) { return 0; }
int finds(const struct lost *lost) { return lost != 0; }
