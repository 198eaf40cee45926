#include "convolution.h"

#include <string.h>

#include "lanes.h"
#include "normalisation.h"

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
  UNROLL for (int p = 0; p < count; p++) {
    UNROLL for (int u = 0; u < width; u++) sums[p][u] = (lanes){0};
    // Lines that are written may be in no cache: they come while the sums are computed.
    __builtin_prefetch(target + shape.targets[first + p], 1);
  }
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
#define TILE(count) place_tile(count, width, kept, source, weights, target, shape, p, accumulates); p += (count)
  long p = 0;
  if (full == 8) {
    while (shape.place_count - p >= 8) { TILE(8); }
  }
  TILES(shape.place_count - p)
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
INLINE void weight_tile(int count, int width, const float *source, const float *slopes, long slope_place,
                        long slope_block, float *weights, convolution_shape shape, int accumulates) {
  long block = shape.run_count * shape.run_length * 8;
  lanes sums[8][2];
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] = (lanes){0};
  for (long p = 0; p < shape.place_count; p++, slopes += slope_place) {
    const float *from = source + shape.places[p];
    lanes row[2];
    UNROLL for (int u = 0; u < width; u++) row[u] = AT(slopes + u * slope_block);
    UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] += row[u] * from[k];
  }
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) {
    float *to = weights + 8 * k + u * block;
    PUT(to) = accumulates ? AT(to) + sums[k][u] : sums[k][u];
  }
}

INLINE void weight_rows(int full, int width, const float *source, const float *slopes, long slope_place,
                        long slope_block, float *weights, convolution_shape shape, int accumulates) {
  for (long run = 0; run < shape.run_count; run++) {
    const float *from = source + shape.runs[run];
    long k = 0;
#define TILE(count)                                                                                  \
  weight_tile(count, width, from + k, slopes, slope_place, slope_block, weights, shape, accumulates); \
  k += (count), weights += 8 * (count)
    if (full == 8) {
      while (shape.run_length - k >= 8) { TILE(8); }
    }
    TILES(shape.run_length - k)
#undef TILE
  }
}

INLINE void convolution_weight_gradient_loops(const float *source, const float *slopes, long slope_place,
                                              long slope_block, float *weights, convolution_shape shape,
                                              int accumulates) {
  long length = shape.run_count * shape.run_length, unit = 0;
#define ROWS(full, width)                                                                                             \
  weight_rows(full, width, source, slopes + unit / 8 * slope_block, slope_place, slope_block, weights + unit * length, \
              shape, accumulates)
  for (; unit + 16 <= shape.units; unit += 16) ROWS(6, 2);
  for (; unit < shape.units; unit += 8) ROWS(8, 1);
#undef ROWS
}

INLINE void convolution_pack_rows_loops(const float *rows, long distance, long length, float *packed) {
  long k = 0;
  for (; k + 8 <= length; k += 8) transpose(rows + k, distance, packed + 8 * k, 8);
  for (; k < length; k++) for (int i = 0; i < 8; i++) packed[8 * k + i] = rows[i * distance + k];
}

// Lines are short: a call of memcpy takes as long as its copy. A step of one element at the end would, too, so the last eight
// elements overlap those before.
INLINE void copy_elements(const float *from, float *to, long count) {
  if (count < 8) {
    for (long i = 0; i < count; i++) to[i] = from[i];
    return;
  }
  for (long i = 0; i + 8 < count; i += 8) PUT(to + i) = AT(from + i);
  PUT(to + count - 8) = AT(from + count - 8);
}

INLINE void clear_elements(float *to, long count) {
  long i = 0;
  // The empty statements keep the compiler from calling memset.
  for (; i + 8 <= count; i += 8) { PUT(to + i) = (lanes){0}; __asm__ volatile(""); }
  for (; i < count; i++) { to[i] = 0; __asm__ volatile(""); }
}

// Copies lines, or what a normalisation makes of them.
INLINE void copy_lines(const float *source, const rows_norm *norm, float *copy, padding_shape shape) {
  long length = shape.places * shape.channels, row = shape.zeros_before + length + shape.zeros_behind;
  for (long image = 0; image < shape.images; image++, source += shape.source_image) {
    float *to = copy + image * shape.copy_image;
    for (long line = shape.first_line; line < shape.first_line + shape.lines; line++, to += row) {
      if (line < 0 || line >= shape.height) {
        clear_elements(to, row);
        continue;
      }
      const float *from = source + line * shape.source_line;
      float *first = to + shape.zeros_before;
      clear_elements(to, shape.zeros_before);
      if (norm) scale_rows(from, shape.source_place, *norm, first, shape.channels, shape.places, shape.channels);
      else if (shape.channels == shape.source_place) copy_elements(from, first, length);
      else for (long place = 0; place < shape.places; place++)
        copy_elements(from + place * shape.source_place, first + place * shape.channels, shape.channels);
      clear_elements(first + length, shape.zeros_behind);
    }
  }
}

INLINE void convolution_copy_loops(const float *source, float *copy, padding_shape shape) {
  copy_lines(source, 0, copy, shape);
}

INLINE void convolution_copy_normalised_loops(const float *source, rows_norm norm, float *copy, padding_shape shape) {
  copy_lines(source, &norm, copy, shape);
}

EXPORT(convolution_copy, (const float *source, float *copy, padding_shape shape), (source, copy, shape))

EXPORT(convolution_copy_normalised, (const float *source, rows_norm norm, float *copy, padding_shape shape),
       (source, norm, copy, shape))

INLINE void convolution_pack_slopes_loops(const float *slopes, long distance, long places, long units, float *packed) {
  for (long unit = 0; unit < units; unit += 8, packed += 8 * places) {
    for (long p = 0; p < places; p++) {
      const float *from = slopes + p * distance + unit;
      if (units - unit >= 8) PUT(packed + 8 * p) = AT(from);
      else for (int i = 0; i < 8; i++) packed[8 * p + i] = unit + i < units ? from[i] : 0;
    }
  }
}

EXPORT(convolution_pack_slopes, (const float *slopes, long distance, long places, long units, float *packed),
       (slopes, distance, places, units, packed))

EXPORT(convolution_pack_rows, (const float *rows, long distance, long length, float *packed),
       (rows, distance, length, packed))

EXPORT(convolution_forward,
       (const float *source, const float *weights, float *target, convolution_shape shape, int accumulates),
       (source, weights, target, shape, accumulates))

EXPORT(convolution_weight_gradient,
       (const float *source, const float *slopes, long slope_place, long slope_block, float *weights,
        convolution_shape shape, int accumulates),
       (source, slopes, slope_place, slope_block, weights, shape, accumulates))
