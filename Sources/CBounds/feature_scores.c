#include "include/feature_scores.h"

#include <string.h>

// The loops are compiled three times on x86-64: for AVX-512, for AVX2 and for every processor. Their sums are the same; the number
// of rows at once is what fits into the registers.

#pragma clang fp contract(off)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

#define NUMBER float
#define NAME(name) name##_floats
#include "feature_scores_kernel.h"
#undef NUMBER
#undef NAME
#define NUMBER double
#define NAME(name) name##_doubles
#include "feature_scores_kernel.h"

#define PACK(type) (const type *rows, long count, long length, type *packed)
#define SCORE(type) (features_##type##s rows, features_##type##s others, long length, type *target)

#if defined(__x86_64__)
#define HAS_AVX512 (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
#define DEFINE(type, wide)                                                                                              \
  __attribute__((target("avx2"))) static void fast_pack_##type PACK(type) { pack_##type##s(rows, count, length, packed); } \
  void features_pack_##type##s PACK(type) {                                                                             \
    if (__builtin_cpu_supports("avx2")) fast_pack_##type(rows, count, length, packed);                                  \
    else pack_##type##s(rows, count, length, packed);                                                                   \
  }                                                                                                                     \
  __attribute__((target("avx512f,avx512vl,avx512dq"))) static void widest_##type SCORE(type) {                          \
    scores_##type##s(wide, rows, others, length, target);                                                               \
  }                                                                                                                     \
  __attribute__((target("avx2"))) static void fast_##type SCORE(type) {                                                 \
    scores_##type##s(wide / 4, rows, others, length, target);                                                           \
  }                                                                                                                     \
  void features_score_##type##s_portable SCORE(type) { scores_##type##s(2, rows, others, length, target); }             \
  void features_score_##type##s SCORE(type) {                                                                           \
    if (HAS_AVX512) widest_##type(rows, others, length, target);                                                        \
    else features_score_##type##s_avx2(rows, others, length, target);                                                   \
  }                                                                                                                     \
  void features_score_##type##s_avx2 SCORE(type) {                                                                      \
    if (__builtin_cpu_supports("avx2")) fast_##type(rows, others, length, target);                                      \
    else features_score_##type##s_portable(rows, others, length, target);                                               \
  }
#else
#define DEFINE(type, wide)                                                                                              \
  void features_pack_##type##s PACK(type) { pack_##type##s(rows, count, length, packed); }                              \
  void features_score_##type##s SCORE(type) { scores_##type##s(wide / 4, rows, others, length, target); }               \
  void features_score_##type##s_avx2 SCORE(type) { scores_##type##s(wide / 4, rows, others, length, target); }          \
  void features_score_##type##s_portable SCORE(type) { scores_##type##s(2, rows, others, length, target); }
#endif

DEFINE(float, 16)
DEFINE(double, 8)
