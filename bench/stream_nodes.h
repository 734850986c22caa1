/* stream_nodes: what bench-inner-stream and its operators share. */
#pragma once
#include <stdint.h>

struct ends { uint64_t sum, last_ns, count; };  /* what the sink saw, and when the last packet */
