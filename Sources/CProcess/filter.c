// Landlock governs files and TCP ports; UDP, DNS, Unix sockets and signals need a filter on system calls.
#define _GNU_SOURCE
#include "filter.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the system call filter does not know this architecture"
#endif

// The same numbers on every architecture; older headers lack the names.
#ifndef SYS_io_uring_setup
#define SYS_io_uring_setup 425
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

#ifndef SYS_process_madvise
#define SYS_process_madvise 440
#endif
#define FIOSETOWN 0x8901
#define SIOCSPGRP 0x8902

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define RETURN(action) BPF_STMT(BPF_RET | BPF_K, (action))
#define REFUSED (SECCOMP_RET_ERRNO | (EACCES & SECCOMP_RET_DATA))
// Refuses a system call, whose number has been loaded.
#define REFUSE(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), RETURN(REFUSED)
// Refuses a system call unless the low word of its first argument is one of three values. All paths that go on load
// the number of the call again.
#define REFUSE_UNLESS(call, a, b, c) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 6), LOAD(args[0]), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(a), 3, 0), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(b), 2, 0), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(c), 1, 0), RETURN(REFUSED), LOAD(nr)
// Refuses a system call if the low word of its second argument is one of two values.
#define REFUSE_IF(call, a, b) \
  BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 5), LOAD(args[1]), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(a), 1, 0), \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(b), 0, 1), RETURN(REFUSED), LOAD(nr)

int marginalia_can_filter_system_calls(void) { return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0; }

int marginalia_filter_system_calls(void) {
  pid_t own = getpid();
  struct sock_filter program[] = {
      // A call by another architecture's numbers would mean something else.
      LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0),
      RETURN(SECCOMP_RET_KILL_PROCESS),
      LOAD(nr),
#if defined(__x86_64__)
      // The x32 calls have numbers of their own.
      BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
      RETURN(REFUSED),
#endif
      // `socketpair` stays: it reaches no other process, and the runtime reports crashes over one.
      REFUSE(SYS_socket),
      REFUSE(SYS_io_uring_setup),
      REFUSE(SYS_ptrace),
      REFUSE(SYS_process_vm_readv),
      REFUSE(SYS_process_vm_writev),
      REFUSE(SYS_pidfd_getfd),
      REFUSE(SYS_pidfd_send_signal),
      REFUSE(SYS_tkill),
      // The process itself and its own group.
      REFUSE_UNLESS(SYS_kill, own, 0, -own),
      REFUSE_UNLESS(SYS_tgkill, own, own, own),
      REFUSE_UNLESS(SYS_rt_sigqueueinfo, own, own, own),
      REFUSE_UNLESS(SYS_rt_tgsigqueueinfo, own, own, own),
      REFUSE_UNLESS(SYS_prlimit64, own, 0, 0),
      REFUSE(SYS_process_madvise),
      // A file's owner gets a signal when it can be read or written: it may be any process.
      REFUSE_IF(SYS_fcntl, F_SETOWN, F_SETOWN_EX),
      REFUSE_IF(SYS_ioctl, FIOSETOWN, SIOCSPGRP),
      // Memory, queues, semaphores and keys that all processes of a user share.
      REFUSE(SYS_shmget),
      REFUSE(SYS_shmat),
      REFUSE(SYS_msgget),
      REFUSE(SYS_semget),
      REFUSE(SYS_mq_open),
      REFUSE(SYS_add_key),
      REFUSE(SYS_request_key),
      REFUSE(SYS_keyctl),
      // Large parts of the kernel that no cell needs.
      REFUSE(SYS_bpf),
      REFUSE(SYS_perf_event_open),
      REFUSE(SYS_unshare),
      REFUSE(SYS_setns),
      RETURN(SECCOMP_RET_ALLOW),
  };
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}
