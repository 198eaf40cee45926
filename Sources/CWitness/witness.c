// Watches what a chapter's process does that its own code may hide: files that the sandbox refuses, and errors thrown.
//
// The functions of libc and of the Swift runtime that are defined here are found before the originals, since the
// laboratory's library is linked first; each calls the original.
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include "witness.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Refused files. A file may be opened anywhere, also in a signal handler: so there is neither lock nor allocation.

enum { kept = 16, longest = 4096 };
struct refusal {
  _Atomic int is_complete;
  char text[longest + 2];
};
static struct refusal refusals[kept];
static _Atomic int refusal_count;

// Writes the path of an open folder and a slash; nothing where it is not known.
static size_t folder_path(int folder, char *text, size_t size) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
  ssize_t length = readlink(link, text, size - 1);
  if (length <= 0 || (size_t)length >= size - 1) return 0;
  text[length] = '/';
  return (size_t)length + 1;
}

// The system's own files are asked for by libraries, which do without them everywhere alike.
static int is_of_system(const char *path) {
  static const char *const folders[] = {"/proc/", "/sys/", "/dev/", "/etc/", "/usr/", "/lib", "/run/", "/var/"};
  // A path that leads out of such a folder again is judged by nothing but its own name.
  if (strstr(path, "/..") != NULL) return 0;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    if (strncmp(path, folders[i], strlen(folders[i])) == 0) return 1;
  }
  return 0;
}

// Records a call that failed, if the sandbox refused it; `folder` is what a relative path starts from.
static void note(int folder, const char *path, char access) {
  int error = errno;
  if (error == EACCES && path != NULL) {
    char text[longest + 2];
    size_t start = 0;
    if (folder != AT_FDCWD && path[0] != '/') start = folder_path(folder, text, longest);
    size_t length = strnlen(path, longest - start);
    memcpy(text + start, path, length);
    text[start + length] = 0;
    // One refusal fails the cell, so those beyond the room for them are not missed.
    int index = is_of_system(text) ? kept : atomic_fetch_add(&refusal_count, 1);
    if (index < kept) {
      struct refusal *refusal = &refusals[index];
      refusal->text[0] = access;
      memcpy(refusal->text + 1, text, start + length + 1);
      atomic_store(&refusal->is_complete, 1);
    }
  }
  errno = error;
}

char *marginalia_next_refusal(void) {
  for (int index = 0; index < kept; index++) {
    if (atomic_exchange(&refusals[index].is_complete, 0)) return strdup(refusals[index].text);
  }
  atomic_store(&refusal_count, 0);
  return NULL;
}

static int has_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }
static char access_of(int flags) { return (flags & O_ACCMODE) == O_RDONLY ? 'r' : 'w'; }
static char access_of_mode(const char *mode) { return mode[0] == 'r' && strchr(mode, '+') == NULL ? 'r' : 'w'; }

typedef int (*opens)(const char *, int, ...);
typedef int (*opens_at)(int, const char *, int, ...);
typedef int (*opens_checked)(const char *, int);
typedef int (*opens_checked_at)(int, const char *, int);
typedef FILE *(*opens_file)(const char *, const char *);
typedef DIR *(*opens_folder)(const char *);

// Looks up the original of a function once; where there is none, the call fails.
#define ORIGINAL(type, name, failed) \
  static _Atomic(void *) found; \
  type original = (type)atomic_load(&found); \
  if (original == NULL) { \
    original = (type)dlsym(RTLD_NEXT, #name); \
    if (original == NULL) { \
      errno = ENOSYS; \
      return failed; \
    } \
    atomic_store(&found, (void *)original); \
  }

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    int mode = has_mode(flags) ? va_arg(rest, int) : 0; \
    va_end(rest); \
    ORIGINAL(opens, name, -1) \
    int result = original(path, flags, mode); \
    if (result < 0) note(AT_FDCWD, path, access_of(flags)); \
    return result; \
  }
#define OPEN_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    int mode = has_mode(flags) ? va_arg(rest, int) : 0; \
    va_end(rest); \
    ORIGINAL(opens_at, name, -1) \
    int result = original(folder, path, flags, mode); \
    if (result < 0) note(folder, path, access_of(flags)); \
    return result; \
  }
// What glibc's headers call in code that is compiled with _FORTIFY_SOURCE.
#define OPEN_CHECKED(name) \
  int name(const char *path, int flags) { \
    ORIGINAL(opens_checked, name, -1) \
    int result = original(path, flags); \
    if (result < 0) note(AT_FDCWD, path, access_of(flags)); \
    return result; \
  }
#define OPEN_CHECKED_AT(name) \
  int name(int folder, const char *path, int flags) { \
    ORIGINAL(opens_checked_at, name, -1) \
    int result = original(folder, path, flags); \
    if (result < 0) note(folder, path, access_of(flags)); \
    return result; \
  }
#define OPEN_FILE(name) \
  FILE *name(const char *restrict path, const char *restrict mode) { \
    ORIGINAL(opens_file, name, NULL) \
    FILE *result = original(path, mode); \
    if (result == NULL) note(AT_FDCWD, path, access_of_mode(mode)); \
    return result; \
  }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_CHECKED(__open_2)
OPEN_CHECKED(__open64_2)
OPEN_CHECKED_AT(__openat_2)
OPEN_CHECKED_AT(__openat64_2)
OPEN_FILE(fopen)
OPEN_FILE(fopen64)

DIR *opendir(const char *path) {
  ORIGINAL(opens_folder, opendir, NULL)
  DIR *result = original(path);
  if (result == NULL) note(AT_FDCWD, path, 'r');
  return result;
}

// Thrown errors. The two hooks are part of the Swift runtime's private interface (SWIFT_RUNTIME_STDLIB_SPI of Swift 6.3);
// `ChapterRunnerTests` fail where another runtime does not call them.

enum { deepest = 64 };
extern void _swift_setWillThrowHandler(void (*)(void *));
extern void (*_Atomic _swift_willThrowTypedImpl)(void *, const void *, const void *);
static void (*report_throw)(const uintptr_t *, int);
static void *frames[deepest];
static int frame_count;

static void will_throw(void *error) {
  (void)error;
  // Only an error that is thrown on the first thread can leave the program.
  if (syscall(SYS_gettid) == getpid()) frame_count = backtrace(frames, deepest);
}

static void will_throw_typed(void *error, const void *type, const void *conformance) {
  (void)type;
  (void)conformance;
  will_throw(error);
}

void marginalia_witness_errors(void (*left)(const uintptr_t *, int)) {
  // The first call loads what later ones need.
  frame_count = backtrace(frames, deepest);
  frame_count = 0;
  report_throw = left;
  _swift_setWillThrowHandler(will_throw);
  _swift_willThrowTypedImpl = will_throw_typed;
}

static int take_base(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  // The program itself comes first.
  *(uintptr_t *)base = info->dlpi_addr;
  return 1;
}

void swift_errorInMain(void *error) {
  uintptr_t base = 0;
  uintptr_t offsets[deepest];
  dl_iterate_phdr(take_base, &base);
  for (int i = 0; i < frame_count; i++) offsets[i] = (uintptr_t)frames[i] - base;
  if (report_throw != NULL) report_throw(offsets, frame_count);
  void (*original)(void *) = (void (*)(void *))dlsym(RTLD_NEXT, "swift_errorInMain");
  if (original == NULL) abort();
  original(error);
}
