#ifndef NORMALISATION_H
#define NORMALISATION_H

// What the kernels share that compute with the coefficients of a batch normalisation.

#include <math.h>

#include "lanes.h"
#include "masks.h"
#include "rows.h"

INLINE float floor_of(rows_norm norm) { return norm.has_relu ? 0 : -INFINITY; }

// Bands of eight rows: what belongs to a channel stays in registers within a band, and memory is read nearly in order.
#define FOR_EACH_BAND for (long band = 0, end; end = least(rows, band + 8), band < rows; band = end)

// Computes y = x * scale + shift, or its positive part.
INLINE void scale_rows(const float *x, long x_distance, rows_norm norm, float *y, long y_distance, long rows,
                       long channels) {
#pragma clang fp contract(off)
  float lowest = floor_of(norm);
  lanes floors = ALL(lowest);
  FOR_EACH_BAND {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes scale = AT(norm.scale + c), shift = AT(norm.shift + c);
      for (long row = band; row < end; row++) {
        lanes value = AT(x + row * x_distance + c) * scale + shift;
        PUT(y + row * y_distance + c) = SELECT(value, value < floors, floors);
      }
    }
    for (; c < channels; c++) for (long row = band; row < end; row++) {
      float value = x[row * x_distance + c] * norm.scale[c] + norm.shift[c];
      y[row * y_distance + c] = value < lowest ? lowest : value;
    }
  }
}

#endif
