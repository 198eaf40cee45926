// Fuzzes the shapes of the kernels of convolutions and products: buffers have exactly the size that the shape needs, and sums are
// compared with plain loops.
#include "convolution.h"
#include "product.h"
#include "vector_width.h"

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

// A product of matrices stored as rows or as columns.
static void check_product(const uint8_t *bytes, unsigned *state) {
  long rows = 1 + bytes[0] % 20, columns = 1 + bytes[1] % 40, inner = 1 + bytes[2] % 40, gap = bytes[3] % 3;
  int a_turned = bytes[4] >> 1 & 1, b_turned = bytes[4] >> 2 & 1;
  long a_distance = (a_turned ? rows : inner) + gap, b_distance = (b_turned ? inner : columns) + gap, distance = columns + gap;
  float *a = numbers(((a_turned ? inner : rows) - 1) * a_distance + (a_turned ? rows : inner), state);
  float *b = numbers(((b_turned ? columns : inner) - 1) * b_distance + (b_turned ? inner : columns), state);
  float *c = numbers((rows - 1) * distance + columns, state), *panel = aligned(32 * inner);
  matrix left = a_turned ? (matrix){a, 1, a_distance} : (matrix){a, a_distance, 1};
  matrix right = b_turned ? (matrix){b, 1, b_distance} : (matrix){b, b_distance, 1};
  matrix_product(left, right, c, distance, rows, columns, inner, -2, panel);
  for (long i = 0; i < rows; i++) for (long j = 0; j < columns; j++) {
    float sum = 0;
    for (long k = 0; k < inner; k++) sum -= 2 * a[i * left.row + k * left.column] * b[k * right.row + j * right.column];
    if (sum != c[i * distance + j]) abort();
  }
  free(a), free(b), free(c), free(panel);
}

// Lines of images with zeros around them, some of which lie outside.
static void check_copy(const uint8_t *bytes, unsigned *state) {
  long images = 1 + bytes[0] % 3, height = 1 + bytes[1] % 6, width = 1 + bytes[2] % 6, channels = 1 + bytes[3] % 20;
  long gap = bytes[4] % 3 * 4, stride = channels + gap, first = (long)(bytes[5] % 8) - 4, lines = 1 + bytes[6] % 9;
  long before = bytes[7] % 12, behind = bytes[4] % 12, places = bytes[5] >> 3 ? width : 0;
  long line = before + places * channels + behind, image = lines * line + 1;
  float *source = numbers((images * height * width - 1) * stride + channels, state);
  float *copy = numbers((images - 1) * image + lines * line, state);
  padding_shape shape = {images, lines, first, height, height * width * stride, width * stride, image, before,
                         places, channels, stride, behind};
  convolution_copy(source, copy, shape);
  for (long i = 0; i < images; i++) for (long l = 0; l < lines; l++) for (long k = 0; k < line; k++) {
    long at = first + l, c = k - before, isInside = at >= 0 && at < height && c >= 0 && c < places * channels;
    float wanted = isInside ? source[((i * height + at) * width + c / channels) * stride + c % channels] : 0;
    if (copy[i * image + l * line + k] != wanted) abort();
  }
  float *scale = numbers(channels, state), *shift = numbers(channels, state);
  int relu = bytes[6] >> 4 & 1;
  convolution_copy_normalised(source, (rows_norm){scale, scale, shift, relu}, copy, shape);
  for (long i = 0; i < images; i++) for (long l = 0; l < lines; l++) for (long k = 0; k < line; k++) {
    long at = first + l, c = k - before, isInside = at >= 0 && at < height && c >= 0 && c < places * channels;
    float wanted = 0;
    if (isInside) {
      float value = source[((i * height + at) * width + c / channels) * stride + c % channels];
      wanted = value * scale[c % channels] + shift[c % channels];
      if (relu && wanted < 0) wanted = 0;
    }
    if (copy[i * image + l * line + k] != wanted) abort();
  }
  free(source), free(copy), free(scale), free(shift);
}

