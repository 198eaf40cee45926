// Fuzzes the kernels of rows, pooling and vectors: buffers have exactly the size that the shape needs, and results are compared
// with plain loops.
#include "pooling.h"
#include "rows.h"
#include "vectors.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Whole numbers below 8 in size: products with halves and sums of them are exact.
static float number(unsigned *state) { return (float)((int)((*state = *state * 1664525u + 1013904223u) >> 28) - 8); }

static float *numbers(long count, unsigned *state) {
  float *values = malloc(count * sizeof(float));
  for (long i = 0; i < count; i++) values[i] = number(state);
  return values;
}

static float *copy(const float *values, long count) {
  float *other = malloc(count * sizeof(float));
  memcpy(other, values, count * sizeof(float));
  return other;
}

static void expect_equal(const float *found, const float *expected, long count) {
  for (long i = 0; i < count; i++) if (found[i] != expected[i]) abort();
}

// The number of elements from the first to the last of some rows.
static long extent(long rows, long distance, long channels) { return (rows - 1) * distance + channels; }

static void fuzz_rows(long rows, long channels, long gap, int flag, unsigned *state) {
  long from = channels + gap, to = channels + gap / 2, given = extent(rows, from, channels), kept = extent(rows, to, channels);
  float *x = numbers(given, state), *f = numbers(kept, state), *y = numbers(given, state), *expected = copy(y, given);
  rows_add_scaled(x, from, f, to, 0.5f, flag, y, from, rows, channels);
  for (long r = 0; r < rows; r++) for (long c = 0; c < channels; c++) {
    float value = x[r * from + c] + 0.5f * f[r * to + c];
    expected[r * from + c] = flag && value < 0 ? 0 : value;
  }
  expect_equal(y, expected, given);
  float *target = numbers(kept, state), *masked = copy(target, kept);
  rows_scale_masked(x, flag ? y : 0, from, 0.5f, gap & 1, target, to, rows, channels);
  for (long r = 0; r < rows; r++) for (long c = 0; c < channels; c++) {
    float value = flag && y[r * from + c] <= 0 ? 0 : 0.5f * x[r * from + c];
    masked[r * to + c] = gap & 1 ? masked[r * to + c] + value : value;
  }
  expect_equal(target, masked, kept);
  free(x), free(f), free(y), free(expected), free(target), free(masked);
}

static void fuzz_pooling(pooling_shape shape, long gap, unsigned *state) {
  long from = shape.channels + gap, to = shape.channels + gap / 2;
  long places = (shape.kernel_height - 1) * shape.line + (shape.windows - 1) * shape.stride + shape.kernel_width;
  long given = extent(places, from, shape.channels), kept = extent(shape.windows, to, shape.channels);
  float *x = numbers(given, state), *y = numbers(kept, state), *dy = numbers(kept, state), *dx = numbers(given, state);
  float *maxima = copy(y, kept), *slopes = copy(dx, given);
  pooling_maxima(x, from, shape, y, to);
  pooling_slopes(x, from, shape, y, dy, to, dx, from);
  for (long w = 0; w < shape.windows; w++) for (long c = 0; c < shape.channels; c++) {
    long best = -1;
    for (long k = 0; k < shape.kernel_height * shape.kernel_width; k++) {
      long place = w * shape.stride + k / shape.kernel_width * shape.line + k % shape.kernel_width;
      if (best < 0 || x[place * from + c] > x[best * from + c]) best = place;
    }
    maxima[w * to + c] = x[best * from + c];
    slopes[best * from + c] += dy[w * to + c];
  }
  expect_equal(y, maxima, kept);
  expect_equal(dx, slopes, given);
  free(x), free(y), free(dy), free(dx), free(maxima), free(slopes);
}

static void fuzz_vectors(long count, unsigned *state) {
  float *values = numbers(count, state), *added = numbers(count, state), *expected = copy(values, count);
  float largest, peak = -INFINITY, sums[9];
  vector_add_largest(added, values, count, &largest);
  for (long i = 0; i < count; i++) {
    expected[i] += added[i];
    peak = expected[i] > peak ? expected[i] : peak;
  }
  expect_equal(values, expected, count);
  if (largest != peak) abort();
  vector_descend(values, added, expected, count, 0.5f, 0.25f, 0.5f);
  for (long i = 0; i < count; i++) if (values[i] != expected[i] - 0.5f * added[i]) abort();
  for (long i = 0; i < count; i++) values[i] = expected[i];
  vector_exponentials(values, count, largest, sums);
  for (long i = 0; i < count; i++) {
    double exact = exp((double)(expected[i] - largest));
    if (fabs(values[i] - exact) > 3e-7 * exact) abort();
    sums[i < count / 8 * 8 ? i % 8 : 8] -= values[i];
  }
  for (int i = 0; i < 9; i++) if (fabsf(sums[i]) > 1e-5f * count) abort();
  free(values), free(added), free(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 9) return 0;
  unsigned state = bytes[7] | bytes[8] << 8;
  long channels = 1 + bytes[0] % 40, gap = bytes[1] % 9;
  fuzz_rows(1 + bytes[2] % 9, channels, gap, bytes[3] & 1, &state);
  pooling_shape shape = {channels, 1 + bytes[4] % 5, 1 + bytes[5] % 4, 1 + bytes[6] % 4, 1 + bytes[6] / 16 % 4, 0};
  shape.line = (shape.windows - 1) * shape.stride + shape.kernel_width + bytes[3] / 2 % 3;
  fuzz_pooling(shape, gap, &state);
  fuzz_vectors(1 + bytes[2], &state);
  return 0;
}
