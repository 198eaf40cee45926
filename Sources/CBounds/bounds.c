#include "bounds.h"

#include <float.h>
#include <math.h>
#include <string.h>

// A group is four numbers of a row, a chunk is eight groups. Rows are padded with zeros to whole chunks.
enum { chunk_length = 32, groups_of_chunk = 8 };
enum { at_once = bounds_probes_at_once, block_length = bounds_block_length };

typedef struct { float step[at_once], error[at_once], norm[at_once], limit[at_once]; } probe_terms;
typedef struct { float step[16], error[16], reach[16], half_square[16]; } block_terms;

typedef float lanes __attribute__((vector_size(32)));
typedef int8_t bytes __attribute__((vector_size(8)));
typedef float loose_lanes __attribute__((vector_size(32), aligned(4)));
#define INLINE static inline __attribute__((always_inline))

INLINE long chunk_count(long length) { return (length + chunk_length - 1) / chunk_length; }

// The largest number. With AVX2, 16 bits hold the sum of a chunk's products in a lane, 8 * 2 * 45 * 45; with AVX-512's VNNI, 32
// bits hold that of a row.
INLINE int greatest(bounds_kernel kernel) { return kernel == bounds_vnni ? 127 : 45; }

// A pack of four probes: their terms, then for each chunk the correction of the rows' offset, [probe], and the chunk's
// groups, [group][probe][4]. A correction is a number of 32 bits for VNNI, two of 16 bits for AVX2.
enum { probe_chunk = 4 * at_once * (1 + groups_of_chunk) };
INLINE long pack_size(long length) { return sizeof(probe_terms) + chunk_count(length) * probe_chunk; }

// A block of 16 rows: its terms, then its groups, [group][row][4], with the largest number added to make them unsigned.
INLINE long block_size(long length) { return sizeof(block_terms) + chunk_count(length) * chunk_length * block_length; }

// Loads eight numbers of a row from a place on; zeros beyond its end.
INLINE void take(lanes *v, const float *row, long start, long length) {
  *v = (lanes){0};
  if (start + 8 <= length) *v = *(const loose_lanes *)(row + start);
  else if (start < length) memcpy(v, row + start, sizeof(float) * (length - start));
}

INLINE float sum(const lanes *v) {
  return (*v)[0] + (*v)[1] + (*v)[2] + (*v)[3] + (*v)[4] + (*v)[5] + (*v)[6] + (*v)[7];
}

// A row's scale, norm and rounding error. A row whose squared norm is outside 1e-20...1e20 is not trusted: its squares may
// overflow or underflow.
typedef struct { float scale, step, error, norm, square; int is_trusted; } measures;

INLINE measures measure(const float *row, long length, float slack, int greatest) {
  lanes v, peaks = {0}, squares = {0}, losses = {0};
  for (long k = 0; k < length; k += 8) {
    take(&v, row, k, length);
    peaks = __builtin_elementwise_max(peaks, __builtin_elementwise_abs(v));
    squares += v * v;
  }
  float peak = 0;
  for (int i = 0; i < 8; i++) peak = peaks[i] > peak ? peaks[i] : peak;
  measures m = {.square = sum(&squares)};
  m.is_trusted = m.square > 1e-20f && m.square < 1e20f;
  m.scale = m.is_trusted ? greatest / peak : 0;
  for (long k = 0; k < length; k += 8) {
    take(&v, row, k, length);
    v *= m.scale;
    v -= __builtin_elementwise_rint(v);
    losses += v * v;
  }
  m.step = peak / greatest;
  m.norm = sqrtf(m.square) * (1 + slack);
  m.error = m.step * sqrtf(sum(&losses)) * (1 + slack) + slack * m.norm;
  return m;
}

