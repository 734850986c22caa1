/* leat: -DFACTOR=3 */
int made(int x) { return x * FACTOR; }
