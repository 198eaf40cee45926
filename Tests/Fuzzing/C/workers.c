// Fuzzes CWorkers: loops of all sizes, within loops and on several threads at once; every chunk must be done once.
#include "workers.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

enum { most_chunks = 300, caller_count = 3 };

typedef struct {
  long workers, chunks, inner_chunks;
  int done[most_chunks];
} loop;

static void check(loop *l);

static void do_chunk(const void *context, long worker, long chunk) {
  loop *l = (loop *)context;
  if (worker < 0 || worker >= l->workers || chunk < 0 || chunk >= l->chunks) abort();
  l->done[chunk]++;
  if (chunk % 7 || !l->inner_chunks) return;
  loop inner = {.workers = 1 + chunk % 3, .chunks = l->inner_chunks};
  check(&inner);
}

static void check(loop *l) {
  workers_run(l->workers, l->chunks, do_chunk, l);
  for (long i = 0; i < most_chunks; i++) if (l->done[i] != (i < l->chunks)) abort();
}

typedef struct { const uint8_t *bytes; size_t count; } input;

static void *call(void *argument) {
  input *in = argument;
  for (size_t i = 0; i + 3 <= in->count; i += 3) {
    loop l = {
        .workers = 1 + in->bytes[i] % 9, .chunks = in->bytes[i + 1] * most_chunks / 256, .inner_chunks = in->bytes[i + 2] % 20};
    check(&l);
  }
  return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count > 60) return 0;
  pthread_t threads[caller_count];
  input inputs[caller_count];
  for (size_t i = 0; i < caller_count; i++) {
    size_t start = count * i / caller_count, end = count * (i + 1) / caller_count;
    inputs[i] = (input){bytes + start, end - start};
    if (pthread_create(threads + i, NULL, call, inputs + i)) abort();
  }
  for (int i = 0; i < caller_count; i++) pthread_join(threads[i], NULL);
  return 0;
}
