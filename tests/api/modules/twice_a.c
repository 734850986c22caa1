struct shape { int w, h; };
int same(int x) { return x; }
struct shape shape(int x) { return (struct shape){ x, x }; }
