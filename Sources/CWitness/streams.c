#include "streams.h"
#include <stdio.h>

void marginalia_make_output_line_buffered(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
