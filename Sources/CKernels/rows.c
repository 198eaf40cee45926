#include "rows.h"

#include "lanes.h"
#include "normalisation.h"

#pragma clang fp contract(off)

INLINE void rows_scale_loops(const float *x, long x_distance, rows_norm norm, float *y, long y_distance, long rows,
                             long channels) {
  scale_rows(x, x_distance, norm, y, y_distance, rows, channels);
}

INLINE void rows_add_loops(const float *x, long x_distance, long rows, long channels, float *sum) {
  FOR_EACH_BAND {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes total = AT(sum + c);
      for (long row = band; row < end; row++) total += AT(x + row * x_distance + c);
      PUT(sum + c) = total;
    }
    for (; c < channels; c++) for (long row = band; row < end; row++) sum[c] += x[row * x_distance + c];
  }
}

INLINE void rows_add_squares_loops(const float *x, long x_distance, const float *mean, long rows, long channels,
                                   float *squares) {
  FOR_EACH_BAND {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes total = AT(squares + c), middle = AT(mean + c);
      for (long row = band; row < end; row++) {
        lanes deviation = AT(x + row * x_distance + c) - middle;
        total += deviation * deviation;
      }
      PUT(squares + c) = total;
    }
    for (; c < channels; c++) for (long row = band; row < end; row++) {
      float deviation = x[row * x_distance + c] - mean[c];
      squares[c] += deviation * deviation;
    }
  }
}

INLINE void rows_add_slopes_loops(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm,
                                  long rows, long channels, float *slopes, float *products) {
  float lowest = floor_of(norm);
  lanes floors = ALL(lowest);
  FOR_EACH_BAND {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes mean = AT(norm.mean + c), scale = AT(norm.scale + c), shift = AT(norm.shift + c);
      lanes sum = AT(slopes + c), product = AT(products + c);
      for (long row = band; row < end; row++) {
        lanes value = AT(x + row * x_distance + c);
        lanes part = SELECT(AT(dy + row * dy_distance + c), value * scale + shift <= floors, ALL(0));
        sum += part;
        product += part * (value - mean);
      }
      PUT(slopes + c) = sum;
      PUT(products + c) = product;
    }
    for (; c < channels; c++) for (long row = band; row < end; row++) {
      float value = x[row * x_distance + c];
      float part = value * norm.scale[c] + norm.shift[c] <= lowest ? 0 : dy[row * dy_distance + c];
      slopes[c] += part;
      products[c] += part * (value - norm.mean[c]);
    }
  }
}

INLINE void rows_slopes_loops(const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm,
                              const float *constant, const float *pull, float *dx, int accumulates, long rows,
                              long channels) {
  float lowest = floor_of(norm);
  lanes floors = ALL(lowest);
  FOR_EACH_BAND {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes scale = AT(norm.scale + c), shift = AT(norm.shift + c), add = AT(constant + c), factor = AT(pull + c);
      for (long row = band; row < end; row++) {
        float *to = dx + row * x_distance + c;
        lanes value = AT(x + row * x_distance + c);
        lanes part = SELECT(AT(dy + row * dy_distance + c), value * scale + shift <= floors, ALL(0));
        lanes slope = (part * scale + add) - value * factor;
        PUT(to) = accumulates ? slope + AT(to) : slope;
      }
    }
    for (; c < channels; c++) for (long row = band; row < end; row++) {
      float value = x[row * x_distance + c], *to = dx + row * x_distance + c;
      float part = value * norm.scale[c] + norm.shift[c] <= lowest ? 0 : dy[row * dy_distance + c];
      float slope = (part * norm.scale[c] + constant[c]) - value * pull[c];
      *to = accumulates ? *to + slope : slope;
    }
  }
}

INLINE void rows_add_scaled_loops(const float *x, long x_distance, const float *f, long f_distance, float scale,
                                  int has_relu, float *y, long y_distance, long rows, long channels) {
  float lowest = has_relu ? 0 : -INFINITY;
  lanes floors = ALL(lowest);
  for (long row = 0; row < rows; row++, x += x_distance, f += f_distance, y += y_distance) {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes value = AT(x + c) + scale * AT(f + c);
      PUT(y + c) = SELECT(value, value < floors, floors);
    }
    for (; c < channels; c++) {
      float value = x[c] + scale * f[c];
      y[c] = value < lowest ? lowest : value;
    }
  }
}

INLINE void rows_scale_masked_loops(const float *dy, const float *y, long distance, float factor, int accumulates,
                                    float *target, long target_distance, long rows, long channels) {
  const float *gate = y ? y : dy;
  for (long row = 0; row < rows; row++, dy += distance, gate += distance, target += target_distance) {
    long c = 0;
    for (; c + 8 <= channels; c += 8) {
      lanes value = factor * AT(dy + c);
      if (y) value = SELECT(value, AT(gate + c) <= ALL(0), ALL(0));
      PUT(target + c) = accumulates ? AT(target + c) + value : value;
    }
    for (; c < channels; c++) {
      float value = y && gate[c] <= 0 ? 0 : factor * dy[c];
      target[c] = accumulates ? target[c] + value : value;
    }
  }
}

EXPORT(rows_scale,
       (const float *x, long x_distance, rows_norm norm, float *y, long y_distance, long rows, long channels),
       (x, x_distance, norm, y, y_distance, rows, channels))

EXPORT(rows_add, (const float *x, long x_distance, long rows, long channels, float *sum),
       (x, x_distance, rows, channels, sum))

EXPORT(rows_add_squares,
       (const float *x, long x_distance, const float *mean, long rows, long channels, float *squares),
       (x, x_distance, mean, rows, channels, squares))

EXPORT(rows_add_slopes,
       (const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm, long rows, long channels,
        float *slopes, float *products),
       (x, x_distance, dy, dy_distance, norm, rows, channels, slopes, products))

EXPORT(rows_slopes,
       (const float *x, long x_distance, const float *dy, long dy_distance, rows_norm norm, const float *constant,
        const float *pull, float *dx, int accumulates, long rows, long channels),
       (x, x_distance, dy, dy_distance, norm, constant, pull, dx, accumulates, rows, channels))

EXPORT(rows_add_scaled,
       (const float *x, long x_distance, const float *f, long f_distance, float scale, int has_relu, float *y,
        long y_distance, long rows, long channels),
       (x, x_distance, f, f_distance, scale, has_relu, y, y_distance, rows, channels))

EXPORT(rows_scale_masked,
       (const float *dy, const float *y, long distance, float factor, int accumulates, float *target,
        long target_distance, long rows, long channels),
       (dy, y, distance, factor, accumulates, target, target_distance, rows, channels))
