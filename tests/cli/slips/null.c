/* A node that gives NULL, and does not say why. */
const char *none(int bids) { return bids ? 0 : "none"; }
