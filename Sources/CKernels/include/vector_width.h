#ifndef VECTOR_WIDTH_H
#define VECTOR_WIDTH_H

// Returns how many numbers of Float the vectors of the kernels hold: 16 with AVX-512, where the products of convolutions take less
// time with it than with AVX2, else 8; 1 on an x86-64 processor without AVX2 and FMA.
//
// The first call measures it, in less than a millisecond: some processors compute a vector of 16 in two steps, or lower their
// clock for it. The results have the same bits with 8 and with 16.
int vector_width(void);

// Returns the most numbers that this processor's vectors hold: 16 with AVX-512, 8 with AVX2 and FMA, else 1; 8 on other processors
// than x86-64.
int widest_vectors(void);

// Has the kernels use vectors of so many numbers from now on, or the widest below that this processor has: for measurements and
// tests, and not while a kernel runs.
void set_vector_width(int numbers);

#endif
