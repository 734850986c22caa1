/* stream: leat run --stream NAME: a stream from its first packet to its last. */
#pragma once
#include "request.h"
#include <leat/leat.h>

/* Standard output is the operators' own; what they hold at the end goes behind. */
int stream_run(struct request *q, leat_builder *b);