// Rounds a chunk of a row to integers.
INLINE void whole(const float *row, long start, long length, float scale, int8_t *numbers) {
  for (long k = 0; k < chunk_length; k += 8) {
    lanes v;
    take(&v, row, start + k, length);
    bytes rounded = __builtin_convertvector(__builtin_elementwise_rint(v * scale), bytes);
    memcpy(numbers + k, &rounded, 8);
  }
}

INLINE void pack_probes(bounds_kernel kernel, const float *rows, const float *limits, long count, long length, float slack,
                        void *pack) {
  probe_terms *terms = pack;
  int16_t *starts = (int16_t *)(terms + 1);
  memset(pack, 0, pack_size(length));
  for (int i = 0; i < at_once; i++) {
    const float *row = rows + i * length;
    terms->limit[i] = INFINITY;
    if (i >= count) continue;
    measures m = measure(row, length, slack, greatest(kernel));
    terms->limit[i] = -FLT_MAX;
    if (!m.is_trusted) continue;
    terms->step[i] = m.step;
    terms->error[i] = m.error;
    terms->norm[i] = m.norm;
    terms->limit[i] = limits[i] / 2;
    for (long k = 0; k < length; k += chunk_length) {
      int16_t *start = starts + k / chunk_length * probe_chunk / 2 + 2 * i;
      int8_t part[chunk_length];
      whole(row, k, length, m.scale, part);
      int corrections[2] = {0, 0};
      for (int j = 0; j < chunk_length; j++) corrections[j / 2 % 2] -= greatest(kernel) * part[j];
      int sum = corrections[0] + corrections[1];
      if (kernel == bounds_vnni) memcpy(start, &sum, 4);
      else for (int j = 0; j < 2; j++) start[j] = (int16_t)corrections[j];
      for (int j = 0; j < groups_of_chunk; j++) memcpy(start + (j + 1) * 2 * at_once, part + 4 * j, 4);
    }
  }
}

INLINE void pack_block(bounds_kernel kernel, const float *rows, long count, long length, float slack, void *block) {
  block_terms *terms = block;
  uint8_t *numbers = (uint8_t *)(terms + 1);
  memset(block, 0, block_size(length));
  for (int i = 0; i < block_length; i++) {
    terms->half_square[i] = INFINITY;
    if (i >= count) continue;
    const float *row = rows + i * length;
    measures m = measure(row, length, slack, greatest(kernel));
    terms->half_square[i] = -FLT_MAX;
    if (!m.is_trusted) continue;
    terms->step[i] = m.step;
    terms->error[i] = m.error;
    terms->reach[i] = m.norm + m.error;
    terms->half_square[i] = m.square / 2 * (1 - slack);
    for (long k = 0; k < length; k += chunk_length) {
      int8_t part[chunk_length];
      whole(row, k, length, m.scale, part);
      for (int j = 0; j < chunk_length; j++) part[j] = (int8_t)(part[j] + greatest(kernel));
      for (int j = 0; j < groups_of_chunk; j++)
        memcpy(numbers + (k / 4 + j) * 4 * block_length + 4 * i, part + 4 * j, 4);
    }
  }
}

#if defined(__x86_64__)
#include <immintrin.h>
#define FAST __attribute__((target("avx2,fma")))
#define VNNI __attribute__((target("avx2,fma,avx512f,avx512bw,avx512vl,avx512vnni")))

