// A panel of a product, of 2 * LANES columns, for one kind of vector, of LANES numbers; NAME(x) is a name of its own.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES)));
typedef float NAME(loose) __attribute__((vector_size(4 * LANES), aligned(4)));

// Writes a row's sums, the first `kept`.
INLINE void NAME(put_row)(const NAME(vector) *sums, long kept, float *to, float scale) {
  NAME(vector) row[2];
  UNROLL for (int u = 0; u < 2; u++) row[u] = sums[u] * scale;
  if (kept == 2 * LANES) {
    UNROLL for (int u = 0; u < 2; u++) *(NAME(loose) *)(to + LANES * u) = row[u];
  } else {
    memcpy(to, row, kept * sizeof *to);
  }
}

// Computes `count` rows, at most 12; the first `kept` columns are written.
INLINE void NAME(product_tile)(int count, long kept, matrix a, const float *panel, float *c, long distance, long inner,
                               float scale) {
  NAME(vector) sums[12][2];
  const float *from[12];
  UNROLL for (int r = 0; r < count; r++) {
    UNROLL for (int u = 0; u < 2; u++) sums[r][u] = (NAME(vector)){0};
    from[r] = a.first + r * a.row;
    __builtin_prefetch(c + r * distance, 1);
  }
  for (long k = 0; k < inner; k++, panel += 2 * LANES) {
    NAME(vector) line[2];
    UNROLL for (int u = 0; u < 2; u++) line[u] = *(const NAME(loose) *)(panel + LANES * u);
    UNROLL for (int r = 0; r < count; r++)
      UNROLL for (int u = 0; u < 2; u++) sums[r][u] += line[u] * from[r][k * a.column];
  }
  UNROLL for (int r = 0; r < count; r++) NAME(put_row)(sums[r], kept, c + r * distance, scale);
}

// Computes all rows, in tiles of `most` and smaller ones, and fetches the next columns meanwhile.
INLINE void NAME(product_rows)(int most, long kept, matrix a, const float *panel, const matrix *next, float *c,
                               long distance, long rows, long inner, float scale) {
#define TILE(count)                                                                                                     \
  if (next) fetch_panel(*next, 2 * LANES, inner * r / rows, inner * (r + (count)) / rows);                                         \
  NAME(product_tile)(count, kept, a, panel, c, distance, inner, scale);                                                 \
  r += (count), a.first += (count) * a.row, c += (count) * distance
  long r = 0;
  TILES(most, rows - r)
#undef TILE
}
