#ifndef PRODUCT_H
#define PRODUCT_H

// A matrix in memory: the distances in elements between neighbouring rows and between neighbouring columns, of which one is 1.
typedef struct {
  const float *first;
  long row, column;
} matrix;

// Computes C = scale * A B; A is [rows, inner], B is [inner, columns], and the rows of C are `distance` apart.
//
// Every element is one sum in the order of the inner index, whatever the numbers of rows and columns: a product of some rows has
// the bits of the whole. `panel` is room for 32 * inner elements.
void matrix_product(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner, float scale,
                    float *panel);

#if defined(__x86_64__)
// The same with AVX2 and FMA, and with AVX-512, whose bits are those of AVX2: where the processor has them.
void matrix_product_avx2(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner, float scale,
                         float *panel);
void matrix_product_avx512(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                           float scale, float *panel);
#endif

// The same without AVX2, as on processors that lack it: for tests.
void matrix_product_portable(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                             float scale, float *panel);

#endif
