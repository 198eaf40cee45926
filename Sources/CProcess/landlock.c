// The kernel's interface is written out here: the headers of Debian 12 know only version 2 of 7.
#define _GNU_SOURCE
#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#define BIT(number) (1ULL << (number))

enum {
  EXECUTE = 0, WRITE_FILE = 1, READ_FILE = 2, READ_DIR = 3, REFER = 13, TRUNCATE = 14, IOCTL_DEV = 15,
};

struct ruleset {
  uint64_t files;
  uint64_t network;
  uint64_t scopes;
};

struct rule {
  uint64_t allowed;
  int32_t parent;
} __attribute__((packed));

int marginalia_landlock_version(void) {
  long version = syscall(SYS_landlock_create_ruleset, NULL, 0, 1U);
  return version < 0 ? 0 : (int)version;
}

// All rights on files that a version knows: the first has 13, and three came one by one.
static uint64_t known_file_rights(int version) {
  int count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  return BIT(count) - 1;
}

static uint64_t allowed_rights(int rights, int is_folder, uint64_t known) {
  uint64_t allowed = 0;
  if (rights & MARGINALIA_MAY_READ) allowed |= BIT(READ_FILE) | BIT(READ_DIR);
  if (rights & MARGINALIA_MAY_EXECUTE) allowed |= BIT(EXECUTE);
  if (rights & MARGINALIA_MAY_WRITE) allowed |= known & ~(BIT(EXECUTE) | BIT(READ_FILE) | BIT(READ_DIR));
  if (!is_folder) {
    allowed &= BIT(EXECUTE) | BIT(WRITE_FILE) | BIT(READ_FILE) | BIT(TRUNCATE) | BIT(IOCTL_DEV);
  }
  return allowed & known;
}

static int grant(int ruleset, const struct marginalia_grant *grant, uint64_t known) {
  int path = open(grant->path, O_PATH | O_CLOEXEC);
  // A path that does not exist needs no grant.
  if (path < 0) return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
  struct stat status;
  int failed = fstat(path, &status);
  if (!failed) {
    struct rule rule = {allowed_rights(grant->rights, S_ISDIR(status.st_mode), known), path};
    failed = (int)syscall(SYS_landlock_add_rule, ruleset, 1, &rule, 0U);
  }
  int error = errno;
  close(path);
  errno = error;
  return failed;
}

int marginalia_confine(const struct marginalia_grant *grants, size_t count) {
  int version = marginalia_landlock_version();
  if (version == 0) {
    errno = ENOSYS;
    return -1;
  }
  struct ruleset wanted = {known_file_rights(version), version >= 4 ? 3 : 0, version >= 6 ? 3 : 0};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int ruleset = (int)syscall(SYS_landlock_create_ruleset, &wanted, size, 0U);
  if (ruleset < 0) return -1;
  for (size_t index = 0; index < count; index++) {
    if (grant(ruleset, &grants[index], wanted.files) != 0) return -1;
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return -1;
  int failed = (int)syscall(SYS_landlock_restrict_self, ruleset, 0U);
  int error = errno;
  close(ruleset);
  errno = error;
  return failed;
}
