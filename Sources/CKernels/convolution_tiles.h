// The sums of convolutions for one kind of vector, of LANES numbers; NAME(x) is a name of its own.

typedef float NAME(vector) __attribute__((vector_size(4 * LANES)));
typedef float NAME(loose) __attribute__((vector_size(4 * LANES), aligned(4)));

#define READ(pointer) (*(const NAME(loose) *)(pointer))
#define WRITE(pointer) (*(NAME(loose) *)(pointer))

// Computes `count` places, at most 12, by `width` vectors of units, at most 2; of the last vector `kept` units are written.
INLINE void NAME(place_tile)(int count, int width, long kept, const float *source, const float *weights, float *target,
                             convolution_shape shape, long first, int fetches, int accumulates) {
  long block = shape.run_count * shape.run_length * 16;
  // From a place to that of the next tile, whose patch comes into a cache meanwhile.
  long step = fetches && first + count < shape.place_count ? shape.places[first + count] - shape.places[first] : 0;
  NAME(vector) sums[12][2];
  UNROLL for (int p = 0; p < count; p++) {
    UNROLL for (int u = 0; u < width; u++) {
      sums[p][u] = (NAME(vector)){0};
      // Lines that are written may be in no cache: they come while the sums are computed.
      if (u * LANES % 16 == 0) __builtin_prefetch(target + shape.targets[first + p] + u * LANES, 1);
    }
  }
  for (long run = 0; run < shape.run_count; run++) {
    const float *from[12];
    UNROLL for (int p = 0; p < count; p++) from[p] = source + shape.places[first + p] + shape.runs[run];
    for (long k = 0; k < shape.run_length;) {
      if (step) UNROLL for (int p = 0; p < count; p++) __builtin_prefetch(from[p] + step + k);
      for (long end = least(k + 16, shape.run_length); k < end; k++, weights += 16) {
        NAME(vector) row[2];
        UNROLL for (int u = 0; u < width; u++) row[u] = READ(weights + u * LANES / 16 * block + u * LANES % 16);
        UNROLL for (int p = 0; p < count; p++) UNROLL for (int u = 0; u < width; u++) sums[p][u] += row[u] * from[p][k];
      }
    }
  }
  UNROLL for (int p = 0; p < count; p++) UNROLL for (int u = 0; u < width; u++) {
    float *to = target + shape.targets[first + p] + u * LANES;
    if (u + 1 < width || kept == LANES) {
      WRITE(to) = accumulates ? READ(to) + sums[p][u] : sums[p][u];
    } else {
      float part[LANES];
      memcpy(part, &sums[p][u], sizeof part);
      for (long i = 0; i < kept; i++) to[i] = accumulates ? to[i] + part[i] : part[i];
    }
  }
}

// Computes all places, in tiles of `most` and smaller ones, of `width` vectors of units.
INLINE void NAME(place_column)(int most, int width, long kept, const float *source, const float *weights, float *target,
                               convolution_shape shape, int fetches, int accumulates) {
#define TILE(count) NAME(place_tile)(count, width, kept, source, weights, target, shape, p, fetches, accumulates); p += (count)
  long p = 0;
  TILES(most, shape.place_count - p)
#undef TILE
}

// Computes the gradient for `count` elements of a patch, at most 12, by `width` vectors of units, at most 2, summed over all
// places.
INLINE void NAME(weight_tile)(int count, int width, const float *source, const float *slopes, long slope_place,
                              long slope_block, float *weights, convolution_shape shape, int is_first,
                              int accumulates) {
  long block = shape.run_count * shape.run_length * 16;
  // What comes into a cache meanwhile: the tile after the next one, and during the first tile the places that follow.
  long ahead = is_first ? shape.places[least(8, shape.place_count - 1)] - shape.places[0] : 2 * count;
  NAME(vector) sums[12][2];
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] = (NAME(vector)){0};
  for (long p = 0; p < shape.place_count; p++, slopes += slope_place) {
    const float *from = source + shape.places[p];
    __builtin_prefetch(from + ahead);
    if (is_first) __builtin_prefetch(from + ahead + 16);
    NAME(vector) row[2];
    UNROLL for (int u = 0; u < width; u++) row[u] = READ(slopes + u * LANES / 16 * slope_block + u * LANES % 16);
    UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) sums[k][u] += row[u] * from[k];
  }
  UNROLL for (int k = 0; k < count; k++) UNROLL for (int u = 0; u < width; u++) {
    float *to = weights + 16 * k + u * LANES / 16 * block + u * LANES % 16;
    WRITE(to) = accumulates ? READ(to) + sums[k][u] : sums[k][u];
  }
}

// Computes the gradient for whole patches, in tiles of `most` elements and smaller ones, by `width` vectors of units.
INLINE void NAME(weight_rows)(int most, int width, const float *source, const float *slopes, long slope_place,
                              long slope_block, float *weights, convolution_shape shape, int accumulates) {
  for (long run = 0; run < shape.run_count; run++) {
    const float *from = source + shape.runs[run];
    long k = 0;
#define TILE(count)                                                                                                     \
  NAME(weight_tile)(count, width, from + k, slopes, slope_place, slope_block, weights, shape, k == 0, accumulates);     \
  k += (count), weights += 16 * (count)
    TILES(most, shape.run_length - k)
#undef TILE
  }
}

#undef READ
#undef WRITE
