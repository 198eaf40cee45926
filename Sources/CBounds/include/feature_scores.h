#ifndef FEATURE_SCORES_H
#define FEATURE_SCORES_H

// Features of images: rows packed by `features_pack_...`, and the squared norm |p|^2 of each.
typedef struct { const float *packed, *squares; long count; } features_floats;
typedef struct { const double *packed, *squares; long count; } features_doubles;

// Packs rows[count, length]. A part of the packed rows that begins at a multiple of 16 is packed rows, too. `packed` has room for
// `count` rows, rounded up to a multiple of 16; at a multiple of 64 bytes, scores are computed fastest.
void features_pack_floats(const float *rows, long count, long length, float *packed);
void features_pack_doubles(const double *rows, long count, long length, double *packed);

// Writes the scores 2 p.d - (|p|^2 + |d|^2) of rows p with others d to target[row, other]: their negated squared distances.
//
// Each p.d is summed in one order, whatever its place and the processor: in 16 interleaved partial sums, which are added from the
// first to the last; then come the last length % 16 products in turn. Products and sums are rounded one by one.
void features_score_floats(features_floats rows, features_floats others, long length, float *target);
void features_score_doubles(features_doubles rows, features_doubles others, long length, double *target);

// The same without AVX-512, and without AVX2, as on processors that lack them: for tests.
void features_score_floats_avx2(features_floats rows, features_floats others, long length, float *target);
void features_score_doubles_avx2(features_doubles rows, features_doubles others, long length, double *target);
void features_score_floats_portable(features_floats rows, features_floats others, long length, float *target);
void features_score_doubles_portable(features_doubles rows, features_doubles others, long length, double *target);

#endif
