#include "pooling.h"

#include "lanes.h"
#include "masks.h"

#pragma clang fp contract(off)

// A loop over the places of a window, with `place`, the number of one from the first place of the line's first window on.
#define FOR_EACH_PLACE                                                                                                  \
  for (long row = 0; row < shape.kernel_height; row++)                                                                  \
    for (long place = first + row * shape.line, end = place + shape.kernel_width; place < end; place++)

INLINE void pooling_maxima_loops(const float *x, long x_distance, pooling_shape shape, float *y, long y_distance) {
  for (long window = 0; window < shape.windows; window++, y += y_distance) {
    long first = window * shape.stride, c = 0;
    for (; c + 8 <= shape.channels; c += 8) {
      lanes largest = AT(x + first * x_distance + c);
      FOR_EACH_PLACE {
        lanes value = AT(x + place * x_distance + c);
        largest = SELECT(largest, largest < value, value);
      }
      PUT(y + c) = largest;
    }
    for (; c < shape.channels; c++) {
      float largest = x[first * x_distance + c];
      FOR_EACH_PLACE if (largest < x[place * x_distance + c]) largest = x[place * x_distance + c];
      y[c] = largest;
    }
  }
}

INLINE void pooling_slopes_loops(const float *x, long x_distance, pooling_shape shape, const float *y, const float *dy,
                                 long y_distance, float *dx, long dx_distance) {
  for (long window = 0; window < shape.windows; window++, y += y_distance, dy += y_distance) {
    long first = window * shape.stride, c = 0;
    // A slope that has been added becomes 0, so that later places of the window with the same value get nothing.
    for (; c + 8 <= shape.channels; c += 8) {
      lanes maximum = AT(y + c), rest = AT(dy + c);
      FOR_EACH_PLACE {
        lanes part = SELECT(ALL(0), AT(x + place * x_distance + c) == maximum, rest);
        float *to = dx + place * dx_distance + c;
        PUT(to) = AT(to) + part;
        rest -= part;
      }
    }
    for (; c < shape.channels; c++) {
      float rest = dy[c];
      FOR_EACH_PLACE {
        float part = x[place * x_distance + c] == y[c] ? rest : 0;
        dx[place * dx_distance + c] += part;
        rest -= part;
      }
    }
  }
}

EXPORT(pooling_maxima, (const float *x, long x_distance, pooling_shape shape, float *y, long y_distance),
       (x, x_distance, shape, y, y_distance))

EXPORT(pooling_slopes,
       (const float *x, long x_distance, pooling_shape shape, const float *y, const float *dy, long y_distance,
        float *dx, long dx_distance),
       (x, x_distance, shape, y, dy, y_distance, dx, dx_distance))
