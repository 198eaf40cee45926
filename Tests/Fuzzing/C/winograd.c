// Fuzzes Winograd's transforms: buffers have exactly the size that the shape needs, and results are compared with the plain
// sums of a convolution and of the gradient in its weights.
#include "winograd.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

// Whole numbers below 8 in size: all sums, of halves and quarters, are exact, whatever their order.
static float number(unsigned *state) { return (float)((int)((*state = *state * 1664525u + 1013904223u) >> 28) - 8); }

static float *numbers(long count, unsigned *state) {
  float *values = malloc(count * sizeof(float));
  for (long i = 0; i < count; i++) values[i] = number(state);
  return values;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 9) return 0;
  long images = 1 + bytes[0] % 2, height = 1 + bytes[1] % 7, width = 1 + bytes[2] % 7;
  long channels = 8 * (1 + bytes[3] % 3), units = 8 * (1 + bytes[4] % 4), gap = bytes[5] % 9, spare = bytes[5] % 5;
  int accumulates = bytes[6] & 1;
  unsigned state = bytes[7] | bytes[8] << 8;
  long rows = (height + 1) / 2, columns = (width + 1) / 2, tiles = images * rows * columns;
  long lines = 2 * rows + 2, places = 2 * columns + 2, distance = units + gap;
  winograd_shape shape = {images, rows, columns, height, width,
                          lines * places * channels, places * channels, channels,
                          height * width * distance, width * distance, distance};
  long input_plane = tiles * channels + spare, product_plane = tiles * units + spare;
  long padded = (units + 15) / 16 * 16;
  long weight_plane = channels * padded + spare, slope_plane = tiles * padded + spare, sum_plane = channels * padded + spare;

  float *source = numbers(images * lines * places * channels, &state), *weights = numbers(9 * channels * padded, &state);
  long target_count = (images * height * width - 1) * distance + units;
  float *target = numbers(target_count, &state), *slopes = numbers(target_count, &state);
  float *before = malloc(target_count * sizeof(float));
  memcpy(before, target, target_count * sizeof(float));
  float *spectrum = malloc(16 * input_plane * sizeof(float)), *products = calloc(16 * product_plane, sizeof(float));
  float *factors = malloc(16 * weight_plane * sizeof(float));
  winograd_input(source, spectrum, input_plane, shape, channels);
  for (long block = 0; block < units / 8; block++)
    winograd_weights(weights + block / 2 * 9 * channels * 16 + block % 2 * 8,
                     factors + block / 2 * channels * 16 + block % 2 * 8, weight_plane, channels);
  for (long e = 0; e < 16; e++) for (long t = 0; t < tiles; t++) for (long c = 0; c < channels; c++)
    for (long u = 0; u < units; u++)
      products[e * product_plane + t * units + u] += spectrum[e * input_plane + t * channels + c]
          * factors[e * weight_plane + (u / 16 * channels + c) * 16 + u % 16];
  winograd_output(products, product_plane, units, target, shape, units, accumulates);
#define SOURCE(i, l, p, c) source[(((i) * lines + (l)) * places + (p)) * channels + (c)]
#define AT_PLACE(i, l, p, u) ((((i) * height + (l)) * width + (p)) * distance + (u))
  for (long i = 0; i < images; i++) for (long l = 0; l < height; l++) for (long p = 0; p < width; p++) {
    for (long u = 0; u < units; u++) {
      float sum = accumulates ? before[AT_PLACE(i, l, p, u)] : 0;
      for (long k = 0; k < 9; k++) for (long c = 0; c < channels; c++)
        sum += SOURCE(i, l + k / 3, p + k % 3, c) * weights[((u / 16 * 9 + k) * channels + c) * 16 + u % 16];
      if (sum != target[AT_PLACE(i, l, p, u)]) abort();
    }
    for (long u = units; u < distance && AT_PLACE(i, l, p, u) < target_count; u++)
      if (target[AT_PLACE(i, l, p, u)] != before[AT_PLACE(i, l, p, u)]) abort();
  }

  float *slope_spectrum = malloc(16 * slope_plane * sizeof(float));
  float *sums = calloc(16 * sum_plane, sizeof(float)), *gradient = numbers(9 * channels * units, &state);
  float *old = malloc(9 * channels * units * sizeof(float));
  memcpy(old, gradient, 9 * channels * units * sizeof(float));
  winograd_slopes(slopes, slope_spectrum, slope_plane, shape, units);
  for (long e = 0; e < 16; e++) for (long u = 0; u < units; u++) for (long c = 0; c < channels; c++)
    for (long t = 0; t < tiles; t++)
      sums[e * sum_plane + (u / 16 * channels + c) * 16 + u % 16] += spectrum[e * input_plane + t * channels + c]
          * slope_spectrum[e * slope_plane + (u / 16 * tiles + t) * 16 + u % 16];
  for (long block = 0; block < units / 8; block++)
    winograd_weight_gradient(sums + block / 2 * channels * 16 + block % 2 * 8, sum_plane, 1, 0,
                             gradient + 8 * block, units, channels, channels, accumulates);
  for (long k = 0; k < 9; k++) for (long c = 0; c < channels; c++) for (long u = 0; u < units; u++) {
    float sum = accumulates ? old[(k * channels + c) * units + u] : 0;
    for (long i = 0; i < images; i++) for (long l = 0; l < height; l++) for (long p = 0; p < width; p++)
      sum += SOURCE(i, l + k / 3, p + k % 3, c) * slopes[AT_PLACE(i, l, p, u)];
    if (sum != gradient[(k * channels + c) * units + u]) abort();
  }
  free(source), free(weights), free(target), free(slopes), free(before), free(spectrum), free(products), free(factors);
  free(slope_spectrum), free(sums), free(gradient), free(old);
  return 0;
}
