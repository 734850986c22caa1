/* One good node beside a bad one. */
int fine(int x) { return x + 1; }
int broken(double fine) { return (int)fine; }
int behind(int broken) { return broken; }
