#include "winograd.h"

#include "lanes.h"

// One dimension of each transform: from elements `step` apart into elements `step` apart.

INLINE void transform_input(const lanes *d, lanes *v, long step) {
  v[0] = d[0] - d[2 * step];
  v[step] = d[step] + d[2 * step];
  v[2 * step] = d[2 * step] - d[step];
  v[3 * step] = d[step] - d[3 * step];
}

INLINE void transform_slopes(const lanes *y, lanes *v, long step) {
  v[0] = y[0];
  v[step] = y[0] + y[step];
  v[2 * step] = y[0] - y[step];
  v[3 * step] = -y[step];
}

INLINE void transform_output(const lanes *m, lanes *y, long step) {
  y[0] = m[0] + m[step] + m[2 * step];
  y[step] = m[step] - m[2 * step] - m[3 * step];
}

INLINE void transform_weights(const lanes *g, lanes *u, long step) {
  lanes outer = g[0] + g[2 * step], middle = g[step];
  u[0] = g[0];
  u[step] = 0.5f * (outer + middle);
  u[2 * step] = 0.5f * (outer - middle);
  u[3 * step] = g[2 * step];
}

INLINE void transform_gradient(const lanes *s, lanes *g, long step) {
  lanes sum = 0.5f * (s[step] + s[2 * step]), difference = 0.5f * (s[step] - s[2 * step]);
  g[0] = s[0] + sum;
  g[step] = difference;
  g[2 * step] = sum + s[3 * step];
}

// A loop over all tiles, with `tile`, the number of one, and `image`, `row` and `column`, its place.
#define FOR_EACH_TILE                                                                                                   \
  for (long tile = 0, image = 0; image < shape.images; image++)                                                         \
    for (long row = 0; row < shape.tile_rows; row++)                                                                    \
      for (long column = 0; column < shape.tile_columns; column++, tile++)

INLINE void winograd_input_loops(const float *source, float *spectrum, long plane, winograd_shape shape, long channels) {
  FOR_EACH_TILE {
    const float *from =
        source + image * shape.source_image + 2 * row * shape.source_line + 2 * column * shape.source_place;
    float *to = spectrum + tile * channels;
    for (long c = 0; c < channels; c += 8) {
      lanes d[16], half[16], v[16];
      UNROLL for (int i = 0; i < 16; i++) d[i] = AT(from + i / 4 * shape.source_line + i % 4 * shape.source_place + c);
      UNROLL for (int j = 0; j < 4; j++) transform_input(d + j, half + j, 4);
      UNROLL for (int i = 0; i < 4; i++) transform_input(half + 4 * i, v + 4 * i, 1);
      UNROLL for (int i = 0; i < 16; i++) PUT(to + i * plane + c) = v[i];
    }
  }
}

INLINE void winograd_output_loops(const float *products, long plane, long row_length, float *target, winograd_shape shape,
                                  long units, int accumulates) {
  FOR_EACH_TILE {
    const float *from = products + tile * row_length;
    float *to = target + image * shape.target_image + 2 * row * shape.target_line + 2 * column * shape.target_place;
    long lines = shape.height - 2 * row;
    long places = shape.width - 2 * column;
    for (long unit = 0; unit < units; unit += 8) {
      lanes m[16], half[8], y[4];
      UNROLL for (int i = 0; i < 16; i++) m[i] = AT(from + i * plane + unit);
      UNROLL for (int j = 0; j < 4; j++) transform_output(m + j, half + j, 4);
      UNROLL for (int i = 0; i < 2; i++) transform_output(half + 4 * i, y + 2 * i, 1);
      UNROLL for (int i = 0; i < 4; i++) {
        float *place = to + i / 2 * shape.target_line + i % 2 * shape.target_place + unit;
        if (i / 2 < lines && i % 2 < places) PUT(place) = accumulates ? AT(place) + y[i] : y[i];
      }
    }
  }
}

