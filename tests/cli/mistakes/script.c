int café(int x) { return x; }
