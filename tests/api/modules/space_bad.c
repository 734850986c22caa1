/* Wrong in a namespace; names in problems are full. */
double gives(int x) { return x; }
int reads(float gives) { return (int)gives; }
int ring_a(int ring_b) { return ring_b; }
int ring_b(int ring_a) { return ring_a; }
int many(int x, ...) { return x; }
int shared_as(int shared) { return shared; }
int part(double gives__x) { return (int)gives__x; }
