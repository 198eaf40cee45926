// What a chapter's process does that its own code may hide: it opens files that it may not have, and throws.
//
// The functions of libc and of the Swift runtime that are defined here come before the originals in the search for
// symbols, since the laboratory's library is linked first; each calls the original.
#define _GNU_SOURCE
#undef _FORTIFY_SOURCE
#include "witness.h"
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

// Refusals

enum { kept = 16 };
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *refused[kept];
static int refused_count;

static void note(const char *path, char access) {
  int error = errno;
  if (error == EACCES && path != NULL && strlen(path) < 4000) {
    char text[4096];
    snprintf(text, sizeof text, "%c%s", access, path);
    pthread_mutex_lock(&lock);
    if (refused_count < kept && (refused[refused_count] = strdup(text)) != NULL) refused_count++;
    pthread_mutex_unlock(&lock);
  }
  errno = error;
}

char *marginalia_next_refusal(void) {
  pthread_mutex_lock(&lock);
  char *next = refused_count > 0 ? refused[--refused_count] : NULL;
  pthread_mutex_unlock(&lock);
  return next;
}

static int has_mode(int flags) { return (flags & O_CREAT) != 0 || (flags & O_TMPFILE) == O_TMPFILE; }
static char access_of(int flags) { return (flags & O_ACCMODE) == O_RDONLY ? 'r' : 'w'; }

typedef int (*opens)(const char *, int, ...);
typedef int (*opens_at)(int, const char *, int, ...);
typedef FILE *(*opens_file)(const char *, const char *);
typedef DIR *(*opens_folder)(const char *);

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    int mode = has_mode(flags) ? va_arg(rest, int) : 0; \
    va_end(rest); \
    int result = ((opens)dlsym(RTLD_NEXT, #name))(path, flags, mode); \
    if (result < 0) note(path, access_of(flags)); \
    return result; \
  }
#define OPEN_AT(name) \
  int name(int folder, const char *path, int flags, ...) { \
    va_list rest; \
    va_start(rest, flags); \
    int mode = has_mode(flags) ? va_arg(rest, int) : 0; \
    va_end(rest); \
    int result = ((opens_at)dlsym(RTLD_NEXT, #name))(folder, path, flags, mode); \
    if (result < 0 && folder == AT_FDCWD) note(path, access_of(flags)); \
    return result; \
  }
#define OPEN_FILE(name) \
  FILE *name(const char *restrict path, const char *restrict mode) { \
    FILE *result = ((opens_file)dlsym(RTLD_NEXT, #name))(path, mode); \
    if (result == NULL) note(path, strcmp(mode, "r") == 0 || strcmp(mode, "rb") == 0 ? 'r' : 'w'); \
    return result; \
  }

OPEN(open)
OPEN(open64)
OPEN_AT(openat)
OPEN_AT(openat64)
OPEN_FILE(fopen)
OPEN_FILE(fopen64)

DIR *opendir(const char *path) {
  DIR *result = ((opens_folder)dlsym(RTLD_NEXT, "opendir"))(path);
  if (result == NULL) note(path, 'r');
  return result;
}

// Throws

enum { deepest = 64 };
extern void _swift_setWillThrowHandler(void (*)(void *));
extern void (*_Atomic _swift_willThrowTypedImpl)(void *, const void *, const void *);
static void (*told)(const uintptr_t *, int);
static void *frames[deepest];
static int frame_count;

static void will_throw(void *error) {
  (void)error;
  // Only what is thrown on the first thread can leave the program.
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
  told = left;
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
  if (told != NULL) told(offsets, frame_count);
  ((void (*)(void *))dlsym(RTLD_NEXT, "swift_errorInMain"))(error);
}
