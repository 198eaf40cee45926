#define _GNU_SOURCE
#include "include/workers.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>

enum { slot_count = 64, most_helpers = 255 };

// A loop that is open to helpers.
//
// `state` holds, from the lowest bit on: how many helpers may still enter (16 bits), how many are within (16), and the number of
// loops that this slot has held (32). A helper enters by one compare-and-swap, so it can enter no loop but the one whose state
// it saw, and a slot is used again only when nobody is within.
//
// Each worker has a share of successive chunks. It does those first, from the lowest on, then what is left of the others' shares,
// from the highest on. So a thread mostly works on the same images in one loop after the other, which lie in its core's cache.
typedef struct { _Alignas(128) _Atomic uint64_t range; } loop_share;
typedef struct {
  _Alignas(128) _Atomic uint64_t state;
  _Atomic int is_taken, has_waiting_owner;
  long helper_limit;
  workers_body body;
  const void *context;
  loop_share shares[most_helpers + 1];
} loop_slot;

static const uint64_t place = 1, within = 1 << 16, generation = 1ull << 32, places_mask = 0xFFFF, within_mask = 0xFFFF0000;

static loop_slot slots[slot_count];
// Counts the loops that were opened: helpers wait for the next one.
static _Atomic uint32_t opened;
static _Atomic long awake, asleep, helpers, wanted;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t loop_opened = PTHREAD_COND_INITIALIZER, helper_left = PTHREAD_COND_INITIALIZER;

static inline void rest(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static int64_t nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000ll + time.tv_nsec;
}

// Waits awake until the condition holds, and evaluates to whether it does: at first without leaving the core, then letting other
// threads run, and for 0.2 ms in all.
#define AWAIT(condition)                                                                                                \
  ({                                                                                                                    \
    int holds = 0;                                                                                                      \
    for (int i = 0; i < 200 && !(holds = (condition)); i++) rest();                                                     \
    if (!holds)                                                                                                         \
      for (int64_t end = nanoseconds() + 200000; !(holds = (condition)) && nanoseconds() < end;) sched_yield();         \
    holds;                                                                                                              \
  })

// Takes a chunk of a share: the lowest, or the highest. Returns -1 where none is left.
static inline long take(loop_share *share, int is_highest) {
  uint64_t range = atomic_load(&share->range), left;
  do {
    uint32_t first = (uint32_t)range, end = range >> 32;
    if (first >= end) return -1;
    left = is_highest ? range - (1ull << 32) : range + 1;
  } while (!atomic_compare_exchange_weak(&share->range, &range, left));
  return is_highest ? (long)(range >> 32) - 1 : (long)(uint32_t)range;
}

static void work(loop_slot *slot, long worker, long own) {
  long count = slot->helper_limit + 1;
  for (long i = 0; i < count; i++) {
    loop_share *share = slot->shares + (own + i) % count;
    for (long chunk; (chunk = take(share, i > 0)) >= 0;) slot->body(slot->context, worker, chunk);
  }
}

// Takes part in a loop, if the slot holds one with a free place.
static int help(loop_slot *slot, long helper) {
  uint64_t state = atomic_load(&slot->state);
  do {
    if (!(state & places_mask)) return 0;
  } while (!atomic_compare_exchange_weak(&slot->state, &state, state - place + within));
  work(slot, slot->helper_limit - (long)(state & places_mask) + 1, helper);
  atomic_fetch_sub(&slot->state, within);
  if (atomic_load(&slot->has_waiting_owner)) {
    pthread_mutex_lock(&mutex);
    pthread_cond_broadcast(&helper_left);
    pthread_mutex_unlock(&mutex);
  }
  return 1;
}

// `number` is that of the helper, from 1 on.
static void *run_helper(void *number) {
  for (;;) {
    uint32_t seen = atomic_load(&opened);
    int helped = 0;
    for (int i = 0; i < slot_count; i++) helped |= help(slots + i, (intptr_t)number);
    if (helped) continue;
    atomic_fetch_add(&awake, 1);
    int is_opened = AWAIT(atomic_load(&opened) != seen);
    atomic_fetch_sub(&awake, 1);
    if (is_opened) continue;
    pthread_mutex_lock(&mutex);
    atomic_fetch_add(&asleep, 1);
    while (atomic_load(&opened) == seen) pthread_cond_wait(&loop_opened, &mutex);
    atomic_fetch_sub(&asleep, 1);
    pthread_mutex_unlock(&mutex);
  }
  return NULL;
}

// Makes helpers for all open loops and wakes as many as this one needs beside those that are awake. A helper that cannot be made
// is done without.
static void call_helpers(long count) {
  if (atomic_fetch_add(&wanted, count) + count > atomic_load(&helpers)) {
    pthread_mutex_lock(&mutex);
    while (atomic_load(&helpers) < atomic_load(&wanted) && atomic_load(&helpers) < most_helpers) {
      pthread_t thread;
      if (pthread_create(&thread, NULL, run_helper, (void *)(atomic_load(&helpers) + 1))) break;
      pthread_detach(thread);
      atomic_fetch_add(&helpers, 1);
    }
    pthread_mutex_unlock(&mutex);
  }
  atomic_fetch_add(&opened, 1);
  long missing = count - atomic_load(&awake);
  if (missing <= 0 || !atomic_load(&asleep)) return;
  pthread_mutex_lock(&mutex);
  for (; missing > 0; missing--) pthread_cond_signal(&loop_opened);
  pthread_mutex_unlock(&mutex);
}

static void wait_for_helpers(loop_slot *slot) {
  if (AWAIT(!(atomic_load(&slot->state) & within_mask))) return;
  pthread_mutex_lock(&mutex);
  atomic_store(&slot->has_waiting_owner, 1);
  while (atomic_load(&slot->state) & within_mask) pthread_cond_wait(&helper_left, &mutex);
  atomic_store(&slot->has_waiting_owner, 0);
  pthread_mutex_unlock(&mutex);
}

void workers_run(long worker_count, long chunk_count, workers_body body, const void *context) {
  long count = (worker_count < chunk_count ? worker_count : chunk_count) - 1;
  if (count > most_helpers) count = most_helpers;
  // Shares are ranges of 32 bits.
  if (chunk_count > INT32_MAX) count = 0;
  loop_slot *slot = NULL;
  for (int i = 0; i < slot_count && count > 0 && !slot; i++)
    if (!atomic_load(&slots[i].is_taken) && !atomic_exchange(&slots[i].is_taken, 1)) slot = slots + i;
  if (!slot) {
    for (long chunk = 0; chunk < chunk_count; chunk++) body(context, 0, chunk);
    return;
  }
  slot->helper_limit = count;
  slot->body = body;
  slot->context = context;
  for (long i = 0; i <= count; i++) {
    uint64_t first = chunk_count * i / (count + 1), end = chunk_count * (i + 1) / (count + 1);
    atomic_store(&slot->shares[i].range, first | end << 32);
  }
  uint64_t before = atomic_load(&slot->state);
  atomic_store(&slot->state, (before & ~(generation - 1)) + generation + (uint64_t)count * place);
  call_helpers(count);
  work(slot, 0, 0);
  atomic_fetch_and(&slot->state, ~places_mask);
  wait_for_helpers(slot);
  atomic_fetch_sub(&wanted, count);
  atomic_store(&slot->is_taken, 0);
}
