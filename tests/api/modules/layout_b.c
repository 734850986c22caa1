struct shape { int w; double h; };
int area(const struct shape *shape) { return shape->w; }
