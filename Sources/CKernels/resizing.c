#include "resizing.h"

#include <string.h>

#include "lanes.h"

#pragma clang fp contract(off)

typedef uint8_t bytes __attribute__((vector_size(8)));
typedef int32_t integers __attribute__((vector_size(32)));
typedef float half __attribute__((vector_size(16)));
typedef float loose_half __attribute__((vector_size(16), aligned(4)));

INLINE void resizing_mix_pixels_loops(const uint8_t *line, long length, const int32_t *starts, const float *weights,
                                      long columns, long count, float *numbers, float *target) {
  long i = 0;
  for (; i + 8 <= length; i += 8) {
    bytes part;
    memcpy(&part, line + i, sizeof part);
    PUT(numbers + i) = __builtin_convertvector(part, lanes);
  }
  for (; i < length; i++) numbers[i] = line[i];
  // Two pixels at once: red, green, blue, and the red of the next pixel, in whose place the next sum is written.
  for (long column = 0; column < columns; column += 2) {
    const float *left = numbers + 3 * starts[column], *right = numbers + 3 * starts[column + 1 < columns ? column + 1 : column];
    lanes sum = {0};
    for (long place = 0; place < count; place++, weights += 8, left += 3, right += 3) {
      half a = *(const loose_half *)left, b = *(const loose_half *)right;
      sum += AT(weights) * __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7);
    }
    *(loose_half *)(target + 3 * column) = __builtin_shufflevector(sum, sum, 0, 1, 2, 3);
    if (column + 1 < columns) *(loose_half *)(target + 3 * column + 3) = __builtin_shufflevector(sum, sum, 4, 5, 6, 7);
  }
}

EXPORT(resizing_mix_pixels,
       (const uint8_t *line, long length, const int32_t *starts, const float *weights, long columns, long count,
        float *numbers, float *target),
       (line, length, starts, weights, columns, count, numbers, target))

INLINE void resizing_mix_lines_loops(const float *const *lines, const float *weights, long count, long length,
                                     uint8_t *target) {
  long i = 0;
  for (; i + 8 <= length; i += 8) {
    lanes sum = {0};
    for (long place = 0; place < count; place++) sum += weights[place] * AT(lines[place] + i);
    sum = __builtin_elementwise_min(__builtin_elementwise_max(sum, (lanes){0}), (lanes){0} + 255) + 0.5f;
    bytes part = __builtin_convertvector(__builtin_convertvector(sum, integers), bytes);
    memcpy(target + i, &part, sizeof part);
  }
  for (; i < length; i++) {
    float sum = 0;
    for (long place = 0; place < count; place++) sum += weights[place] * lines[place][i];
    target[i] = (uint8_t)((sum < 0 ? 0 : sum > 255 ? 255 : sum) + 0.5f);
  }
}

EXPORT(resizing_mix_lines,
       (const float *const *lines, const float *weights, long count, long length, uint8_t *target),
       (lines, weights, count, length, target))
