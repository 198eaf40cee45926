#ifndef MARGINALIA_PROCESS_H
#define MARGINALIA_PROCESS_H

#include <stddef.h>

// What a sandboxed process may do with a path and everything beneath it.
enum {
  MARGINALIA_MAY_READ = 1,
  MARGINALIA_MAY_WRITE = 2,
  MARGINALIA_MAY_EXECUTE = 4,
};

struct marginalia_grant {
  const char *path;
  int rights;
};

// What marginalia_spawn starts. A descriptor of -1 is left out.
struct marginalia_child {
  const char *program;
  char *const *arguments;    // ends with NULL
  char *const *environment;  // ends with NULL
  const char *folder;        // NULL keeps the current one
  const char *input;         // the file that becomes descriptor 0; NULL gives an empty one
  int output;                // becomes descriptors 1 and 2
  int events;                // becomes descriptor 3
  unsigned long long memory;     // bytes of address space; 0 for no limit
  unsigned long long file_size;  // bytes of one file; 0 for no limit
  int confined;                  // whether Landlock limits files and TCP to the grants
  int filtered;                  // whether sockets and signals to other processes are refused
  const struct marginalia_grant *grants;
  size_t grant_count;
};

// Where a start failed.
enum {
  MARGINALIA_STEP_FORK = 1,
  MARGINALIA_STEP_DESCRIPTORS,
  MARGINALIA_STEP_LIMITS,
  MARGINALIA_STEP_CONFINEMENT,
  MARGINALIA_STEP_FOLDER,
  MARGINALIA_STEP_PROGRAM,
};

// Starts a process in its own process group that dies with the calling thread.
// Returns its id, or the negated error number, with the step that failed in *step.
int marginalia_spawn(const struct marginalia_child *child, int *step);

// Returns the version of Landlock that the kernel offers, or 0.
int marginalia_landlock_version(void);

// Whether the kernel offers seccomp filters.
int marginalia_can_filter_system_calls(void);

// Returns a descriptor that becomes readable when the process ends, or the negated error number.
int marginalia_open_process(int process);

// Makes a pipe that no other child inherits: {read end, write end}. Returns 0 or the negated error number.
int marginalia_pipe(int ends[2]);

// Returns the kind of the file system that holds a path, as statfs numbers it, or the negated error number.
long long marginalia_file_system(const char *path);

#endif
