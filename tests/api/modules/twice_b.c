struct shape { int w; double h; };

int same(int x) { return x + 1; }
int area(const struct shape *shape) { return shape->w; }
