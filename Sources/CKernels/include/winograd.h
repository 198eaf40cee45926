#ifndef WINOGRAD_H
#define WINOGRAD_H

// Winograd's convolution F(2x2, 3x3): the transforms around its products.
//
// A kernel g of 3 x 3 over an image is computed by tiles of 2 x 2 places, each from a patch d of 4 x 4:
//
//   y = A'[(G g G') * (B' d B)]A      dg = G'[(B' d B) * (A dy A')]G
//
//   B' = 1  0 -1  0     G =  1    0    0       A' = 1  1  1  0
//        0  1  1  0         1/2  1/2  1/2           0  1 -1 -1
//        0 -1  1  0         1/2 -1/2  1/2
//        0  1  0 -1          0    0    1
//
// where * multiplies element by element, and the sums over channels (for y) or tiles (for dg) are taken in between: 16
// matrix products, one for each element of a transformed patch. They take 16 multiplications where the plain sums take 36.
// The transforms only add, subtract and halve, so their bits are the same on every processor.
//
// Source: Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, CVPR 2016, sections 4.1 and 4.2.

// The geometry of some images that are cut into tiles, row by row.
typedef struct {
  long images;
  // Tiles in a column and in a row of an image: half as many as there are places, rounded up.
  long tile_rows, tile_columns;
  // The places of an image; of a tile that reaches beyond them, only those within are written, and the others count as 0.
  long height, width;
  // Distances in elements between neighbouring images, lines and places: of the image that is read, with all places that the
  // patches cover, and of the one with one element for each place.
  long source_image, source_line, source_place;
  long target_image, target_line, target_place;
} winograd_shape;

// The 16 matrices of a spectrum, or of products, are `plane` elements apart: a little more than they take, so that their
// elements fall into different sets of the cache.

// Computes B' d B of every tile: spectrum[16, tile, channel] of source[image, line, place, channel].
//
// `channels` is a multiple of 8.
void winograd_input(const float *source, float *spectrum, long plane, winograd_shape shape, long channels);

// Computes A' m A of every tile: target[image, line, place, unit] of products[16, tile, unit], whose tiles are `row_length`
// elements apart; with `accumulates` it is added to the target.
//
// `units` is a multiple of 8.
void winograd_output(const float *products, long plane, long row_length, float *target, winograd_shape shape, long units,
                     int accumulates);

// Computes A dy A' of every tile: spectrum[16, unit / 16, tile, 16] of slopes[image, line, place, unit], which are laid out as
// the target.
//
// `units` is a multiple of 8; where it is no multiple of 16, the last block holds 8 units in the room of 16.
void winograd_slopes(const float *slopes, float *spectrum, long plane, winograd_shape shape, long units);

// Computes G g G' of half a block, 8 units: spectrum[16, channel, 16], `plane` elements apart, of weights[9, channel, 16].
void winograd_weights(const float *weights, float *spectrum, long plane, long channels);

// Adds up G' s G of some groups' sums, in order, for half a block, 8 units: gradient[9, channel, unit], rows `row` elements
// apart, of sums[16, channel, 16], `plane` elements apart, and groups `group` elements apart; for the first `count` channels.
//
// With `continues` the groups are added to the gradient, else they overwrite it.
void winograd_weight_gradient(const float *sums, long plane, long groups, long group, float *gradient, long row,
                              long channels, long count, int continues);

// The same without AVX2, for tests.
void winograd_input_portable(const float *source, float *spectrum, long plane, winograd_shape shape, long channels);
void winograd_output_portable(const float *products, long plane, long row_length, float *target, winograd_shape shape,
                              long units, int accumulates);
void winograd_slopes_portable(const float *slopes, float *spectrum, long plane, winograd_shape shape, long units);
void winograd_weights_portable(const float *weights, float *spectrum, long plane, long channels);
void winograd_weight_gradient_portable(const float *sums, long plane, long groups, long group, float *gradient, long row,
                                       long channels, long count, int continues);

#endif
