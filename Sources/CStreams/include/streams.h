#ifndef MARGINALIA_STREAMS_H
#define MARGINALIA_STREAMS_H

/// Makes standard output line buffered, so that a trap loses no finished line.
/// Swift 6 does not let `stdout` be named.
void marginalia_flush_lines_of_output(void);

#endif
