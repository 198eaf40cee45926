// Fuzzes CBounds: every pair that reaches its limit must be among the pairs found. Rows are any bit patterns, NaN and
// infinity among them.
#include "bounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  if (count < 8) return 0;
  long length = 1 + bytes[0] % 70, probes = 1 + bytes[1] % 4, others = 1 + bytes[2] % 16;
  int isRaw = bytes[3] & 1;
  float rows[20][70], limits[4];
  for (long r = 0; r < probes + others; r++) for (long k = 0; k < length; k++) {
    uint8_t part[4];
    for (int i = 0; i < 4; i++) part[i] = bytes[(4 + (r * length + k) * 4 + i) % count];
    if (isRaw) memcpy(&rows[r][k], part, 4);
    else rows[r][k] = (float)(int8_t)part[0] / 16 + (float)part[1] / 4096;
  }
  for (long p = 0; p < probes; p++) limits[p] = (float)(int8_t)bytes[(5 + p) % count];
  // The functions take rows without gaps, in memory of exactly their size.
  float *packed = malloc((probes + others) * length * sizeof(float));
  for (long r = 0; r < probes + others; r++) memcpy(packed + r * length, rows[r], length * sizeof(float));
  float *first = malloc(probes * length * sizeof(float)), *second = malloc(others * length * sizeof(float));
  memcpy(first, packed, probes * length * sizeof(float));
  memcpy(second, packed + probes * length, others * length * sizeof(float));
  for (bounds_kernel kernel = bounds_avx2; kernel <= bounds_vnni; kernel++) {
    if (!bounds_has(kernel)) continue;
    void *pack = aligned_alloc(32, (bounds_pack_size(length) + 31) / 32 * 32);
    void *block = aligned_alloc(32, (bounds_block_size(length) + 31) / 32 * 32);
    bounds_pair *pairs = malloc(64 * sizeof(bounds_pair));
    bounds_pack_probes(kernel, first, limits, probes, length, 1e-5f, pack);
    bounds_pack_block(kernel, second, others, length, 1e-5f, block);
    long found = bounds_find(kernel, pack, 1, block, 1, length, pairs, 64);
    if (found > 64) abort();
    for (long p = 0; found >= 0 && p < probes; p++) for (long o = 0; o < others; o++) {
      double product = 0, square = 0;
      for (long k = 0; k < length; k++) {
        product += (double)first[p * length + k] * second[o * length + k];
        square += (double)second[o * length + k] * second[o * length + k];
      }
      if (!(2 * product - square >= limits[p])) continue;
      int isThere = 0;
      for (long i = 0; i < found; i++) isThere |= pairs[i].probe == p && pairs[i].other == o;
      if (!isThere) abort();
    }
    free(pack), free(block), free(pairs);
  }
  free(packed), free(first), free(second);
  return 0;
}
