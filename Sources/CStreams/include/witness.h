#ifndef MARGINALIA_WITNESS_H
#define MARGINALIA_WITNESS_H

#include <stdint.h>

/// Begins to note where errors are thrown; `left` is called once if one leaves the program, with the return
/// addresses of its throw, innermost first, as offsets in the program's file.
void marginalia_witness_errors(void (*left)(const uintptr_t *offsets, int count));

/// Takes the next path that was refused to this process since it was last asked; `NULL` where there is none.
/// It begins with `r` or `w` for reading or writing, and is to be freed.
char *marginalia_next_refusal(void);

#endif
