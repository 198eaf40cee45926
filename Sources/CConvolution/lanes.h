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
