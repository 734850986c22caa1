int a(int b) { return b; }
int b(int c) { return c; }
int c(int a, int d) { return a + d; }
int self(int self) { return self; }
