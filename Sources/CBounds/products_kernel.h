// The kernel of products.c for one type of number: NUMBER is float or double, NAME(x) a name with its suffix.

typedef NUMBER NAME(lanes) __attribute__((vector_size(8 * sizeof(NUMBER))));
typedef NUMBER NAME(loose_lanes) __attribute__((vector_size(8 * sizeof(NUMBER)), aligned(sizeof(NUMBER))));
typedef NUMBER NAME(wide) __attribute__((vector_size(16 * sizeof(NUMBER))));
typedef NUMBER NAME(loose_wide) __attribute__((vector_size(16 * sizeof(NUMBER)), aligned(sizeof(NUMBER))));

// Computes the 16 partial sums of each of 4 x 4 pairs, `step` x `step` pairs at a time.
INLINE void NAME(partial_sums)(int step, const NUMBER *const a[4], const NUMBER *const b[4], long length,
                               NUMBER partial[16][16]) {
  for (int i = 0; i < 4; i += step) for (int j = 0; j < 4; j += step) {
    NAME(wide) sums[4][4];
    UNROLL for (int u = 0; u < step; u++) UNROLL for (int v = 0; v < step; v++) sums[u][v] = (NAME(wide)){0};
    for (long k = 0; k + 16 <= length; k += 16) {
      NAME(wide) right[4];
      UNROLL for (int v = 0; v < step; v++) right[v] = *(const NAME(loose_wide) *)(b[j + v] + k);
      UNROLL for (int u = 0; u < step; u++) {
        NAME(wide) left = *(const NAME(loose_wide) *)(a[i + u] + k);
        UNROLL for (int v = 0; v < step; v++) sums[u][v] += left * right[v];
      }
    }
    UNROLL for (int u = 0; u < step; u++) UNROLL for (int v = 0; v < step; v++)
      *(NAME(loose_wide) *)partial[4 * (i + u) + j + v] = sums[u][v];
  }
}

// Adds up the partial sums of eight pairs, from the first to the last.
INLINE void NAME(add_up)(NUMBER partial[8][16], NUMBER *sums) {
  NAME(lanes) total = {0};
  UNROLL for (int side = 0; side < 16; side += 8) {
    // The transpose: vector i has the i-th partial sum of each pair.
    NAME(lanes) a[8], b[8];
    UNROLL for (int i = 0; i < 8; i++) a[i] = *(const NAME(loose_lanes) *)(partial[i] + side);
    UNROLL for (int i = 0; i < 8; i += 2) {
      b[i] = __builtin_shufflevector(a[i], a[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      b[i + 1] = __builtin_shufflevector(a[i], a[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    UNROLL for (int i = 0; i < 8; i++) {
      int first = i & ~2;
      a[i] = i & 2 ? __builtin_shufflevector(b[first], b[first + 2], 2, 3, 10, 11, 6, 7, 14, 15)
                   : __builtin_shufflevector(b[first], b[first + 2], 0, 1, 8, 9, 4, 5, 12, 13);
    }
    UNROLL for (int i = 0; i < 8; i++) {
      int first = i & ~4;
      NAME(lanes) part = i & 4 ? __builtin_shufflevector(a[first], a[first + 4], 4, 5, 6, 7, 12, 13, 14, 15)
                               : __builtin_shufflevector(a[first], a[first + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      total = side + i == 0 ? part : total + part;
    }
  }
  *(NAME(loose_lanes) *)sums = total;
}

INLINE void NAME(products)(int step, const NUMBER *rows, long row_count, const NUMBER *others, long other_count, long length,
                           NUMBER *target) {
  for (long other = 0; other < other_count; other += 4) for (long row = 0; row < row_count; row += 4) {
    // Where fewer than four are left, the last one is computed again.
    const NUMBER *a[4], *b[4];
    for (int i = 0; i < 4; i++) a[i] = rows + (row + i < row_count ? row + i : row_count - 1) * length;
    for (int j = 0; j < 4; j++) b[j] = others + (other + j < other_count ? other + j : other_count - 1) * length;
    NUMBER partial[16][16], sums[16];
    NAME(partial_sums)(step, a, b, length, partial);
    NAME(add_up)(partial, sums);
    NAME(add_up)(partial + 8, sums + 8);
    for (int i = 0; i < 4 && row + i < row_count; i++) for (int j = 0; j < 4 && other + j < other_count; j++) {
      NUMBER sum = sums[4 * i + j];
      for (long k = length / 16 * 16; k < length; k++) sum += a[i][k] * b[j][k];
      target[(row + i) * other_count + other + j] = sum;
    }
  }
}
