#ifndef CONVOLUTION_H
#define CONVOLUTION_H

#include <stdint.h>

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
// Weights are in blocks of 8 units, [unit / 8, k, 8], the last one filled up with zeros.
void convolution_forward(const float *source, const float *weights, float *target, convolution_shape shape,
                         int accumulates);

// Computes weights[k, u] = sum over p of patch(p)[k] * slopes[p, u]; with `accumulates` the sum is added to the weights.
//
// Weights and slopes are in blocks of 8 units, [unit / 8, k, 8] and [unit / 8, p, 8], the last one filled up with zeros.
void convolution_weight_gradient(const float *source, const float *slopes, float *weights, convolution_shape shape,
                                 int accumulates);

// Packs eight rows of weights, `distance` apart, as a block: packed[k, u] = rows[u, k] for k in 0..<length.
void convolution_pack_rows(const float *rows, long distance, long length, float *packed);

// The same without AVX2, as on processors that lack it: for tests.
void convolution_forward_portable(const float *source, const float *weights, float *target, convolution_shape shape,
                                  int accumulates);
void convolution_weight_gradient_portable(const float *source, const float *slopes, float *weights,
                                          convolution_shape shape, int accumulates);
void convolution_pack_rows_portable(const float *rows, long distance, long length, float *packed);

#endif
