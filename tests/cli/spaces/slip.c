double wrong(double totla) { return totla; }
int many(int n, ...) { return n; }
