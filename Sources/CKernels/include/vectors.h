#ifndef VECTORS_H
#define VECTORS_H

// Kernels over vectors of numbers. Products and sums are rounded one by one.

// Adds a vector to the values and finds the largest of them; NaN is passed over.
void vector_add_largest(const float *added, float *values, long count, float *largest);

// Replaces each value by exp(value - offset), and sums them up: sums[i] is the sum of the values i, i + 8, i + 16, ... of whole
// eights, sums[8] that of the values behind them. No value is above the offset. A polynomial, within 2 units in the last place; 0
// below exp(-80).
void vector_exponentials(float *values, long count, float offset, float *sums);

// Takes a step of gradient descent: velocity = momentum * velocity + (gradient + decay * value); value -= rate * velocity.
void vector_descend(float *values, float *velocities, const float *gradients, long count, float momentum, float decay,
                    float rate);

// The same without AVX2, as on processors that lack it: for tests.
void vector_add_largest_portable(const float *added, float *values, long count, float *largest);
void vector_exponentials_portable(float *values, long count, float offset, float *sums);
void vector_descend_portable(float *values, float *velocities, const float *gradients, long count, float momentum,
                             float decay, float rate);

#endif
