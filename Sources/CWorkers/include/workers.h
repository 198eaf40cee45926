#ifndef WORKERS_H
#define WORKERS_H

// Loops over chunks of work on several threads.
//
// A training step of a large network has 1,600 such loops, 0.1 to 10 ms long. Threads that sleep between them lose more time in
// being woken than the work of a short loop takes, so helper threads wait for the next loop awake for a while.

// Does one chunk. `worker` is within 0..<worker_count; no two threads have the same one at a time within a loop.
typedef void (*workers_body)(const void *context, long worker, long chunk);

// Calls the body once for each chunk in 0..<chunk_count, in any order, and returns when all are done.
//
// The calling thread is worker 0; up to worker_count - 1 helpers take part as soon as they are free. Loops may run within loops
// and on several threads at once. A forked process must not run loops.
void workers_run(long worker_count, long chunk_count, workers_body body, const void *context);

#endif
