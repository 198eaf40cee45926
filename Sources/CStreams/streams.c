#include "streams.h"
#include <stdio.h>

void marginalia_flush_lines_of_output(void) { setvbuf(stdout, NULL, _IOLBF, 0); }
