#ifndef PRODUCTS_H
#define PRODUCTS_H

// Inner products of rows[row, length] with others[other, length], to target[row, other].
//
// Each is summed in one order, whatever its place and the processor: in 16 interleaved partial sums, which are added from the first
// to the last; then come the last length % 16 products in turn. Products and sums are rounded one by one.
void products_of_floats(const float *rows, long row_count, const float *others, long other_count, long length, float *target);
void products_of_doubles(const double *rows, long row_count, const double *others, long other_count, long length,
                         double *target);

// The same without AVX-512, and without AVX2, as on processors that lack them: for tests.
void products_of_floats_avx2(const float *rows, long row_count, const float *others, long other_count, long length,
                             float *target);
void products_of_doubles_avx2(const double *rows, long row_count, const double *others, long other_count, long length,
                              double *target);
void products_of_floats_portable(const float *rows, long row_count, const float *others, long other_count, long length,
                                 float *target);
void products_of_doubles_portable(const double *rows, long row_count, const double *others, long other_count, long length,
                                  double *target);

#endif
