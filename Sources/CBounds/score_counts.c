#include "include/score_counts.h"

#include <string.h>

#define INLINE static inline __attribute__((always_inline))

typedef _Bool flags __attribute__((ext_vector_type(scores_at_once)));

// The number of true elements of a comparison of vectors.
#define COUNT(comparison) __extension__ ({                                                                              \
    flags bits = __builtin_convertvector((comparison), flags);                                                          \
    uint8_t byte;                                                                                                       \
    memcpy(&byte, &bits, 1);                                                                                            \
    __builtin_popcount(byte);                                                                                           \
  })

#define UNROLL _Pragma("clang loop unroll(full)")

// How many of the lowest scores of a list are compared with all scores at once.
enum { lowest_at_once = 4 };

#define NUMBER float
#define INTEGER int32_t
#define NAME(name) name##_floats
#include "score_counts_kernel.h"
#undef NUMBER
#undef INTEGER
#undef NAME
#define NUMBER double
#define INTEGER int64_t
#define NAME(name) name##_doubles
#include "score_counts_kernel.h"

#define KEEP(type) (const type *scores, long count, type limit, type *kept)
#define ABOVE(type) (const type *scores, long count, type limit)
#define COUNT_ALL(type) (scores_##type##s list, type *scores, long count, long *counts)
#define COUNTED(keep, type)                                                                                             \
  if (!are_numbers_##type##s(scores, count)) return 0;                                                                  \
  count_##type##s(keep, list, scores, count, counts);                                                                   \
  return 1;

#if defined(__x86_64__)
#include <immintrin.h>

#define HAS_AVX512 (__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
#define HAS_AVX2 (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"))
#define WIDE __attribute__((target("avx512f,avx512vl,avx512dq,popcnt")))

// By the instruction that packs chosen elements.
WIDE INLINE long wide_keep_float KEEP(float) {
  long found = 0;
  for (long i = 0; i < count; i += 16) {
    __mmask16 inside = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : (__mmask16)-1;
    __m512 some = _mm512_maskz_loadu_ps(inside, scores + i);
    __mmask16 chosen = _mm512_mask_cmp_ps_mask(inside, some, _mm512_set1_ps(limit), _CMP_NLT_UQ);
    int more = __builtin_popcount(chosen);
    _mm512_mask_storeu_ps(kept + found, (__mmask16)((1u << more) - 1), _mm512_maskz_compress_ps(chosen, some));
    found += more;
  }
  return found;
}

WIDE INLINE long wide_keep_double KEEP(double) {
  long found = 0;
  for (long i = 0; i < count; i += 8) {
    __mmask8 inside = count - i < 8 ? (__mmask8)((1u << (count - i)) - 1) : (__mmask8)-1;
    __m512d some = _mm512_maskz_loadu_pd(inside, scores + i);
    __mmask8 chosen = _mm512_mask_cmp_pd_mask(inside, some, _mm512_set1_pd(limit), _CMP_NLT_UQ);
    int more = __builtin_popcount(chosen);
    _mm512_mask_storeu_pd(kept + found, (__mmask8)((1u << more) - 1), _mm512_maskz_compress_pd(chosen, some));
    found += more;
  }
  return found;
}

#define DEFINE(type)                                                                                                    \
  WIDE static long widest_keep_##type KEEP(type) { return wide_keep_##type(scores, count, limit, kept); }               \
  WIDE static int widest_count_##type COUNT_ALL(type) { COUNTED(wide_keep_##type, type) }                               \
  __attribute__((target("avx2,popcnt"))) static int fast_count_##type COUNT_ALL(type) { COUNTED(keep_##type##s, type) } \
  WIDE static long widest_above_##type ABOVE(type) { return above_##type##s(scores, count, limit); }                    \
  __attribute__((target("avx2"))) static long fast_above_##type ABOVE(type) {                                           \
    return above_##type##s(scores, count, limit);                                                                       \
  }                                                                                                                     \
  long scores_above_##type##s ABOVE(type) {                                                                             \
    if (HAS_AVX512) return widest_above_##type(scores, count, limit);                                                   \
    return HAS_AVX2 ? fast_above_##type(scores, count, limit) : above_##type##s(scores, count, limit);                  \
  }                                                                                                                     \
  long scores_keep_##type##s KEEP(type) {                                                                               \
    return HAS_AVX512 ? widest_keep_##type(scores, count, limit, kept) : keep_##type##s(scores, count, limit, kept);    \
  }                                                                                                                     \
  int scores_count_##type##s COUNT_ALL(type) {                                                                          \
    if (HAS_AVX512) return widest_count_##type(list, scores, count, counts);                                            \
    return scores_count_##type##s_avx2(list, scores, count, counts);                                                    \
  }                                                                                                                     \
  int scores_count_##type##s_avx2 COUNT_ALL(type) {                                                                     \
    if (HAS_AVX2) return fast_count_##type(list, scores, count, counts);                                                \
    return scores_count_##type##s_portable(list, scores, count, counts);                                                \
  }
#else
#define DEFINE(type)                                                                                                    \
  long scores_above_##type##s ABOVE(type) { return above_##type##s(scores, count, limit); }                             \
  long scores_keep_##type##s KEEP(type) { return keep_##type##s(scores, count, limit, kept); }                          \
  int scores_count_##type##s COUNT_ALL(type) { COUNTED(keep_##type##s, type) }                                          \
  int scores_count_##type##s_avx2 COUNT_ALL(type) { COUNTED(keep_##type##s, type) }
#endif

DEFINE(float)
DEFINE(double)

long scores_above_floats_portable ABOVE(float) { return above_floats(scores, count, limit); }
long scores_above_doubles_portable ABOVE(double) { return above_doubles(scores, count, limit); }
long scores_keep_floats_portable KEEP(float) { return keep_floats(scores, count, limit, kept); }
long scores_keep_doubles_portable KEEP(double) { return keep_doubles(scores, count, limit, kept); }
int scores_count_floats_portable COUNT_ALL(float) { COUNTED(keep_floats, float) }
int scores_count_doubles_portable COUNT_ALL(double) { COUNTED(keep_doubles, double) }
