#include "arena.h"
#include <cmark.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <threads.h>

typedef struct chunk {
  struct chunk *before;
  size_t size, used;
  _Alignas(16) char bytes[];
} chunk;

// Enough for a chapter of ten kilobytes; a thread keeps one such chunk.
enum { chunk_size = 256 << 10, header = 16 };

static once_flag once = ONCE_FLAG_INIT;
static tss_t kept;
static _Thread_local chunk *top;
static _Thread_local int depth;

static void make_key(void) { tss_create(&kept, free); }

static void fail(const char *what) {
  fprintf(stderr, "marginalia: %s\n", what);
  abort();
}

static chunk *new_chunk(size_t size) {
  if (size > SIZE_MAX - sizeof(chunk)) fail("a chapter asks for more memory than there can be");
  chunk *new = malloc(sizeof(chunk) + size);
  // cmark has no way to be told, and aborts by itself as well.
  if (new == NULL) fail("out of memory while reading a chapter");
  new->before = top;
  new->size = size;
  new->used = 0;
  return top = new;
}

static void *take(size_t size) {
  if (size > SIZE_MAX - 2 * header) fail("a chapter asks for more memory than there can be");
  size_t whole = header + ((size + 15) & ~(size_t)15);
  chunk *here = top;
  if (here == NULL || here->size - here->used < whole) here = new_chunk(whole > chunk_size ? whole : chunk_size);
  char *start = here->bytes + here->used;
  here->used += whole;
  *(size_t *)start = size;
  return start + header;
}

static void *arena_calloc(size_t count, size_t size) {
  if (size != 0 && count > SIZE_MAX / size) fail("a chapter asks for more memory than there can be");
  return memset(take(count * size), 0, count * size);
}

static void *arena_realloc(void *old, size_t size) {
  if (old == NULL) return take(size);
  size_t before = *(size_t *)((char *)old - header);
  if (size <= before) return old;
  // What was taken last grows where it is, if there is room: most texts are built so.
  size_t whole = (before + 15) & ~(size_t)15, wanted = (size + 15) & ~(size_t)15;
  if (wanted >= size && (char *)old + whole == top->bytes + top->used && wanted - whole <= top->size - top->used) {
    top->used += wanted - whole;
    *(size_t *)((char *)old - header) = size;
    return old;
  }
  return memcpy(take(size), old, before);
}

static void arena_free(void *pointer) { (void)pointer; }

static cmark_mem memory = {arena_calloc, arena_realloc, arena_free};

void *arena_begin(void) {
  // A table's cells are read while the chapter around them is.
  if (depth++ > 0) return &memory;
  call_once(&once, make_key);
  top = tss_get(kept);
  if (top == NULL) tss_set(kept, new_chunk(chunk_size));
  return &memory;
}

void arena_end(void) {
  if (--depth > 0) return;
  chunk *first = tss_get(kept);
  while (top != NULL && top != first) {
    chunk *before = top->before;
    free(top);
    top = before;
  }
  if (first != NULL) first->used = 0;
}
