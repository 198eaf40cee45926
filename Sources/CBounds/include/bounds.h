#ifndef BOUNDS_H
#define BOUNDS_H

#include <stdint.h>

// Proofs in whole numbers that a product of two rows stays below a limit.
//
// A row v is packed as v ~ step * q with |q| at most 45. Whatever the rounding took away is known, so that
//
//     p.d <= step_p step_d (q_p.q_d) + |p| |d - step_d q_d| + |p - step_p q_p| (|d| + |d - step_d q_d|)
//
// is certain (Cauchy and Schwarz). Whole products are exact and cost a quarter of the instructions of products in
// Float. Blocks must begin at multiples of 32 bytes.

// Probes lie in packs of four, others in blocks of 16; what is missing of the last asks for nothing.
enum { bounds_probes_at_once = 4, bounds_block_length = 16 };

// A pair that may reach its limit, by place among the probes and others.
typedef struct { int32_t probe, other; } bounds_pair;

// In bytes.
long bounds_pack_size(long length);
long bounds_block_size(long length);

// Packs up to four probes. Probe p asks whether 2 p.d - |d|^2 may reach its limit. `slack` is a relative error, of
// everything, that is not to matter. A row whose square cannot be trusted asks for all.
void bounds_pack_probes(const float *rows, const float *limits, long count, long length, float slack, void *pack);

// Packs up to 16 rows, `count`, as a block.
void bounds_pack_block(const float *rows, long count, long length, float slack, void *block);

// Writes the pairs of the probes of some packs with the rows of some blocks for which nothing is proven. Returns their
// number, or -1 where they are more than the capacity may hold, and on a processor without the instructions (AVX2).
long bounds_find(const void *probes, long pack_count, const void *blocks, long block_count, long length,
                 bounds_pair *pairs, long capacity);

#endif
