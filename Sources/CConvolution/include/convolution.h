#ifndef CONVOLUTION_H
#define CONVOLUTION_H

#include <stdint.h>

// Which numbers of a source meet which places of a target.
//
// A patch is `run_count` runs of `run_length` numbers; run r of place p begins at source + places[p] + runs[r]. Its
// units are written from target + targets[p] on.
typedef struct {
  const int32_t *places;
  const int32_t *targets;
  long place_count;
  const int32_t *runs;
  long run_count;
  long run_length;
  long units;
} convolution_shape;

// target[p, u] = sum over k of patch(p)[k] * weights[k, u]; with `accumulates` it is added to what the target holds.
//
// Weights lie in blocks of 8 units, [unit / 8, k, 8], the last one filled up.
void convolution_forward(const float *source, const float *weights, float *target, convolution_shape shape,
                         int accumulates);

// weights[k, u] += sum over p of patch(p)[k] * slopes[p, u]; weights and slopes in blocks, [unit / 8, p, 8].
void convolution_weight_gradient(const float *source, const float *slopes, float *weights, convolution_shape shape);

#endif
