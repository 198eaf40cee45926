#ifndef MARGINALIA_FILTER_H
#define MARGINALIA_FILTER_H

// Installs a seccomp filter in this process and all that it starts: no sockets, and no signals, tracing or limits for
// other processes. Safe between fork and execve. Returns 0, or -1 with errno.
int marginalia_filter_system_calls(void);

#endif
