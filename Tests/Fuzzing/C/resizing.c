// Fuzzes the kernels of resizing: buffers have exactly the size that the shape needs, and sums are compared with plain loops.
#include "resizing.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  if (size < 8) return 0;
  long width = 1 + bytes[0] % 40, columns = 1 + bytes[1] % 40, count = 1 + bytes[2] % 8, lines = 1 + bytes[3] % 6;
  uint8_t *line = malloc(3 * width), *target = malloc(3 * columns);
  for (long i = 0; i < 3 * width; i++) line[i] = bytes[(4 + i) % size];
  int32_t *starts = malloc(columns * sizeof *starts);
  long pairs = (columns + 1) / 2;
  float *weights = calloc(pairs * count * 8, sizeof(float)), *numbers = calloc(3 * (width + count) + 1, sizeof(float));
  for (long c = 0; c < columns; c++) {
    starts[c] = bytes[(5 + c) % size] % width;
    // Halves and quarters, so that all sums are exact; zeros behind the line's end.
    for (long p = 0; p < count && starts[c] + p < width; p++)
      for (int i = 0; i < 4; i++) weights[((c / 2 * count + p) * 2 + c % 2) * 4 + i] = (float)(bytes[(c + p) % size] % 16 - 4) / 4;
  }
  // One of the lines is mixed from pixels, the others follow from it.
  float *mixed = calloc(lines * (3 * columns + 4), sizeof(float));
  resizing_mix_pixels(line, 3 * width, starts, weights, columns, count, numbers, mixed);
  for (long c = 0; c < columns; c++) for (int channel = 0; channel < 3; channel++) {
    float sum = 0;
    for (long p = 0; p < count && starts[c] + p < width; p++)
      sum += weights[((c / 2 * count + p) * 2 + c % 2) * 4] * line[3 * (starts[c] + p) + channel];
    if (sum != mixed[3 * c + channel]) abort();
  }
  const float *all[6];
  float shares[6];
  for (long l = 0; l < lines; l++) {
    all[l] = mixed + l * (3 * columns + 4);
    shares[l] = (float)(bytes[(6 + l) % size] % 8 - 2) / 2;
    for (long i = 0; i < 3 * columns && l > 0; i++) mixed[l * (3 * columns + 4) + i] = mixed[i] + (float)l;
  }
  resizing_mix_lines(all, shares, lines, 3 * columns, target);
  for (long i = 0; i < 3 * columns; i++) {
    float sum = 0;
    for (long l = 0; l < lines; l++) sum += shares[l] * all[l][i];
    if (target[i] != (sum <= 0 ? 0 : sum >= 255 ? 255 : (uint8_t)(sum + 0.5f))) abort();
  }
  free(line), free(target), free(starts), free(weights), free(numbers), free(mixed);
  return 0;
}
