#ifndef MARGINALIA_STREAMS_H
#define MARGINALIA_STREAMS_H

/// Makes standard output line buffered, so that a process that crashes loses no complete line.
/// It is written in C because Swift 6 does not let `stdout` be named.
void marginalia_make_output_line_buffered(void);

#endif
