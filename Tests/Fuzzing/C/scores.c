// Fuzzes the scores of features, which must be the same bits on every processor, and their counts, which are compared with a plain
// loop. Numbers are any bit patterns, NaN and infinity among them.
#include "feature_scores.h"
#include "score_counts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const uint8_t *input;
static size_t size, place;

static uint8_t next(void) { return input[place++ % size]; }

static float number(int isRaw) {
  uint8_t part[4] = {next(), next(), next(), next()};
  float raw;
  memcpy(&raw, part, 4);
  return isRaw ? raw : (float)(int8_t)part[0] / 16 + (float)part[1] / 4096;
}

static int same(float a, float b) { return a == b || (a != a && b != b); }

static void score(int isRaw) {
  long count = 1 + next() % 40, others = 1 + next() % 40, length = 1 + next() % 70;
  long rows = (count + 15) / 16 * 16, columns = (others + 15) / 16 * 16;
  float *a = malloc(count * length * sizeof *a), *b = malloc(others * length * sizeof *b);
  float *squares = malloc((count + others) * sizeof *squares);
  for (long i = 0; i < count * length; i++) a[i] = number(isRaw);
  for (long i = 0; i < others * length; i++) b[i] = number(isRaw);
  for (long i = 0; i < count + others; i++) squares[i] = number(isRaw);
  float *packed = malloc(rows * length * sizeof *packed), *other = malloc(columns * length * sizeof *other);
  features_pack_floats(a, count, length, packed);
  features_pack_floats(b, others, length, other);
  features_floats p = {packed, squares, count}, d = {other, squares + count, others};
  float *scores[3];
  for (int i = 0; i < 3; i++) scores[i] = malloc(count * others * sizeof(float));
  features_score_floats(p, d, length, scores[0]);
  features_score_floats_avx2(p, d, length, scores[1]);
  features_score_floats_portable(p, d, length, scores[2]);
  for (long i = 0; i < count * others; i++)
    if (!same(scores[0][i], scores[1][i]) || !same(scores[0][i], scores[2][i])) abort();
  for (int i = 0; i < 3; i++) free(scores[i]);
  free(a), free(b), free(squares), free(packed), free(other);
}

static int ascending(const void *a, const void *b) {
  float x = *(const float *)a, y = *(const float *)b;
  return (x > y) - (x < y);
}

static void count(int isRaw) {
  long length = 1 + next() % 60, total = next() + next() % 16, last = next() % 30;
  float *list = malloc((length + scores_at_once) * sizeof *list);
  for (long i = 0; i < length; i++) do list[i] = number(isRaw && place < size); while (!isfinite(list[i]));
  qsort(list, length, sizeof *list, ascending);
  long distinct = 1;
  for (long i = 1; i < length; i++) if (list[i] != list[distinct - 1]) list[distinct++] = list[i];
  for (int i = 0; i < scores_at_once; i++) list[distinct + i] = NAN;
  float width = list[distinct - 1] - list[0], scale = width > 0 ? (float)(last + 1) / width : 0;
  if (!isfinite(scale)) scale = 0;
  int32_t *first = malloc((last + 2) * sizeof *first);
  for (long c = 0; c <= last + 1; c++) {
    first[c] = 0;
    for (long i = 0; i < distinct; i++) {
      float where = (list[i] - list[0]) * scale;
      first[c] += (where >= (float)last ? last : where > 0 ? (long)where : 0) < c;
    }
  }
  float *scores = malloc((total + 1) * sizeof *scores), *room = malloc((total + 1) * sizeof *room);
  for (long i = 0; i < total; i++) scores[i] = next() & 1 ? list[next() % distinct] : number(isRaw);
  long above = 0;
  for (long i = 0; i < total; i++) above += !(scores[i] <= list[0]);
  if (scores_above_floats(scores, total, list[0]) != above) abort();
  long kept = scores_keep_floats(scores, total, list[0], room), expected = 0, strange = 0;
  for (long i = 0; i < total; i++) {
    if (scores[i] < list[0]) continue;
    if (expected >= kept || !same(room[expected], scores[i])) abort();
    strange += scores[i] != scores[i];
    expected++;
  }
  if (expected != kept) abort();
  float *exact = malloc((kept + 1) * sizeof *exact);
  long *counts = calloc(2 * distinct + 1, sizeof *counts);
  memcpy(exact, room, kept * sizeof *exact);
  int isCounted = scores_count_floats((scores_floats){list, distinct, first, scale, last}, exact, kept, counts);
  if (isCounted != !strange) abort();
  for (long i = 0; i < kept && isCounted; i++) {
    long below = 0;
    while (below < distinct && list[below] < room[i]) below++;
    counts[2 * below + (below < distinct && list[below] == room[i])]--;
  }
  for (long i = 0; i < 2 * distinct + 1; i++) if (counts[i]) abort();
  free(list), free(first), free(scores), free(room), free(exact), free(counts);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t byteCount) {
  if (byteCount < 8) return 0;
  input = bytes, size = byteCount, place = 0;
  uint8_t kind = next();
  if (kind & 2) score(kind & 1);
  else count(kind & 1);
  return 0;
}
