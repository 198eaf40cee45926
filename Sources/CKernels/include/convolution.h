#ifndef CONVOLUTION_H
#define CONVOLUTION_H

#include <stdint.h>

#include "rows.h"

// The geometry of a convolution: which patch of the source belongs to which place of the target.
//
// A patch is `run_count` runs of `run_length` elements; run r of place p begins at source + places[p] + runs[r]. The `units`
// results of place p are written to target + targets[p] and behind it.
typedef struct {
  const int32_t *places;
  const int32_t *targets;
  long place_count;
  const int32_t *runs;
  long run_count;
  long run_length;
  long units;
} convolution_shape;

// Computes target[p, u] = sum over k of patch(p)[k] * weights[k, u]; with `accumulates` the sum is added to the target.
//
// Weights are in blocks of 16 units, [unit / 16, k, 16], the last one filled up with zeros.
void convolution_forward(const float *source, const float *weights, float *target, convolution_shape shape,
                         int accumulates);

// Computes weights[k, u] = sum over p of patch(p)[k] * slopes[p, u]; with `accumulates` the sum is added to the weights.
//
// Weights are in blocks of 16 units, [unit / 16, k, 16]. So are the slopes of a place, of which eights are whole, filled up with
// zeros; places are `slope_place` elements apart, and blocks `slope_block`. Of the last block only whole eights are written.
void convolution_weight_gradient(const float *source, const float *slopes, long slope_place, long slope_block,
                                 float *weights, convolution_shape shape, int accumulates);

// Images of which some lines are copied, with zeros around them.
typedef struct {
  long images, lines;
  // The line of the source that is copied first, negative above it, and how many a source's image has.
  long first_line, height;
  // Distances in elements between neighbouring images and lines of the source, and images of the copy.
  long source_image, source_line, copy_image;
  // A line of the copy: zeros, then `places` of `channels` elements, which are `source_place` elements apart in the source, then
  // zeros.
  long zeros_before, places, channels, source_place, zeros_behind;
} padding_shape;

// Copies lines of images; `source` is the first place of line 0.
void convolution_copy(const float *source, float *copy, padding_shape shape);

// Copies lines of what a normalisation makes of images, with zeros around them.
void convolution_copy_normalised(const float *source, rows_norm norm, float *copy, padding_shape shape);

// Packs the slopes of some places, `distance` apart, in blocks of 16 units: packed[unit / 16, p, 16]; the last block is filled up
// with zeros.
void convolution_pack_slopes(const float *slopes, long distance, long places, long units, float *packed);

// Adds up some groups' sums of a block of at most 16 units, in order: gradient[row, unit], rows `row_length` elements apart, of
// groups[group, row, 16], groups `distance` elements apart.
//
// With `continues` the groups are added to the gradient, else they overwrite it.
void convolution_sum_groups(const float *groups, long group_count, long distance, int continues, float *gradient,
                            long row_length, long rows, long units);

// Packs eight rows of weights, `distance` apart, as half a block: packed[16 k + u] = rows[u, k] for k in 0..<length.
void convolution_pack_rows(const float *rows, long distance, long length, float *packed);

#if defined(__x86_64__)
// The same sums with AVX2 and FMA, and with AVX-512, whose bits are those of AVX2: where the processor has them.
void convolution_forward_avx2(const float *source, const float *weights, float *target, convolution_shape shape,
                              int accumulates);
void convolution_forward_avx512(const float *source, const float *weights, float *target, convolution_shape shape,
                                int accumulates);
void convolution_weight_gradient_avx2(const float *source, const float *slopes, long slope_place, long slope_block,
                                      float *weights, convolution_shape shape, int accumulates);
void convolution_weight_gradient_avx512(const float *source, const float *slopes, long slope_place, long slope_block,
                                        float *weights, convolution_shape shape, int accumulates);
#endif

// The same without AVX2, as on processors that lack it: for tests.
void convolution_forward_portable(const float *source, const float *weights, float *target, convolution_shape shape,
                                  int accumulates);
void convolution_weight_gradient_portable(const float *source, const float *slopes, long slope_place, long slope_block,
                                          float *weights, convolution_shape shape, int accumulates);
void convolution_copy_portable(const float *source, float *copy, padding_shape shape);
void convolution_copy_normalised_portable(const float *source, rows_norm norm, float *copy, padding_shape shape);
void convolution_sum_groups_portable(const float *groups, long group_count, long distance, int continues,
                                     float *gradient, long row_length, long rows, long units);
void convolution_pack_slopes_portable(const float *slopes, long distance, long places, long units, float *packed);
void convolution_pack_rows_portable(const float *rows, long distance, long length, float *packed);

#endif
