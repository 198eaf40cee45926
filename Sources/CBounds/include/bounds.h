#ifndef BOUNDS_H
#define BOUNDS_H

#include <stdint.h>

// Upper bounds of inner products in integer arithmetic, which exclude pairs of rows that stay below a limit.
//
// A row v is quantised as v ~ step * q with integers |q| of at most 45 or 127. The rounding errors are known, so that
//
//     p.d <= step_p step_d (q_p.q_d) + |p| |d - step_d q_d| + |p - step_p q_p| (|d| + |d - step_d q_d|)
//
// holds (Cauchy and Schwarz). Integer products are exact and cost a quarter of the instructions of products in Float.
// Blocks must begin at multiples of 32 bytes.

// The instructions that are used. VNNI multiplies and adds larger integers by one instruction in place of two. Rows and probes
// are packed for one of them; rows may have up to 2^20 elements for AVX2, up to 2^17 for VNNI.
typedef enum { bounds_avx2, bounds_vnni } bounds_kernel;

// Whether this processor has the instructions: of AVX2 and FMA, or those and of AVX-512 BW, VL and VNNI.
int bounds_has(bounds_kernel kernel);

// Probes lie in packs of four, other rows in blocks of 16; missing ones of the last are never reported.
enum { bounds_probes_at_once = 4, bounds_block_length = 16 };

// A pair that may reach its limit: the indices of the probe and of the other row.
typedef struct { int32_t probe, other; } bounds_pair;

// In bytes.
long bounds_pack_size(long length);
long bounds_block_size(long length);

// Packs up to four probes, [count, length]. The limit of probe p is on 2 p.d - |d|^2. `slack` is a bound of the relative
// error of all floating-point sums. A row whose squared norm is not trusted is reported with every other row.
void bounds_pack_probes(bounds_kernel kernel, const float *rows, const float *limits, long count, long length,
                        float slack, void *pack);

// Packs `count` rows, up to 16, [count, length], as a block.
void bounds_pack_block(bounds_kernel kernel, const float *rows, long count, long length, float slack, void *block);

// Writes the pairs of probes and rows that may reach their limit. Returns their number, or -1 where they may be more than
// the capacity. The processor must have the kernel's instructions.
long bounds_find(bounds_kernel kernel, const void *probes, long pack_count, const void *blocks, long block_count,
                 long length, bounds_pair *pairs, long capacity);

#endif
