#ifndef SCORE_COUNTS_H
#define SCORE_COUNTS_H

#include <stdint.h>

// Writes the scores that are not below a limit, NaN among them, in their order; returns their number. `kept` has room for `count`
// scores.
long scores_keep_floats(const float *scores, long count, float limit, float *kept);
long scores_keep_doubles(const double *scores, long count, double limit, double *kept);

// Returns how many scores are above a limit, or NaN.
long scores_above_floats(const float *scores, long count, float limit);
long scores_above_doubles(const double *scores, long count, double limit);

enum { scores_at_once = 8 };

// A list of `length` ascending scores, followed by `scores_at_once` NaN. The scores of cell c are those from first[c] to before
// first[c + 1]; a score's cell is (score - scores[0]) * scale, rounded down, but at least 0 and at most `last`.
typedef struct { const float *scores; long length; const int32_t *first; float scale; long last; } scores_floats;
typedef struct { const double *scores; long length; const int32_t *first; double scale; long last; } scores_doubles;

// Counts scores, none below the list's first: in counts[2 i] those between scores i - 1 and i of the list, in counts[2 i + 1] those
// equal to score i. Returns 0, having counted nothing, where one is NaN. The scores are overwritten.
int scores_count_floats(scores_floats list, float *scores, long count, long *counts);
int scores_count_doubles(scores_doubles list, double *scores, long count, long *counts);

// The same without AVX-512, and without AVX2, as on processors that lack them: for tests.
int scores_count_floats_avx2(scores_floats list, float *scores, long count, long *counts);
int scores_count_doubles_avx2(scores_doubles list, double *scores, long count, long *counts);
long scores_above_floats_portable(const float *scores, long count, float limit);
long scores_above_doubles_portable(const double *scores, long count, double limit);
long scores_keep_floats_portable(const float *scores, long count, float limit, float *kept);
long scores_keep_doubles_portable(const double *scores, long count, double limit, double *kept);
int scores_count_floats_portable(scores_floats list, float *scores, long count, long *counts);
int scores_count_doubles_portable(scores_doubles list, double *scores, long count, long *counts);

#endif
