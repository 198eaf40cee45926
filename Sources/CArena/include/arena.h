#ifndef MARGINALIA_ARENA_H
#define MARGINALIA_ARENA_H

/// Begins to give memory to cmark on this thread, and returns the `cmark_mem` to hand to
/// `cmark_parser_new_with_mem`. What cmark frees stays until `arena_end`: a document and its parser live and die
/// together, and giving back each node by itself takes longer than reading it. Calls may be nested.
void *arena_begin(void);

/// Ends the last `arena_begin` of this thread. The end of the outermost takes back all memory given since; nothing of
/// cmark may be used afterwards.
void arena_end(void);

#endif
