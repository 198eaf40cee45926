#ifndef MARGINALIA_ARENA_H
#define MARGINALIA_ARENA_H

/// Begins to give memory to cmark on this thread, and returns the `cmark_mem` to hand to
/// `cmark_parser_new_with_mem`. What cmark frees stays until `arena_end`: a document and its parser live and die
/// together, and giving back each node by itself takes longer than reading it.
void *arena_begin(void);

/// Takes back all memory given on this thread since `arena_begin`; nothing of cmark may be used afterwards.
void arena_end(void);

#endif