// The integer inner products of four probes with the 16 rows of a block, [probe][row].
FAST INLINE void products(const char *probes, const char *block, long chunks, __m256i sums[at_once][2]) {
  const __m256i *rows = (const __m256i *)(block + sizeof(block_terms));
  const int *numbers = (const int *)(probes + sizeof(probe_terms));
  for (int p = 0; p < at_once; p++) sums[p][0] = sums[p][1] = _mm256_setzero_si256();
  for (long chunk = 0; chunk < chunks; chunk++) {
    __m256i parts[at_once][2];
    for (int p = 0; p < at_once; p++) parts[p][0] = parts[p][1] = _mm256_set1_epi32(numbers[p]);
    for (int group = 0; group < groups_of_chunk; group++) {
      __m256i low = _mm256_load_si256(rows++), high = _mm256_load_si256(rows++);
      numbers += at_once;
#pragma clang loop unroll(full)
      for (int p = 0; p < at_once; p++) {
        __m256i four = _mm256_set1_epi32(numbers[p]);
        parts[p][0] = _mm256_add_epi16(parts[p][0], _mm256_maddubs_epi16(low, four));
        parts[p][1] = _mm256_add_epi16(parts[p][1], _mm256_maddubs_epi16(high, four));
      }
    }
    numbers += at_once;
    for (int p = 0; p < at_once; p++) for (int half = 0; half < 2; half++)
      sums[p][half] = _mm256_add_epi32(sums[p][half], _mm256_madd_epi16(parts[p][half], _mm256_set1_epi16(1)));
  }
}

// The same with VNNI, for `count` successive blocks: the sums of one block alone would wait for each other.
VNNI INLINE void vnni_products(int count, const char *probes, const char *blocks, long size, long chunks,
                               __m256i sums[][at_once][2]) {
  const int *numbers = (const int *)(probes + sizeof(probe_terms));
  const char *rows = blocks + sizeof(block_terms);
  __m512i totals[2][at_once];
  for (int b = 0; b < count; b++) for (int p = 0; p < at_once; p++) totals[b][p] = _mm512_setzero_si512();
  for (long chunk = 0; chunk < chunks; chunk++) {
#pragma clang loop unroll(full)
    for (int p = 0; p < at_once; p++)
      for (int b = 0; b < count; b++) totals[b][p] = _mm512_add_epi32(totals[b][p], _mm512_set1_epi32(numbers[p]));
#pragma clang loop unroll(full)
    for (int group = 0; group < groups_of_chunk; group++, rows += 4 * block_length) {
      numbers += at_once;
#pragma clang loop unroll(full)
      for (int p = 0; p < at_once; p++) for (int b = 0; b < count; b++)
        totals[b][p] = _mm512_dpbusd_epi32(totals[b][p], _mm512_loadu_si512(rows + b * size), _mm512_set1_epi32(numbers[p]));
    }
    numbers += at_once;
  }
  for (int b = 0; b < count; b++) for (int p = 0; p < at_once; p++) {
    sums[b][p][0] = _mm512_castsi512_si256(totals[b][p]);
    sums[b][p][1] = _mm512_extracti64x4_epi64(totals[b][p], 1);
  }
}

// Returns which of 16 rows may reach the limit of probe i: bit j for row j. A NaN bound is never proven below the limit.
FAST INLINE unsigned reaching(const probe_terms *p, int i, const block_terms *d, const __m256i sums[2]) {
  unsigned mask = 0;
  for (int half = 0; half < 2; half++) {
    __m256 bound = _mm256_mul_ps(_mm256_cvtepi32_ps(sums[half]), _mm256_set1_ps(p->step[i]));
    bound = _mm256_fmsub_ps(bound, _mm256_load_ps(d->step + 8 * half), _mm256_load_ps(d->half_square + 8 * half));
    bound = _mm256_fmadd_ps(_mm256_set1_ps(p->norm[i]), _mm256_load_ps(d->error + 8 * half), bound);
    bound = _mm256_fmadd_ps(_mm256_set1_ps(p->error[i]), _mm256_load_ps(d->reach + 8 * half), bound);
    __m256 below = _mm256_cmp_ps(bound, _mm256_set1_ps(p->limit[i]), _CMP_LT_OQ);
    mask |= (~(unsigned)_mm256_movemask_ps(below) & 255) << 8 * half;
  }
  return mask;
}

