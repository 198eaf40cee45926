#ifndef MASKS_H
#define MASKS_H

// Vectors that are chosen lane by lane.

#include "lanes.h"

typedef int masks __attribute__((vector_size(32)));

// The vector v, and another one in the lanes whose mask is set.
#define SELECT(v, mask, other) ((lanes)(((masks)(v) & ~(mask)) | ((masks)(other) & (mask))))
#define ALL(value) ((lanes){value, value, value, value, value, value, value, value})

#endif
