#include "product.h"

#include <string.h>

#include "lanes.h"

// Products of matrices for losses over thousands of classes. Sixteen columns of B are packed as a panel, which stays
// in a cache while all rows of A pass over it; the sums of six rows stay in registers.
//
// The loops are compiled twice on x86-64, as those of convolution.c are.

#pragma clang fp contract(fast)

// Writes a row's sums, `kept` of 16.
INLINE void put_row(const lanes *sums, long kept, float *to, float scale) {
  lanes row[2];
  UNROLL for (int u = 0; u < 2; u++) row[u] = sums[u] * scale;
  if (kept == 16) {
    UNROLL for (int u = 0; u < 2; u++) PUT(to + 8 * u) = row[u];
  } else {
    memcpy(to, row, kept * sizeof *to);
  }
}

// Computes `count` rows, at most 6, of 16 columns; the first `kept` columns are written.
INLINE void product_tile(int count, long kept, matrix a, const float *panel, float *c, long distance, long inner,
                         float scale) {
  lanes sums[6][2];
  const float *from[6];
  UNROLL for (int r = 0; r < count; r++) {
    UNROLL for (int u = 0; u < 2; u++) sums[r][u] = (lanes){0};
    from[r] = a.first + r * a.row;
    __builtin_prefetch(c + r * distance, 1);
  }
  for (long k = 0; k < inner; k++, panel += 16) {
    lanes left = AT(panel), right = AT(panel + 8);
    UNROLL for (int r = 0; r < count; r++) {
      sums[r][0] += left * from[r][k * a.column];
      sums[r][1] += right * from[r][k * a.column];
    }
  }
  UNROLL for (int r = 0; r < count; r++) put_row(sums[r], kept, c + r * distance, scale);
}

// Fetches lines `from` to `to` of the 16 columns at b.first into the second cache: there are as many lines as rows.
INLINE void fetch_panel(matrix b, long from, long to) {
  for (long line = from; line < to; line++)
    __builtin_prefetch(b.column == 1 ? b.first + line * b.row : b.first + line % 16 * b.column + line / 16 * 16, 0, 2);
}

// Computes all rows of 16 columns, and fetches the next ones meanwhile.
INLINE void product_rows(long kept, matrix a, const float *panel, const matrix *next, float *c, long distance, long rows,
                         long inner, float scale) {
#define TILE(count)                                                                                                     \
  if (next) fetch_panel(*next, inner * r / rows, inner * (r + (count)) / rows);                                         \
  product_tile(count, kept, a, panel, c, distance, inner, scale);                                                       \
  r += (count), a.first += (count) * a.row, c += (count) * distance
  long r = 0;
  TILES(rows - r)
#undef TILE
}

// Packs at most 16 columns as [inner, 16], filled up with zeros.
INLINE void pack_panel(matrix b, long columns, long inner, float *panel) {
  long k = 0;
  if (b.column == 1 && columns == 16) {
    for (; k < inner; k++) memcpy(panel + 16 * k, b.first + k * b.row, 16 * sizeof *panel);
  } else if (b.row == 1 && columns == 16) {
    for (; k + 8 <= inner; k += 8) for (int half = 0; half < 2; half++)
      transpose(b.first + 8 * half * b.column + k, b.column, panel + 16 * k + 8 * half, 16);
  }
  for (; k < inner; k++)
    for (long u = 0; u < 16; u++) panel[16 * k + u] = u < columns ? b.first[k * b.row + u * b.column] : 0;
}

INLINE void matrix_product_loops(matrix a, matrix b, float *c, long distance, long rows, long columns, long inner,
                                 float scale, float *panel) {
  for (long first = 0; first < columns; first += 16, c += 16) {
    long kept = columns - first < 16 ? columns - first : 16;
    pack_panel(b, kept, inner, panel);
    b.first += 16 * b.column;
    const matrix *next = columns - first >= 32 ? &b : 0;
#define ROWS(form) product_rows(kept, form, panel, next, c, distance, rows, inner, scale)
    // The constant in each layout lets the compiler address elements without multiplying.
    if (a.column == 1) ROWS(((matrix){a.first, a.row, 1}));
    else ROWS(((matrix){a.first, 1, a.column}));
#undef ROWS
  }
}

EXPORT(matrix_product,
       (matrix a, matrix b, float *c, long distance, long rows, long columns, long inner, float scale, float *panel),
       (a, b, c, distance, rows, columns, inner, scale, panel))
