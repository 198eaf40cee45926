#include "include/products.h"

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define NUMBER float
#define NAME(name) name##_float
#include "products_kernel.h"
#undef NUMBER
#undef NAME
#define NUMBER double
#define NAME(name) name##_double
#include "products_kernel.h"

#if defined(__x86_64__)
#define DEFINE(name, kernel, type)                                                                                      \
  __attribute__((target("avx512f,avx512vl,avx512dq"))) static void widest_##name PARAMETERS(type) { kernel(4, ARGUMENTS); } \
  __attribute__((target("avx2"))) static void fast_##name PARAMETERS(type) { kernel(2, ARGUMENTS); }                    \
  void name##_portable PARAMETERS(type) { kernel(2, ARGUMENTS); }                                                       \
  void name PARAMETERS(type) {                                                                                          \
    if (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")) widest_##name(ARGUMENTS);             \
    else if (__builtin_cpu_supports("avx2")) fast_##name(ARGUMENTS);                                                    \
    else name##_portable(ARGUMENTS);                                                                                    \
  }                                                                                                                     \
  void name##_avx2 PARAMETERS(type) {                                                                                   \
    if (__builtin_cpu_supports("avx2")) fast_##name(ARGUMENTS);                                                         \
    else name##_portable(ARGUMENTS);                                                                                    \
  }
#else
#define DEFINE(name, kernel, type)                                                                                      \
  void name##_portable PARAMETERS(type) { kernel(2, ARGUMENTS); }                                                       \
  void name##_avx2 PARAMETERS(type) { kernel(2, ARGUMENTS); }                                                           \
  void name PARAMETERS(type) { kernel(2, ARGUMENTS); }
#endif
#define PARAMETERS(type)                                                                                                \
  (const type *rows, long row_count, const type *others, long other_count, long length, type *target)
#define ARGUMENTS rows, row_count, others, other_count, length, target

DEFINE(products_of_floats, products_float, float)
DEFINE(products_of_doubles, products_double, double)