// Writes the pairs of four probes, from `probe` on, and 16 rows, from `other` on; returns their number.
FAST INLINE long report(const char *four, long probe, const char *block, long other, __m256i sums[at_once][2],
                        bounds_pair *pairs) {
  long found = 0;
  for (int p = 0; p < at_once; p++) {
    unsigned mask = reaching((const probe_terms *)four, p, (const block_terms *)block, sums[p]);
    for (; mask; mask &= mask - 1)
      pairs[found++] = (bounds_pair){(int32_t)(probe + p), (int32_t)(other + __builtin_ctz(mask))};
  }
  return found;
}

typedef struct { const char *probes; long pack_count; const char *blocks; long block_count, length, capacity; } question;

// Compares the probes with `count` blocks from one on; returns the new number of pairs, or -1.
#define COMPARE(count, compute)                                                                                         \
  for (long pack = 0; pack < q.pack_count; pack++) {                                                                    \
    const char *four = q.probes + pack * pack_size(q.length);                                                           \
    __m256i sums[count][at_once][2];                                                                                    \
    compute;                                                                                                            \
    if (found + (count) * at_once * block_length > q.capacity) return -1;                                               \
    for (int b = 0; b < (count); b++)                                                                                   \
      found += report(four, pack * at_once, blocks + b * size, (block + b) * block_length, sums[b], pairs + found);     \
  }

FAST static long avx2_find(question q, bounds_pair *pairs) {
  long found = 0, size = block_size(q.length), chunks = chunk_count(q.length);
  for (long block = 0; block < q.block_count; block++) {
    const char *blocks = q.blocks + block * size;
    COMPARE(1, products(four, blocks, chunks, sums[0]))
  }
  return found;
}

VNNI static long vnni_find(question q, bounds_pair *pairs) {
  long found = 0, size = block_size(q.length), chunks = chunk_count(q.length), block = 0;
  for (; block + 2 <= q.block_count; block += 2) {
    const char *blocks = q.blocks + block * size;
    COMPARE(2, vnni_products(2, four, blocks, size, chunks, sums))
  }
  for (; block < q.block_count; block++) {
    const char *blocks = q.blocks + block * size;
    COMPARE(1, vnni_products(1, four, blocks, size, chunks, sums))
  }
  return found;
}

FAST static void fast_pack_block(bounds_kernel kernel, const float *rows, long count, long length, float slack,
                                 void *block) {
  if (kernel == bounds_vnni) pack_block(bounds_vnni, rows, count, length, slack, block);
  else pack_block(bounds_avx2, rows, count, length, slack, block);
}

int bounds_has(bounds_kernel kernel) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 0;
  return kernel == bounds_avx2
         || (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
             && __builtin_cpu_supports("avx512vnni"));
}

void bounds_pack_block(bounds_kernel kernel, const float *rows, long count, long length, float slack, void *block) {
  fast_pack_block(kernel, rows, count, length, slack, block);
}

long bounds_find(bounds_kernel kernel, const void *probes, long pack_count, const void *blocks, long block_count,
                 long length, bounds_pair *pairs, long capacity) {
  question q = {probes, pack_count, blocks, block_count, length, capacity};
  return kernel == bounds_vnni ? vnni_find(q, pairs) : avx2_find(q, pairs);
}
#else
int bounds_has(bounds_kernel kernel) { return 0; }

void bounds_pack_block(bounds_kernel kernel, const float *rows, long count, long length, float slack, void *block) {
  pack_block(kernel, rows, count, length, slack, block);
}

long bounds_find(bounds_kernel kernel, const void *probes, long pack_count, const void *blocks, long block_count,
                 long length, bounds_pair *pairs, long capacity) {
  return -1;
}
#endif

long bounds_pack_size(long length) { return pack_size(length); }
long bounds_block_size(long length) { return block_size(length); }

void bounds_pack_probes(bounds_kernel kernel, const float *rows, const float *limits, long count, long length,
                        float slack, void *pack) {
  pack_probes(kernel, rows, limits, count, length, slack, pack);
}