// Slopes in blocks of 16 units.
static void check_slopes(const uint8_t *bytes, unsigned *state) {
  long places = 1 + bytes[0] % 20, units = 1 + bytes[1] % 30, distance = units + bytes[2] % 3;
  float *slopes = numbers((places - 1) * distance + units, state);
  float *packed = malloc((units + 15) / 16 * 16 * places * sizeof(float));
  convolution_pack_slopes(slopes, distance, places, units, packed);
  for (long u = 0; u < (units + 15) / 16 * 16; u++) for (long p = 0; p < places; p++)
    if (packed[(u / 16 * places + p) * 16 + u % 16] != (u < units ? slopes[p * distance + u] : 0)) abort();
  free(slopes), free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 8) return 0;
  long places = 1 + bytes[0] % 40, runs = 1 + bytes[1] % 5, length = 1 + bytes[2] % 20, units = 1 + bytes[3] % 40;
  int accumulates = bytes[4] & 1;
  set_vector_width(bytes[4] & 4 ? 16 : 8);
  unsigned state = bytes[5] | bytes[6] << 8 | (unsigned)bytes[7] << 16;
  long blocks = (units + 15) / 16, patch = runs * length, spread = 64;
  int32_t at[40], to[40], run[5];
  for (long r = 0; r < runs; r++) run[r] = bytes[(8 + r) % count] % spread;
  for (long p = 0; p < places; p++) at[p] = bytes[(13 + p) % count] % spread, to[p] = (int32_t)(p * units);
  convolution_shape shape = {at, to, places, run, runs, length, units};

  float *source = numbers(2 * spread + length, &state), *target = numbers(places * units, &state);
  float *before = malloc(places * units * sizeof(float)), *weights = aligned(blocks * patch * 16);
  for (long i = 0; i < places * units; i++) before[i] = target[i];
  for (long i = 0; i < blocks * patch * 16; i++) weights[i] = number(&state);
  convolution_forward(source, weights, target, shape, accumulates);
  for (long p = 0; p < places; p++) for (long u = 0; u < units; u++) {
    float sum = accumulates ? before[p * units + u] : 0;
    for (long r = 0; r < runs; r++) for (long k = 0; k < length; k++)
      sum += source[at[p] + run[r] + k] * weights[(u / 16 * patch + r * length + k) * 16 + u % 16];
    if (sum != target[p * units + u]) abort();
  }

  float *slopes = aligned(blocks * places * 16), *gradient = aligned(blocks * patch * 16);
  for (long i = 0; i < blocks * places * 16; i++) slopes[i] = number(&state);
  for (long i = 0; i < blocks * patch * 16; i++) gradient[i] = weights[i];
  // Slopes in blocks, or as rows with a gap.
  int areRows = bytes[4] >> 1 & 1;
  long eights = (units + 7) / 8 * 8, place = areRows ? eights + bytes[4] % 5 : 16, block = areRows ? 16 : 16 * places;
  float *given = areRows ? numbers((places - 1) * place + eights, &state) : slopes;
  convolution_weight_gradient(source, given, place, block, gradient, shape, accumulates);
  for (long u = 0; u < units; u++) for (long r = 0; r < runs; r++) for (long k = 0; k < length; k++) {
    long to = (u / 16 * patch + r * length + k) * 16 + u % 16;
    float sum = accumulates ? weights[to] : 0;
    for (long p = 0; p < places; p++) sum += source[at[p] + run[r] + k] * given[p * place + u / 16 * block + u % 16];
    if (sum != gradient[to]) abort();
  }
  if (areRows) free(given);

  // Sums of two groups, that of the first block of units.
  long held = units < 16 ? units : 16;
  float *groups = numbers(2 * 16 * patch, &state), *sum = numbers((patch - 1) * units + held, &state);
  convolution_sum_groups(groups, 2, 16 * patch, 0, sum, units, patch, held);
  for (long k = 0; k < patch; k++) for (long u = 0; u < held; u++)
    if (sum[k * units + u] != groups[16 * k + u] + groups[16 * (patch + k) + u]) abort();
  free(groups), free(sum);

  // Eight rows of patches, packed.
  float *rows = numbers(7 * (patch + 3) + patch, &state), *packed = malloc((16 * patch - 8) * sizeof(float));
  convolution_pack_rows(rows, patch + 3, patch, packed);
  for (long k = 0; k < patch; k++) for (long u = 0; u < 8; u++) if (packed[16 * k + u] != rows[u * (patch + 3) + k]) abort();
  free(rows), free(packed);

  check_product(bytes, &state), check_copy(bytes, &state), check_slopes(bytes, &state);
  free(source), free(target), free(before), free(weights), free(slopes), free(gradient);
  return 0;
}
