/* call_nodes: what bench-inner-call calls. */
#pragma once
struct pair { double x, y; };
