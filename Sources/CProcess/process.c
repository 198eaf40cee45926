// Between fork and execve only functions that are safe in a signal handler may run: no allocation, no Swift.
#define _GNU_SOURCE
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "landlock.h"

// The same number on every architecture; older headers lack the name.
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#define CLOSE_ON_EXEC 4

struct report {
  int step;
  int error;
};

static int limit(int resource, unsigned long long most) {
  struct rlimit now;
  if (getrlimit(resource, &now) != 0) return -1;
  if (now.rlim_max < most) most = now.rlim_max;
  now.rlim_cur = now.rlim_max = most;
  return setrlimit(resource, &now);
}

static int set_limits(const struct marginalia_child *child) {
  if (limit(RLIMIT_CORE, 0) != 0) return -1;
  if (child->memory != 0 && limit(RLIMIT_AS, child->memory) != 0) return -1;
  if (child->file_size != 0 && limit(RLIMIT_FSIZE, child->file_size) != 0) return -1;
  return 0;
}

static void reset_signals(void) {
  for (int number = 1; number < 32; number++) {
    if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
  }
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static int set_descriptors(const struct marginalia_child *child) {
  int nothing = open("/dev/null", O_RDWR);
  int input = child->input == NULL ? nothing : open(child->input, O_RDONLY);
  if (nothing < 0 || input < 0 || dup2(input, 0) < 0) return -1;
  int output = child->output < 0 ? nothing : child->output;
  if (dup2(output, 1) < 0 || dup2(output, 2) < 0) return -1;
  if (child->events == 3) return fcntl(3, F_SETFD, 0);
  if (child->events >= 0) return dup2(child->events, 3) < 0 ? -1 : 0;
  return 0;
}

// Closes all descriptors from `first` on at execve.
static int close_others(unsigned first) {
  if (syscall(SYS_close_range, first, ~0U, CLOSE_ON_EXEC) == 0) return 0;
  // Kernels before 5.11 do not know the call or its flag.
  if (errno != ENOSYS && errno != EINVAL) return -1;
  struct rlimit most;
  if (getrlimit(RLIMIT_NOFILE, &most) != 0) return -1;
  // A limit that was lowered leaves higher descriptors open.
  rlim_t end = most.rlim_max == RLIM_INFINITY || most.rlim_max > 1 << 20 ? 1 << 20 : most.rlim_max;
  for (rlim_t descriptor = first; descriptor < end; descriptor++) {
    if (fcntl((int)descriptor, F_SETFD, FD_CLOEXEC) != 0 && errno != EBADF) return -1;
  }
  return 0;
}

static _Noreturn void become(const struct marginalia_child *child, pid_t parent, int back) {
  struct report report = {MARGINALIA_STEP_DESCRIPTORS, 0};
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  reset_signals();
  if (set_descriptors(child) != 0) goto failed;
  if (close_others(child->events >= 0 ? 4U : 3U) != 0) goto failed;
  report.step = MARGINALIA_STEP_LIMITS;
  if (set_limits(child) != 0) goto failed;
  report.step = MARGINALIA_STEP_FOLDER;
  if (child->folder != NULL && chdir(child->folder) != 0) goto failed;
  report.step = MARGINALIA_STEP_CONFINEMENT;
  if (child->confined && marginalia_confine(child->grants, child->grant_count) != 0) goto failed;
  if (child->filtered && marginalia_filter_system_calls() != 0) goto failed;
  report.step = MARGINALIA_STEP_PROGRAM;
  execve(child->program, child->arguments, child->environment);
failed:
  report.error = errno;
  if (write(back, &report, sizeof report) < 0) _exit(126);
  _exit(127);
}

int marginalia_spawn(const struct marginalia_child *child, int *step) {
  *step = MARGINALIA_STEP_FORK;
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return -errno;
  // Well above the descriptors that the child is given, so that none of them lands on it.
  int back = fcntl(ends[1], F_DUPFD_CLOEXEC, 64);
  int error = errno;
  close(ends[1]);
  if (back < 0) {
    close(ends[0]);
    return -error;
  }
  pid_t parent = getpid();
  pid_t process = fork();
  if (process == 0) become(child, parent, back);
  error = errno;
  close(back);
  if (process < 0) {
    close(ends[0]);
    return -error;
  }
  setpgid(process, process);
  struct report report;
  ssize_t count;
  do count = read(ends[0], &report, sizeof report);
  while (count < 0 && errno == EINTR);
  close(ends[0]);
  if (count == (ssize_t)sizeof report) {
    while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {}
    *step = report.step;
    return -report.error;
  }
  *step = 0;
  return process;
}

int marginalia_open_process(int process) {
  int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
  return descriptor < 0 ? -errno : descriptor;
}

int marginalia_pipe(int ends[2]) {
  return pipe2(ends, O_CLOEXEC) == 0 ? 0 : -errno;
}

long long marginalia_file_system(const char *path) {
  struct statfs status;
  // The kernel's numbers have 32 bits; a signed field would extend the highest.
  return statfs(path, &status) == 0 ? (long long)(unsigned int)status.f_type : -errno;
}
