int scale(void); __attribute__((visibility("hidden"))) int scale(void) { return 10; }
