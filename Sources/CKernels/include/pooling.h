#ifndef POOLING_H
#define POOLING_H

// Maximum pooling of images [row, column, channel]. Places are some elements apart; there is no padding.
typedef struct {
  long channels;
  // Windows of a line, and the distance in places between neighbouring ones.
  long windows, stride;
  long kernel_height, kernel_width;
  // Places of a line of the input.
  long line;
} pooling_shape;

// Computes y, the maxima of one line of windows; x is the first place of the first window. NaN is passed over, unless it is the
// window's first element.
void pooling_maxima(const float *x, long x_distance, pooling_shape shape, float *y, long y_distance);

// Adds the slopes dy of one line of windows to dx, each at the first place of its window that holds the maximum y. Rows of dy and
// y are as far apart.
void pooling_slopes(const float *x, long x_distance, pooling_shape shape, const float *y, const float *dy,
                    long y_distance, float *dx, long dx_distance);

// The same without AVX2, as on processors that lack it: for tests.
void pooling_maxima_portable(const float *x, long x_distance, pooling_shape shape, float *y, long y_distance);
void pooling_slopes_portable(const float *x, long x_distance, pooling_shape shape, const float *y, const float *dy,
                             long y_distance, float *dx, long dx_distance);

#endif
