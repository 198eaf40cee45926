// Fuzzes the shapes of CConvolution's kernels: buffers have exactly the size that the shape needs, and sums are compared
// with plain loops.
#include "convolution.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

// Whole numbers below 8 in size: all sums are exact, whatever their order.
static float number(unsigned *state) { return (float)((int)((*state = *state * 1664525u + 1013904223u) >> 28) - 8); }

static float *numbers(long count, unsigned *state) {
  float *values = malloc((count ? count : 1) * sizeof(float));
  for (long i = 0; i < count; i++) values[i] = number(state);
  return values;
}

static float *aligned(long count) { return aligned_alloc(32, ((count ? count : 1) * sizeof(float) + 31) / 32 * 32); }

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 8) return 0;
  long places = 1 + bytes[0] % 40, runs = 1 + bytes[1] % 5, length = 1 + bytes[2] % 20, units = 1 + bytes[3] % 40;
  int accumulates = bytes[4] & 1;
  unsigned state = bytes[5] | bytes[6] << 8 | (unsigned)bytes[7] << 16;
  long blocks = (units + 7) / 8, patch = runs * length, spread = 64;
  int32_t at[40], to[40], run[5];
  for (long r = 0; r < runs; r++) run[r] = bytes[(8 + r) % count] % spread;
  for (long p = 0; p < places; p++) at[p] = bytes[(13 + p) % count] % spread, to[p] = (int32_t)(p * units);
  convolution_shape shape = {at, to, places, run, runs, length, units};

  float *source = numbers(2 * spread + length, &state), *target = numbers(places * units, &state);
  float *before = malloc(places * units * sizeof(float)), *weights = aligned(blocks * patch * 8);
  for (long i = 0; i < places * units; i++) before[i] = target[i];
  for (long i = 0; i < blocks * patch * 8; i++) weights[i] = number(&state);
  convolution_forward(source, weights, target, shape, accumulates);
  for (long p = 0; p < places; p++) for (long u = 0; u < units; u++) {
    float sum = accumulates ? before[p * units + u] : 0;
    for (long r = 0; r < runs; r++) for (long k = 0; k < length; k++)
      sum += source[at[p] + run[r] + k] * weights[(u / 8 * patch + r * length + k) * 8 + u % 8];
    if (sum != target[p * units + u]) abort();
  }

  float *slopes = aligned(blocks * places * 8), *gradient = aligned(blocks * patch * 8);
  for (long i = 0; i < blocks * places * 8; i++) slopes[i] = number(&state);
  for (long i = 0; i < blocks * patch * 8; i++) gradient[i] = weights[i];
  convolution_weight_gradient(source, slopes, gradient, shape, accumulates);
  for (long u = 0; u < units; u++) for (long r = 0; r < runs; r++) for (long k = 0; k < length; k++) {
    long place = (u / 8 * patch + r * length + k) * 8 + u % 8;
    float sum = accumulates ? weights[place] : 0;
    for (long p = 0; p < places; p++) sum += source[at[p] + run[r] + k] * slopes[(u / 8 * places + p) * 8 + u % 8];
    if (sum != gradient[place]) abort();
  }

  // Eight rows of patches, packed.
  float *rows = numbers(7 * (patch + 3) + patch, &state), *packed = malloc(8 * patch * sizeof(float));
  convolution_pack_rows(rows, patch + 3, patch, packed);
  for (long k = 0; k < patch; k++) for (long u = 0; u < 8; u++) if (packed[8 * k + u] != rows[u * (patch + 3) + k]) abort();
  free(rows), free(packed);
  free(source), free(target), free(before), free(weights), free(slopes), free(gradient);
  return 0;
}
