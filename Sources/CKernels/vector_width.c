#include "vector_width.h"

#include <stdatomic.h>
#include <time.h>

#include "convolution.h"

#if defined(__x86_64__)

int widest_vectors(void) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  int has_avx512 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq");
  return has_avx512 ? 16 : 8;
}

typedef void (*forward)(const float *, const float *, float *, convolution_shape, int);

// The least of several times, in nanoseconds, that a convolution of data in the first cache takes. The first calls raise the
// processor's clock, or lower it.
static long time_of(forward kernel) {
  enum { places = 48, length = 64, units = 32, calls = 40 };
  float source[places + length] = {0}, weights[length * units] = {0}, target[places * units];
  int32_t starts[places], targets[places], run = 0;
  for (int place = 0; place < places; place++) starts[place] = place, targets[place] = place * units;
  convolution_shape shape = {starts, targets, places, &run, 1, length, units};
  long least = -1;
  for (int call = 0; call < calls; call++) {
    struct timespec before, after;
    clock_gettime(CLOCK_MONOTONIC, &before);
    kernel(source, weights, target, shape, 0);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long time = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
    if (least < 0 || time < least) least = time;
  }
  return least;
}

static int measured_width(void) {
  if (widest_vectors() < 16) return widest_vectors();
  // A gain of less than a tenth is noise, or lost elsewhere: other code runs at a lower clock beside AVX-512.
  return 10 * time_of(convolution_forward_avx512) < 9 * time_of(convolution_forward_avx2) ? 16 : 8;
}

#else

int widest_vectors(void) { return 8; }
static int measured_width(void) { return 8; }

#endif

// 0 before the first measurement. Threads that measure at the same time may differ; the bits do not depend on it.
static _Atomic int width;

int vector_width(void) {
  int known = atomic_load_explicit(&width, memory_order_relaxed);
  if (known) return known;
  int found = measured_width(), none = 0;
  atomic_compare_exchange_strong(&width, &none, found);
  return none ? none : found;
}

void set_vector_width(int numbers) {
  int most = numbers < widest_vectors() ? numbers : widest_vectors();
  atomic_store(&width, most < 8 ? 1 : most < 16 ? 8 : 16);
}
