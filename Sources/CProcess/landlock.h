#ifndef MARGINALIA_LANDLOCK_H
#define MARGINALIA_LANDLOCK_H

#include "process.h"

// Gives up all files but those granted, TCP, and signals to processes outside; safe between fork and execve.
// Returns 0, or -1 with errno.
int marginalia_confine(const struct marginalia_grant *grants, size_t count);

#endif
