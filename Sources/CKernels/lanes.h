#ifndef LANES_H
#define LANES_H

// What the kernels of this target share: vectors of eight numbers, and functions that are compiled twice on x86-64, for AVX2
// with fused multiply-add (FMA) and for every processor.

typedef float lanes __attribute__((vector_size(32)));
typedef float loose_lanes __attribute__((vector_size(32), aligned(4)));

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define AT(pointer) (*(const loose_lanes *)(pointer))
#define PUT(pointer) (*(loose_lanes *)(pointer))

// Runs TILE(count) for tiles of six at most that add up to `rest`, of which the last two share what is left: the sums of a small
// tile are too few to keep the processor's units busy.
#define TILES(rest)                                                                                                     \
  while ((rest) >= 9 || (rest) == 6) { TILE(6); }                                                                       \
  if ((rest) >= 7) { TILE(4); }                                                                                         \
  if ((rest) == 5) { TILE(5); }                                                                                         \
  else if ((rest) == 4) { TILE(4); }                                                                                    \
  else if ((rest) == 3) { TILE(3); }                                                                                    \
  else if ((rest) == 2) { TILE(2); }                                                                                    \
  else if ((rest) == 1) { TILE(1); }

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

// Defines the function `name` and its form without AVX2, `name_portable`, which both run `name_loops`.
#if defined(__x86_64__)
#define EXPORT(name, parameters, arguments)                                                                             \
  __attribute__((target("avx2,fma"))) static void fast_##name parameters { name##_loops arguments; }                    \
  void name##_portable parameters { name##_loops arguments; }                                                           \
  void name parameters {                                                                                                \
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) fast_##name arguments;                         \
    else name##_loops arguments;                                                                                        \
  }
#else
#define EXPORT(name, parameters, arguments)                                                                             \
  void name##_portable parameters { name##_loops arguments; }                                                           \
  void name parameters { name##_loops arguments; }
#endif

#endif
