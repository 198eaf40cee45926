#ifndef LANES_H
#define LANES_H

// What the kernels of this target share: vectors of eight numbers, and functions that are compiled several times on x86-64: for
// every processor, for AVX2 with fused multiply-add (FMA), and some for AVX-512.

#include "vector_width.h"

typedef float lanes __attribute__((vector_size(32)));
typedef float loose_lanes __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define AT(pointer) (*(const loose_lanes *)(pointer))
#define PUT(pointer) (*(loose_lanes *)(pointer))

// Runs TILE(count) for tiles of `most` and smaller ones, which add up to `rest`; the last two share what is left: the sums of a
// small tile are too few to keep the processor's units busy. `most` is a constant, at most 12.
#define TILES(most, rest)                                                                                               \
  while ((rest) >= (most) * 3 / 2 || (rest) == (most)) { TILE(most); }                                                  \
  if ((rest) > (most)) { TILE((most) * 2 / 3); }                                                                        \
  LAST_TILE(most, rest, 1)                                                                                              \
  else LAST_TILE(most, rest, 2)                                                                                         \
  else LAST_TILE(most, rest, 3)                                                                                         \
  else LAST_TILE(most, rest, 4)                                                                                         \
  else LAST_TILE(most, rest, 5)                                                                                         \
  else LAST_TILE(most, rest, 6)                                                                                         \
  else LAST_TILE(most, rest, 7)                                                                                         \
  else LAST_TILE(most, rest, 8)                                                                                         \
  else LAST_TILE(most, rest, 9)                                                                                         \
  else LAST_TILE(most, rest, 10)                                                                                        \
  else LAST_TILE(most, rest, 11)
#define LAST_TILE(most, rest, count) if ((count) < (most) && (rest) == (count)) { TILE(count); }

INLINE long least(long a, long b) { return a < b ? a : b; }

// Writes the transpose of eight rows of eight elements: rows are `distance` apart, those of the transpose `step`.
INLINE void transpose(const float *from, long distance, float *to, long step) {
  lanes a[8], b[8];
  UNROLL for (int i = 0; i < 8; i++) a[i] = AT(from + i * distance);
  UNROLL for (int i = 0; i < 8; i += 2) {
    b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  UNROLL for (int i = 0; i < 8; i++) {
    int first = i & ~2;
    a[i] = i & 2 ? __builtin_shufflevector(b[first], b[first + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                 : __builtin_shufflevector(b[first], b[first + 2], 0, 1, 8, 9, 4, 5, 12, 13);
  }
  UNROLL for (int i = 0; i < 8; i++) {
    int first = i & ~4;
    lanes row = i & 4 ? __builtin_shufflevector(a[first], a[first + 4], 4, 5, 6, 7, 12, 13, 14, 15)
                      : __builtin_shufflevector(a[first], a[first + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    PUT(to + step * i) = row;
  }
}

// Defines the function `name` and its form without AVX2, `name_portable`, which both run `name_loops`. EXPORT_WIDE defines a form
// for AVX-512 as well, `name_avx512`, which runs `name_wide_loops`, and that for AVX2 as `name_avx2`.
#if defined(__x86_64__)
#define EXPORT(name, parameters, arguments)                                                                             \
  __attribute__((target("avx2,fma"))) static void fast_##name parameters { name##_loops arguments; }                    \
  void name##_portable parameters { name##_loops arguments; }                                                           \
  void name parameters {                                                                                                \
    if (vector_width() >= 8) fast_##name arguments;                                                                     \
    else name##_loops arguments;                                                                                        \
  }
#define EXPORT_WIDE(name, parameters, arguments)                                                                        \
  __attribute__((target("avx2,fma,avx512f,avx512vl,avx512dq"), min_vector_width(512)))                                  \
  void name##_avx512 parameters { name##_wide_loops arguments; }                                                        \
  __attribute__((target("avx2,fma"))) void name##_avx2 parameters { name##_loops arguments; }                           \
  void name##_portable parameters { name##_loops arguments; }                                                           \
  void name parameters {                                                                                                \
    int width = vector_width();                                                                                         \
    if (width == 16) name##_avx512 arguments;                                                                           \
    else if (width == 8) name##_avx2 arguments;                                                                         \
    else name##_loops arguments;                                                                                        \
  }
#else
#define EXPORT(name, parameters, arguments)                                                                             \
  void name##_portable parameters { name##_loops arguments; }                                                           \
  void name parameters { name##_loops arguments; }
#define EXPORT_WIDE EXPORT
#endif

#endif
