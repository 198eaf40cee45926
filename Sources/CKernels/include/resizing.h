#ifndef RESIZING_H
#define RESIZING_H

#include <stdint.h>

// Resizing of pictures of three channels: every new number is a weighted sum of old ones, added in order, each product rounded, so
// that the bits do not depend on the vector unit.

// Mixes the pixels of one line: target[c, channel] = sum over p of weights[c, p] * line[starts[c] + p, channel].
//
// `weights` are in pairs of columns, [c / 2, p, c % 2, 4]: each weight four times, and zeros where a column has fewer than `count`.
// `line` is [old column, channel], of bytes; `numbers` is room for as many numbers and 3 * count + 1 more, which must be zeros;
// `target` is [columns, channel] and has room for four numbers more.
void resizing_mix_pixels(const uint8_t *line, long length, const int32_t *starts, const float *weights, long columns,
                         long count, float *numbers, float *target);

// Mixes lines: target[i] = sum over p of weights[p] * lines[p][i], rounded to the nearest of 0...255, halves upwards.
void resizing_mix_lines(const float *const *lines, const float *weights, long count, long length, uint8_t *target);

// The same without AVX2, as on processors that lack it: for tests.
void resizing_mix_pixels_portable(const uint8_t *line, long length, const int32_t *starts, const float *weights,
                                  long columns, long count, float *numbers, float *target);
void resizing_mix_lines_portable(const float *const *lines, const float *weights, long count, long length,
                                 uint8_t *target);

#endif