INLINE void winograd_slopes_loops(const float *slopes, float *spectrum, long plane, winograd_shape shape, long units) {
  long tiles = shape.images * shape.tile_rows * shape.tile_columns;
  FOR_EACH_TILE {
    const float *from = slopes + image * shape.target_image + 2 * row * shape.target_line + 2 * column * shape.target_place;
    long lines = shape.height - 2 * row;
    long places = shape.width - 2 * column;
    for (long unit = 0; unit < units; unit += 8) {
      float *to = spectrum + (unit / 16 * tiles + tile) * 16 + unit % 16;
      lanes y[4], half[8], v[16];
      UNROLL for (int i = 0; i < 4; i++) {
        if (i / 2 < lines && i % 2 < places)
          y[i] = AT(from + i / 2 * shape.target_line + i % 2 * shape.target_place + unit);
        else y[i] = (lanes){0};
      }
      UNROLL for (int j = 0; j < 2; j++) transform_slopes(y + j, half + j, 2);
      UNROLL for (int i = 0; i < 4; i++) transform_slopes(half + 2 * i, v + 4 * i, 1);
      UNROLL for (int i = 0; i < 16; i++) PUT(to + i * plane) = v[i];
    }
  }
}

INLINE void winograd_weights_loops(const float *weights, float *spectrum, long plane, long channels) {
  for (long c = 0; c < channels; c++) {
    lanes g[9], half[12], u[16];
    UNROLL for (int i = 0; i < 9; i++) g[i] = AT(weights + (i * channels + c) * 16);
    UNROLL for (int j = 0; j < 3; j++) transform_weights(g + j, half + j, 3);
    UNROLL for (int i = 0; i < 4; i++) transform_weights(half + 3 * i, u + 4 * i, 1);
    UNROLL for (int i = 0; i < 16; i++) PUT(spectrum + i * plane + c * 16) = u[i];
  }
}

INLINE void winograd_weight_gradient_loops(const float *sums, long plane, long groups, long group, float *gradient,
                                           long row, long channels, long count, int continues) {
  for (long c = 0; c < count; c++) {
    lanes total[9];
    if (continues) UNROLL for (int i = 0; i < 9; i++) total[i] = AT(gradient + (i * channels + c) * row);
    for (long number = 0; number < groups; number++) {
      const float *from = sums + number * group + c * 16;
      lanes s[16], half[12], g[9];
      UNROLL for (int i = 0; i < 16; i++) s[i] = AT(from + i * plane);
      UNROLL for (int j = 0; j < 4; j++) transform_gradient(s + j, half + j, 4);
      UNROLL for (int i = 0; i < 3; i++) transform_gradient(half + 4 * i, g + 3 * i, 1);
      UNROLL for (int i = 0; i < 9; i++) total[i] = number == 0 && !continues ? g[i] : total[i] + g[i];
    }
    UNROLL for (int i = 0; i < 9; i++) PUT(gradient + (i * channels + c) * row) = total[i];
  }
}

EXPORT(winograd_input, (const float *source, float *spectrum, long plane, winograd_shape shape, long channels),
       (source, spectrum, plane, shape, channels))

EXPORT(winograd_output,
       (const float *products, long plane, long row_length, float *target, winograd_shape shape, long units,
        int accumulates),
       (products, plane, row_length, target, shape, units, accumulates))

EXPORT(winograd_slopes, (const float *slopes, float *spectrum, long plane, winograd_shape shape, long units),
       (slopes, spectrum, plane, shape, units))

EXPORT(winograd_weights, (const float *weights, float *spectrum, long plane, long channels),
       (weights, spectrum, plane, channels))

EXPORT(winograd_weight_gradient,
       (const float *sums, long plane, long groups, long group, float *gradient, long row, long channels, long count,
        int continues),
       (sums, plane, groups, group, gradient, row, channels, count, continues))
