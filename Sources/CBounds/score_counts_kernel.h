// The loops of score_counts.c for one type of number: NUMBER is float or double, INTEGER as large, NAME(x) a name with its suffix.

typedef long (*NAME(keeper))(const NUMBER *scores, long count, NUMBER limit, NUMBER *kept);

INLINE long NAME(keep)(const NUMBER *scores, long count, NUMBER limit, NUMBER *kept) {
  long found = 0;
  // Without a branch, which no processor could foresee.
  for (long i = 0; i < count; i++) {
    kept[found] = scores[i];
    found += !(scores[i] < limit);
  }
  return found;
}

typedef NUMBER NAME(many) __attribute__((vector_size(64), aligned(sizeof(NUMBER))));
typedef INTEGER NAME(counts) __attribute__((vector_size(64)));

INLINE long NAME(above)(const NUMBER *scores, long count, NUMBER limit) {
  enum { width = 64 / sizeof(NUMBER) };
  NAME(counts) within = {0};
  long i = 0, rest = 0;
  for (; i + width <= count; i += width) within -= *(const NAME(many) *)(scores + i) <= limit;
  for (; i < count; i++) rest += scores[i] <= limit;
  return count - rest - __builtin_reduce_add(within);
}

typedef NUMBER NAME(near) __attribute__((vector_size(scores_at_once * sizeof(NUMBER)), aligned(sizeof(NUMBER))));

// Returns twice the place of a score from `first` on, and one more where it is equal to the list's.
INLINE long NAME(twice_place)(const NUMBER *list, long first, long end, NUMBER score) {
  // Most cells have few scores: they are compared at once.
  NAME(near) near = *(const NAME(near) *)(list + first);
  long steps = COUNT(near < score) + COUNT(near <= score);
  if (steps < 2 * scores_at_once) return 2 * first + steps;
  first += scores_at_once;
  while (first < end) {
    long middle = (first + end) / 2;
    if (list[middle] < score) first = middle + 1;
    else end = middle;
  }
  return 2 * first + (list[first] == score);
}

// Counts the scores below list[lowest_at_once], none of which is below list[0], in `counts`, and keeps the others; returns their
// number.
INLINE long NAME(count_lowest)(NAME(keeper) keep, const NUMBER *list, NUMBER *scores, long count, long *counts) {
  enum { width = 64 / sizeof(NUMBER) };
  NAME(counts) above[lowest_at_once] = {{0}}, reaching[lowest_at_once] = {{0}};
  long i = 0, rest[2][lowest_at_once] = {{0}};
  for (; i + width <= count; i += width) {
    NAME(many) some = *(const NAME(many) *)(scores + i);
    UNROLL for (int t = 0; t < lowest_at_once; t++) above[t] -= some > list[t], reaching[t] -= some >= list[t + 1];
  }
  for (; i < count; i++) for (int t = 0; t < lowest_at_once; t++)
    rest[0][t] += scores[i] > list[t], rest[1][t] += scores[i] >= list[t + 1];
  long left = count;
  for (int t = 0; t < lowest_at_once; t++) {
    long higher = rest[0][t] + __builtin_reduce_add(above[t]), next = rest[1][t] + __builtin_reduce_add(reaching[t]);
    counts[2 * t + 1] += left - higher;
    counts[2 * t + 2] += higher - next;
    left = next;
  }
  return keep(scores, count, list[lowest_at_once], scores);
}

INLINE void NAME(count)(NAME(keeper) keep, NAME(scores) list, NUMBER *scores, long count, long *counts) {
  // Impostors are most often just above the lowest genuine score: while many are, they are counted without a look at cells.
  long before = 2 * count;
  for (long lowest = 0; count >= 64 && 4 * count < 3 * before && lowest + lowest_at_once < list.length; lowest += lowest_at_once) {
    before = count;
    count = NAME(count_lowest)(keep, list.scores + lowest, scores, count, counts + 2 * lowest);
  }
  while (count > 0) {
    // Step by step: where increments stood among the comparisons, these would wait for them.
    int32_t cells[64], places[64];
    long chunk = count < 64 ? count : 64;
    for (long i = 0; i < chunk; i++) {
      NUMBER place = (scores[i] - list.scores[0]) * list.scale, last = list.last;
      cells[i] = (int32_t)(place >= last ? last : place > 0 ? place : 0);
    }
    for (long i = 0; i < chunk; i++)
      places[i] = (int32_t)NAME(twice_place)(list.scores, list.first[cells[i]], list.first[cells[i] + 1], scores[i]);
    for (long i = 0; i < chunk; i++) counts[places[i]] += 1;
    count -= chunk, scores += chunk;
  }
}

// Whether no score is NaN.
INLINE int NAME(are_numbers)(const NUMBER *scores, long count) {
  INTEGER strange = 0;
  for (long i = 0; i < count; i++) strange |= scores[i] != scores[i];
  return !strange;
}
