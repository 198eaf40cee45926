#include "convolution.h"

#include <string.h>

#include "lanes.h"

// Convolution without a copy of the patches (no im2col): sums stay in registers while the elements of a patch are broadcast from
// the source. Each sum is computed in one order for any number of places, so that chunks do not change bits.
//
// The loops are compiled twice on x86-64: for AVX2 with fused multiply-add (FMA), and for every processor, without FMA: there the
// last bits differ. On arm64, which always has FMA, the bits are those of AVX2.

#pragma clang fp contract(fast)

// Computes `count` places, at most 8, by `width` blocks of 8 units, at most 2; of the last block `kept` units are written.
INLINE void place_tile(int count, int width, long kept, const float *source, const float *weights, float *target,
                       convolution_shape shape, long first, int accumulates) {
  long block = shape.run_count * shape.run_length * 8;
  lanes sums[8][2];
  UNROLL for (int p = 0; p < count; p++) UNROLL for (int u = 0; u < width; u++) sums[p][u] = (lanes){0};
  for (long run = 0; run < shape.run_count; run++) {
    const float *from[8];
    UNROLL for (int p = 0; p < count; p++) from[p] = source + shape.places[first + p] + shape.runs[run];
    for (long k = 0; k < shape.run_length; k++, weights += 8) {
      lanes row[2];
      UNROLL for (int u = 0; u < width; u++) row[u] = AT(weights + u * block);
      UNROLL for (int p = 0; p < count; p++) UNROLL for (int u = 0; u < width; u++) sums[p][u] += row[u] * from[p][k];
    }
  }
  UNROLL for (int p = 0; p < count; p++) UNROLL for (int u = 0; u < width; u++) {
    float *to = target + shape.targets[first + p] + 8 * u;
    if (u + 1 < width || kept == 8) {
      PUT(to) = accumulates ? AT(to) + sums[p][u] : sums[p][u];
    } else {
      float part[8];
      memcpy(part, &sums[p][u], sizeof part);
      for (long i = 0; i < kept; i++) to[i] = accumulates ? to[i] + part[i] : part[i];
    }
  }
}

INLINE void place_column(int full, int width, long kept, const float *source, const float *weights, float *target,
                         convolution_shape shape, int accumulates) {
#define TILE(count) place_tile(count, width, kept, source, weights, target, shape, p, accumulates)
  long p = 0;
  for (; p + full <= shape.place_count; p += full) TILE(full);
  if (shape.place_count - p >= 4) { TILE(4); p += 4; }
  if (shape.place_count - p >= 2) { TILE(2); p += 2; }
  if (shape.place_count - p >= 1) TILE(1);
#undef TILE
}

INLINE void convolution_forward_loops(const float *source, const float *weights, float *target,
                                      convolution_shape shape, int accumulates) {
  long length = shape.run_count * shape.run_length, unit = 0;
  for (; unit + 16 <= shape.units; unit += 16)
    place_column(6, 2, 8, source, weights + unit * length, target + unit, shape, accumulates);
  for (; unit < shape.units; unit += 8) {
    long kept = shape.units - unit < 8 ? shape.units - unit : 8;
    place_column(8, 1, kept, source, weights + unit * length, target + unit, shape, accumulates);
  }
}

// Computes the gradient for `count` elements of a patch, at most 8, by `width` blocks of 8 units, at most 2, summed over all
// places.
INLINE void weight_tile(int count, int width, const float *source, const float *slopes, float *weights,
                        convolution_shape shape, int accumulates) {
  long block = shape.run_count * shape.run_length * 8;
  lanes sums[8][2];
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] = (lanes){0};
  for (long p = 0; p < shape.place_count; p++, slopes += 8) {
    const float *from = source + shape.places[p];
    lanes row[2];
    UNROLL for (int u = 0; u < width; u++) row[u] = AT(slopes + u * 8 * shape.place_count);
    UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] += row[u] * from[k];
  }
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) {
    float *to = weights + 8 * k + u * block;
    PUT(to) = accumulates ? AT(to) + sums[k][u] : sums[k][u];
  }
}

INLINE void weight_rows(int full, int width, const float *source, const float *slopes, float *weights,
                        convolution_shape shape, int accumulates) {
  for (long run = 0; run < shape.run_count; run++) {
    const float *from = source + shape.runs[run];
    long k = 0;
#define TILE(count) weight_tile(count, width, from + k, slopes, weights, shape, accumulates), k += count, weights += 8 * (count)
    while (k + full <= shape.run_length) TILE(full);
    if (shape.run_length - k >= 4) TILE(4);
    if (shape.run_length - k >= 2) TILE(2);
    if (shape.run_length - k >= 1) TILE(1);
#undef TILE
  }
}

INLINE void convolution_weight_gradient_loops(const float *source, const float *slopes, float *weights,
                                              convolution_shape shape, int accumulates) {
  long length = shape.run_count * shape.run_length, unit = 0;
  for (; unit + 16 <= shape.units; unit += 16)
    weight_rows(6, 2, source, slopes + unit * shape.place_count, weights + unit * length, shape, accumulates);
  for (; unit < shape.units; unit += 8)
    weight_rows(8, 1, source, slopes + unit * shape.place_count, weights + unit * length, shape, accumulates);
}

// Writes the transpose of eight rows of eight elements, `distance` apart, one behind the other.
INLINE void transpose(const float *from, long distance, float *to) {
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
    PUT(to + 8 * i) = row;
  }
}

INLINE void convolution_pack_rows_loops(const float *rows, long distance, long length, float *packed) {
  long k = 0;
  for (; k + 8 <= length; k += 8) transpose(rows + k, distance, packed + 8 * k);
  for (; k < length; k++) for (int i = 0; i < 8; i++) packed[8 * k + i] = rows[i * distance + k];
}

EXPORT(convolution_pack_rows, (const float *rows, long distance, long length, float *packed),
       (rows, distance, length, packed))

EXPORT(convolution_forward,
       (const float *source, const float *weights, float *target, convolution_shape shape, int accumulates),
       (source, weights, target, shape, accumulates))

EXPORT(convolution_weight_gradient,
       (const float *source, const float *slopes, float *weights, convolution_shape shape, int accumulates),
       (source, slopes, weights, shape, accumulates))
