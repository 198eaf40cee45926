#ifndef ROWS_H
#define ROWS_H

// Batch normalisation and residual sums of rows [row, channel]. Rows are some elements apart. Products and sums are rounded one by
// one and each channel is summed by itself, in the order of the rows, so that the bits do not depend on vector unit or compiler.

// A batch normalisation: its output is x * scale + shift, with a ReLU the positive part of that.

typedef struct {
  const float *mean, *scale, *shift; // [channel]
  int has_relu;
} rows_norm;

// Computes y = x * scale + shift, or its positive part.
void rows_scale(const float *x, long x_distance, rows_norm norm, float *y, long y_distance, long rows, long channels);

// Adds every row to one vector, sum[channel].
void rows_add(const float *x, long x_distance, long rows, long channels, float *sum);

// Adds the squares of x - mean to squares[channel].
void rows_add_squares(const float *x, long x_distance, const float *mean, long rows, long channels, float *squares);

// Adds dy to slopes[channel] and dy * (x - mean) to products[channel]; dy counts as 0 wherever the ReLU's output is 0.
void rows_add_slopes(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm, long rows,
                     long channels, float *slopes, float *products);

// Computes dx = (dy * scale + constant) - x * pull, or adds it to dx, with constant[channel] and pull[channel]; dy counts as 0
// wherever the ReLU's output is 0. dx may be x; its rows are as far apart.
void rows_slopes(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm, const float *constant,
                 const float *pull, float *dx, int accumulates, long rows, long channels);

// Computes y = x + scale * f, or its positive part with a ReLU; NaN stays NaN.
void rows_add_scaled(const float *x, long x_distance, const float *f, long f_distance, float scale, int has_relu,
                     float *y, long y_distance, long rows, long channels);

// Computes target = factor * dy, or adds it to the target; dy counts as 0 wherever y is 0 or less, unless y is null. Rows of y are
// as far apart as those of dy.
void rows_scale_masked(const float *dy, const float *y, long distance, float factor, int accumulates, float *target,
                       long target_distance, long rows, long channels);

// The same without AVX2, as on processors that lack it: for tests.
void rows_scale_portable(const float *x, long x_distance, rows_norm norm, float *y, long y_distance, long rows,
                         long channels);
void rows_add_portable(const float *x, long x_distance, long rows, long channels, float *sum);
void rows_add_squares_portable(const float *x, long x_distance, const float *mean, long rows, long channels,
                               float *squares);
void rows_add_slopes_portable(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm,
                              long rows, long channels, float *slopes, float *products);
void rows_slopes_portable(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm,
                          const float *constant, const float *pull, float *dx, int accumulates, long rows,
                          long channels);
void rows_add_scaled_portable(const float *x, long x_distance, const float *f, long f_distance, float scale,
                              int has_relu, float *y, long y_distance, long rows, long channels);
void rows_scale_masked_portable(const float *dy, const float *y, long distance, float factor, int accumulates,
                                float *target, long target_distance, long rows, long channels);

#endif
