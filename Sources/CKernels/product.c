#include "product.h"

#include <string.h>

#include "lanes.h"

// Products of matrices for losses over thousands of classes. Columns of B, 16 or with AVX-512 32, are packed as a panel, which
// stays in a cache while all rows of A pass over it; the sums of six rows, or with AVX-512 of twelve, stay in registers.
//
// The loops are compiled several times on x86-64, as those of convolution.c are.

#pragma clang fp contract(fast)

// Fetches lines `from` to `to` of a panel's columns at b.first into the second cache: there are as many lines as rows for every 16
// columns.
INLINE void fetch_panel(matrix b, long width, long from, long to) {
  for (long line = from; line < to; line++)
    for (long u = 0; u < width; u += 16) {
      const float *row = b.first + line * b.row + u, *column = b.first + (line % 16 + u) * b.column + line / 16 * 16;
      __builtin_prefetch(b.column == 1 ? row : column, 0, 2);
    }
}

#define LANES 8
#define NAME(x) x##_8
#include "product_tiles.h"
#undef LANES
#undef NAME

#define LANES 16
#define NAME(x) x##_16
#include "product_tiles.h"
#undef LANES
#undef NAME

// Packs some columns, `width` at most, as [inner, width], filled up with zeros.
INLINE void pack_panel(matrix b, long width, long columns, long inner, float *panel) {
  long k = 0;
  if (b.column == 1 && columns == width) {
    for (; k < inner; k++) memcpy(panel + width * k, b.first + k * b.row, width * sizeof *panel);
  } else if (b.row == 1 && columns == width) {
    for (; k + 8 <= inner; k += 8) for (int eight = 0; eight < width; eight += 8)
      transpose(b.first + eight * b.column + k, b.column, panel + width * k + eight, width);
  }
  for (; k < inner; k++)
    for (long u = 0; u < width; u++) panel[width * k + u] = u < columns ? b.first[k * b.row + u * b.column] : 0;
}

INLINE void product_columns(int lanes, matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                            float scale, float *panel) {
  long width = 2 * lanes;
  for (long first = 0; first < columns; first += width, c += width) {
    long kept = least(columns - first, width);
    pack_panel(b, width, kept, inner, panel);
    b.first += width * b.column;
    const matrix *next = columns - first >= 2 * width ? &b : 0;
#define ROWS(form)                                                                                                      \
  if (lanes == 16) product_rows_16(12, kept, form, panel, next, c, distance, rows, inner, scale);                       \
  else product_rows_8(6, kept, form, panel, next, c, distance, rows, inner, scale)
    // The constant in each layout lets the compiler address elements without multiplying.
    if (a.column == 1) { ROWS(((matrix){a.first, a.row, 1})); }
    else { ROWS(((matrix){a.first, 1, a.column})); }
#undef ROWS
  }
}

INLINE void matrix_product_loops(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                                 float scale, float *panel) {
  product_columns(8, a, b, c, distance, rows, columns, inner, scale, panel);
}

INLINE void matrix_product_wide_loops(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                                      float scale, float *panel) {
  product_columns(16, a, b, c, distance, rows, columns, inner, scale, panel);
}

EXPORT_WIDE(matrix_product,
       (matrix a, matrix b, float *c, long distance, long rows, long columns, long inner, float scale, float *panel),
       (a, b, c, distance, rows, columns, inner, scale, panel))
