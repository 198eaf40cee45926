// The kernel of feature_scores.c for one type of number: NUMBER is float or double, NAME(x) a name with its suffix.

// The same numbers of 16 rows, and half of them.
typedef NUMBER NAME(line) __attribute__((vector_size(16 * sizeof(NUMBER))));
typedef NUMBER NAME(half) __attribute__((vector_size(8 * sizeof(NUMBER))));
typedef NUMBER NAME(loose_line) __attribute__((vector_size(16 * sizeof(NUMBER)), aligned(sizeof(NUMBER))));
typedef NUMBER NAME(loose_half) __attribute__((vector_size(8 * sizeof(NUMBER)), aligned(sizeof(NUMBER))));

// Packs eight numbers of eight rows: rows are `length` apart, the numbers' lines `distance`.
INLINE void NAME(pack_eight)(const NUMBER *rows, long length, NUMBER *packed, long distance) {
  NAME(half) a[8], b[8];
  UNROLL for (int i = 0; i < 8; i++) a[i] = *(const NAME(loose_half) *)(rows + i * length);
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
    *(NAME(loose_half) *)(packed + i * distance) =
        i & 4 ? __builtin_shufflevector(a[first], a[first + 4], 4, 5, 6, 7, 12, 13, 14, 15)
              : __builtin_shufflevector(a[first], a[first + 4], 0, 1, 2, 3, 8, 9, 10, 11);
  }
}

// Packs rows as panels of 16 rows, of which the last is filled up with zeros. Lines of 16 numbers, [row], follow in the order in
// which a product's sums take them: number 16 k + part of each row in line [part, k], then the last length % 16.
INLINE void NAME(pack)(const NUMBER *rows, long count, long length, NUMBER *packed) {
  long steps = length / 16;
  for (; count > 0; count -= 16, rows += 16 * length, packed += 16 * length) {
    long filled = count < 16 ? count : 16;
    NUMBER square[16][16] = {{0}};
    for (long k = 0; k < steps; k++) {
      for (long r = 0; r < filled; r++) memcpy(square[r], rows + r * length + 16 * k, sizeof *square);
      for (int part = 0; part < 16; part += 8) for (int side = 0; side < 16; side += 8)
        NAME(pack_eight)(square[side] + part, 16, packed + 16 * (part * steps + k) + side, 16 * steps);
    }
    for (long k = 16 * steps; k < length; k++)
      for (long r = 0; r < 16; r++) packed[16 * k + r] = r < filled ? rows[r * length + k] : 0;
  }
}

// Adds to sums[row, other], of 16 rows and others, one more of the partial sums: that of `count` products whose lines follow.
// `width` rows are computed at once. The first partial sum is not added to a sum.
INLINE void NAME(add_part)(int width, const NUMBER *rows, const NUMBER *others, long count, int is_first, NUMBER *sums) {
  UNROLL for (int start = 0; start < 16; start += width) {
    NAME(line) part[16];
    UNROLL for (int r = 0; r < width; r++) part[r] = (NAME(line)){0};
    for (long k = 0; k < count; k++) {
      NAME(line) line = *(const NAME(loose_line) *)(others + 16 * k);
      UNROLL for (int r = 0; r < width; r++) part[r] += line * rows[16 * k + start + r];
    }
    UNROLL for (int r = 0; r < width; r++) {
      NAME(loose_line) *sum = (NAME(loose_line) *)(sums + 16 * (start + r));
      *sum = is_first ? part[r] : *sum + part[r];
    }
  }
}

// Adds to sums[row, other], of 16 rows and others, `count` products in turn.
INLINE void NAME(add_rest)(const NUMBER *rows, const NUMBER *others, long count, NUMBER *sums) {
  for (long k = 0; k < count; k++) for (int r = 0; r < 16; r++)
    *(NAME(loose_line) *)(sums + 16 * r) += *(const NAME(loose_line) *)(others + 16 * k) * rows[16 * k + r];
}

enum { NAME(rows_at_once) = 128 };

INLINE void NAME(scores)(int width, NAME(features) rows, NAME(features) others, long length, NUMBER *target) {
  long steps = length / 16;
  for (long first = 0; first < rows.count; first += NAME(rows_at_once)) for (long other = 0; other < others.count; other += 16) {
    long count = rows.count - first < NAME(rows_at_once) ? rows.count - first : NAME(rows_at_once);
    long kept = others.count - other < 16 ? others.count - other : 16;
    const NUMBER *left = rows.packed + first * length, *right = others.packed + other * length;
    _Alignas(64) NUMBER sums[NAME(rows_at_once) * 16];
    // The others' lines of a part stay in the first cache while all rows pass over them.
    for (long part = 0; part < 16; part++) for (long row = 0; row < count; row += 16)
      NAME(add_part)(width, left + row * length + 16 * part * steps, right + 16 * part * steps, steps, part == 0, sums + 16 * row);
    for (long row = 0; row < count; row += 16)
      NAME(add_rest)(left + row * length + 256 * steps, right + 256 * steps, length % 16, sums + 16 * row);
    NAME(line) squares = {0};
    memcpy(&squares, others.squares + other, kept * sizeof(NUMBER));
    for (long row = 0; row < count; row++) {
      NAME(line) scores = 2 * *(const NAME(loose_line) *)(sums + 16 * row) - (rows.squares[first + row] + squares);
      NUMBER *to = target + (first + row) * others.count + other;
      if (kept == 16) *(NAME(loose_line) *)to = scores;
      else memcpy(to, &scores, kept * sizeof(NUMBER));
    }
  }
}
