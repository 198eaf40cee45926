#include "vectors.h"

#include <math.h>
#include <stdint.h>

#include "lanes.h"
#include "masks.h"

#pragma clang fp contract(off)

INLINE void vector_add_largest_loops(const float *added, float *values, long count, float *largest) {
  lanes peaks = ALL(-INFINITY);
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    lanes value = AT(values + i) + AT(added + i);
    PUT(values + i) = value;
    peaks = SELECT(peaks, value > peaks, value);
  }
  *largest = -INFINITY;
  for (int lane = 0; lane < 8; lane++) *largest = peaks[lane] > *largest ? peaks[lane] : *largest;
  for (; i < count; i++) {
    values[i] += added[i];
    *largest = values[i] > *largest ? values[i] : *largest;
  }
}

typedef uint32_t bits __attribute__((vector_size(32)));

// exp(x) for x in -80...0, and 0 below: such terms do not change a sum, and subnormal numbers are slow.
//
// x = n ln 2 + r with |r| <= ln 2 / 2; exp(r) by its Taylor polynomial of degree 7; the power of two by its bits.
INLINE void exponential(lanes *v) {
  masks is_tiny = *v < ALL(-80);
  lanes x = SELECT(*v, is_tiny, ALL(0));
  lanes shift = ALL(12582912); // 1.5 * 2^23: adding it rounds to an integer, kept in the lowest bits
  lanes shifted = x * 1.44269504f + shift;
  lanes n = shifted - shift;
  lanes r = (x - n * 0.69314575f) - n * 1.4286068e-6f;
  lanes p = r * (1.0f / 5040) + (1.0f / 720);
  p = p * r + (1.0f / 120);
  p = p * r + (1.0f / 24);
  p = p * r + (1.0f / 6);
  p = p * r + 0.5f;
  p = p * r + 1;
  p = p * r + 1;
  bits power = ((bits)shifted + 127) << 23;
  *v = SELECT(p * (lanes)power, is_tiny, ALL(0));
}

INLINE void vector_exponentials_loops(float *values, long count, float offset, float *sums) {
  lanes total = ALL(0);
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    lanes value = AT(values + i) - offset;
    exponential(&value);
    PUT(values + i) = value;
    total += value;
  }
  PUT(sums) = total;
  sums[8] = 0;
  for (; i < count; i++) {
    lanes value = ALL(values[i] - offset);
    exponential(&value);
    values[i] = value[0];
    sums[8] += value[0];
  }
}

INLINE void vector_descend_loops(float *values, float *velocities, const float *gradients, long count, float momentum,
                                 float decay, float rate) {
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    lanes value = AT(values + i), velocity = momentum * AT(velocities + i) + (AT(gradients + i) + decay * value);
    PUT(velocities + i) = velocity;
    PUT(values + i) = value - rate * velocity;
  }
  for (; i < count; i++) {
    velocities[i] = momentum * velocities[i] + (gradients[i] + decay * values[i]);
    values[i] -= rate * velocities[i];
  }
}

EXPORT(vector_add_largest, (const float *added, float *values, long count, float *largest), (added, values, count, largest))

EXPORT(vector_exponentials, (float *values, long count, float offset, float *sums), (values, count, offset, sums))

EXPORT(vector_descend,
       (float *values, float *velocities, const float *gradients, long count, float momentum, float decay, float rate),
       (values, velocities, gradients, count, momentum, decay, rate))
