#ifndef BOUNDS_H
#define BOUNDS_H

#include <stdint.h>

// Upper bounds of inner products in integer arithmetic, which exclude pairs of rows that stay below a limit.
//
// A row v is quantised as v ~ step * q with integers |q| of at most 45. The rounding errors are known, so that
//
//     p.d <= step_p step_d (q_p.q_d) + |p| |d - step_d q_d| + |p - step_p q_p| (|d| + |d - step_d q_d|)
//
// holds (Cauchy and Schwarz). Integer products are exact and cost a quarter of the instructions of products in Float.
// Blocks must begin at multiples of 32 bytes.

// Probes lie in packs of four, other rows in blocks of 16; missing ones of the last are never reported.
enum { bounds_probes_at_once = 4, bounds_block_length = 16 };

// A pair that may reach its limit: the indices of the probe and of the other row.
typedef struct { int32_t probe, other; } bounds_pair;

// In bytes.
long bounds_pack_size(long length);
long bounds_block_size(long length);

// Packs up to four probes, [count, length]. The limit of probe p is on 2 p.d - |d|^2. `slack` is a bound of the relative
// error of all floating-point sums. A row whose squared norm is not trusted is reported with every other row.
void bounds_pack_probes(const float *rows, const float *limits, long count, long length, float slack, void *pack);

// Packs `count` rows, up to 16, [count, length], as a block.
void bounds_pack_block(const float *rows, long count, long length, float slack, void *block);

// Writes the pairs of probes and rows that may reach their limit. Returns their number, or -1 where they may be more than
// the capacity, and on a processor without AVX2.
long bounds_find(const void *probes, long pack_count, const void *blocks, long block_count, long length,
                 bounds_pair *pairs, long capacity);

#endif
