#ifndef MARGINALIA_LANDLOCK_H
#define MARGINALIA_LANDLOCK_H

#include "process.h"

// Limits this process to the granted files, without TCP and without signals to processes outside. Safe between fork
// and execve.
// Returns 0, or -1 with errno.
int marginalia_confine(const struct marginalia_grant *grants, size_t count);

#endif
