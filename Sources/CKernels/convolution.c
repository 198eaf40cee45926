#include "convolution.h"

#include <string.h>

#include "lanes.h"
#include "normalisation.h"

// Convolution without a copy of the patches (no im2col): sums stay in registers while the elements of a patch are broadcast from
// the source. Each sum is computed in one order for any number of places, so that chunks do not change bits.
//
// The loops are compiled several times on x86-64: for AVX2 with fused multiply-add (FMA), the sums for AVX-512 as well, with the
// same bits, and for every processor, without FMA: there the last bits differ. On arm64, which always has FMA, the bits are those
// of AVX2.

#pragma clang fp contract(fast)

#define LANES 8
#define NAME(x) x##_8
#include "convolution_tiles.h"
#undef LANES
#undef NAME

#define LANES 16
#define NAME(x) x##_16
#include "convolution_tiles.h"
#undef LANES
#undef NAME

// Computes all places by vectors of `lanes` units; the last units, fewer than 16, by vectors of eight.
INLINE void forward_units(int lanes, const float *source, const float *weights, float *target, convolution_shape shape,
                          int accumulates) {
  long length = shape.run_count * shape.run_length, unit = 0;
  // Patches of several runs overlap, so that most of the next ones is in a cache.
  int fetches = shape.run_count == 1;
#define COLUMN(form, most, width, kept)                                                                                 \
  form(most, width, kept, source, weights + unit / 16 * 16 * length + unit % 16, target + unit, shape,                  \
       fetches && unit == 0, accumulates)
  if (lanes == 16) {
    for (; unit + 32 <= shape.units; unit += 32) COLUMN(place_column_16, 12, 2, 16);
    for (; unit + 16 <= shape.units; unit += 16) COLUMN(place_column_16, 12, 1, 16);
  }
  for (; unit + 16 <= shape.units; unit += 16) COLUMN(place_column_8, 6, 2, 8);
  for (; unit < shape.units; unit += 8) COLUMN(place_column_8, 12, 1, least(shape.units - unit, 8));
#undef COLUMN
}

INLINE void convolution_forward_loops(const float *source, const float *weights, float *target, convolution_shape shape,
                                      int accumulates) {
  forward_units(8, source, weights, target, shape, accumulates);
}

INLINE void convolution_forward_wide_loops(const float *source, const float *weights, float *target,
                                           convolution_shape shape, int accumulates) {
  forward_units(16, source, weights, target, shape, accumulates);
}

// Computes the gradient by vectors of `lanes` units; for the last units, fewer than 16, by vectors of eight.
INLINE void gradient_units(int lanes, const float *source, const float *slopes, long slope_place, long slope_block,
                           float *weights, convolution_shape shape, int accumulates) {
  long length = shape.run_count * shape.run_length, unit = 0;
#define ROWS(form, most, width)                                                                                         \
  form(most, width, source, slopes + unit / 16 * slope_block + unit % 16, slope_place, slope_block,                     \
       weights + unit / 16 * 16 * length + unit % 16, shape, accumulates)
  if (lanes == 16) {
    for (; unit + 32 <= shape.units; unit += 32) ROWS(weight_rows_16, 12, 2);
    for (; unit + 16 <= shape.units; unit += 16) ROWS(weight_rows_16, 12, 1);
  }
  for (; unit + 16 <= shape.units; unit += 16) ROWS(weight_rows_8, 6, 2);
  for (; unit < shape.units; unit += 8) ROWS(weight_rows_8, 12, 1);
#undef ROWS
}

INLINE void convolution_weight_gradient_loops(const float *source, const float *slopes, long slope_place,
                                              long slope_block, float *weights, convolution_shape shape,
                                              int accumulates) {
  gradient_units(8, source, slopes, slope_place, slope_block, weights, shape, accumulates);
}

INLINE void convolution_weight_gradient_wide_loops(const float *source, const float *slopes, long slope_place,
                                                   long slope_block, float *weights, convolution_shape shape,
                                                   int accumulates) {
  gradient_units(16, source, slopes, slope_place, slope_block, weights, shape, accumulates);
}

INLINE void convolution_pack_rows_loops(const float *rows, long distance, long length, float *packed) {
  long k = 0;
  for (; k + 8 <= length; k += 8) transpose(rows + k, distance, packed + 16 * k, 16);
  for (; k < length; k++) for (int i = 0; i < 8; i++) packed[16 * k + i] = rows[i * distance + k];
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
  for (long unit = 0; unit < units; unit += 16, packed += 16 * places) for (long p = 0; p < places; p++) {
    const float *from = slopes + p * distance + unit;
    float *to = packed + 16 * p;
    if (units - unit >= 16) PUT(to) = AT(from), PUT(to + 8) = AT(from + 8);
    else for (int i = 0; i < 16; i++) to[i] = unit + i < units ? from[i] : 0;
  }
}

INLINE void convolution_sum_groups_loops(const float *groups, long group_count, long distance, int continues,
                                         float *gradient, long row_length, long rows, long units) {
  // Rows whose sums stay in the first cache while the groups, which are far apart, are read one after the other.
  enum { rows_at_once = 64 };
  lanes sums[rows_at_once][2];
  long bytes = units * sizeof *gradient;
  for (long first = 0; first < rows; first += rows_at_once, groups += 16 * rows_at_once) {
    long count = least(rows_at_once, rows - first);
    for (long r = 0; continues && r < count; r++) memcpy(sums[r], gradient + (first + r) * row_length, bytes);
    for (long group = 0; group < group_count; group++) {
      const float *from = groups + group * distance;
      for (long r = 0; r < count; r++) UNROLL for (int half = 0; half < 2; half++) {
        lanes value = AT(from + 16 * r + 8 * half);
        sums[r][half] = group == 0 && !continues ? value : sums[r][half] + value;
      }
    }
    for (long r = 0; r < count; r++) memcpy(gradient + (first + r) * row_length, sums[r], bytes);
  }
}

EXPORT(convolution_sum_groups,
       (const float *groups, long group_count, long distance, int continues, float *gradient, long row_length, long rows,
        long units),
       (groups, group_count, distance, continues, gradient, row_length, rows, units))

EXPORT(convolution_pack_slopes, (const float *slopes, long distance, long places, long units, float *packed),
       (slopes, distance, places, units, packed))

EXPORT(convolution_pack_rows, (const float *rows, long distance, long length, float *packed),
       (rows, distance, length, packed))

EXPORT_WIDE(convolution_forward,
       (const float *source, const float *weights, float *target, convolution_shape shape, int accumulates),
       (source, weights, target, shape, accumulates))

EXPORT_WIDE(convolution_weight_gradient,
       (const float *source, const float *slopes, long slope_place, long slope_block, float *weights,
        convolution_shape shape, int accumulates),
       (source, slopes, slope_place, slope_block, weights, shape, accumulates))
