#ifndef MARGINALIA_WITNESS_H
#define MARGINALIA_WITNESS_H

#include <stdint.h>

/// Records from now on where errors are thrown. If one leaves the program, `left` is called once, with the return
/// addresses of its throw, innermost first, as offsets in the program's file.
void marginalia_witness_errors(void (*left)(const uintptr_t *offsets, int count));

/// Returns the next path that the sandbox refused to this process since the last call; `NULL` where there is none. Files of the
/// system, which libraries ask for, do not count.
/// The text begins with `r` or `w` for reading or writing; the caller frees it.
char *marginalia_next_refusal(void);

#endif
