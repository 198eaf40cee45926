#!/usr/bin/env python3
"""Evaluates features the way the scripts do that people use, for `marginalia-bench beside-python`.

    python3 -m venv venv && venv/bin/pip install numpy scipy pandas scikit-learn
    venv/bin/python Tests/Scripts/evaluators-by-python.py make KIND FOLDER [SCALE]
    venv/bin/python Tests/Scripts/evaluators-by-python.py run KIND FOLDER

`make` writes random features and lists in the published form and size, times SCALE; `run` evaluates them and prints a figure.

lfw: 6,000 pairs in ten folds; thresholds tried one by one, as facenet's validate_on_lfw does.
ijb: IJB-C's 469,375 images, 23,124 templates and 15,658,489 pairs; pandas, a loop over templates, batches of pairs and
scikit-learn's roc_curve, as InsightFace's ijb_11.py does. `marginalia` reads the official CSV files of the same data.
megaface: 3,530 probes of 80 persons among 1,000,000 distractors; matrix products in batches and sorted distances."""

import json
import sys
from pathlib import Path

import numpy as np

SIZE = 512


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def write_rows(path, count, rows):
    """Writes a NumPy file in pieces."""
    file = np.lib.format.open_memmap(path, mode="w+", dtype=np.float32, shape=(count, SIZE))
    for start in range(0, count, 8192):
        file[start : start + 8192] = rows(start, min(count, start + 8192))
    file.flush()


def make_lfw(folder, scale):
    random = np.random.default_rng(1)
    kind = max(2, int(300 * scale))
    lines, rows = [f"10\t{kind}"], []
    for fold in range(10):
        for same in (True, False):
            for pair in range(kind):
                lines.append(f"S{fold}_{pair}\t1\t2" if same else f"D{fold}_{pair}\t1\tE{fold}_{pair}\t1")
                a = random.normal(size=SIZE)
                rows += [a, a if same else random.normal(size=SIZE)]
    rows = np.array(rows) + 1.6 * random.normal(size=(len(rows), SIZE))
    (folder / "pairs.txt").write_text("\n".join(lines) + "\n")
    np.save(folder / "features.npy", rows.astype(np.float32))


def run_lfw(folder):
    from scipy.interpolate import interp1d

    features = unit(np.load(folder / "features.npy"))
    lines = (folder / "pairs.txt").read_text().split("\n")[1:-1]
    same = np.array([len(line.split("\t")) == 3 for line in lines])
    distance = np.sum(np.square(features[0::2] - features[1::2]), 1)
    fold_of = np.arange(len(same)) // (len(same) // 10)
    accuracies, rates = [], []
    for fold in range(10):
        train, test = fold_of != fold, fold_of == fold
        coarse = np.arange(0, 4, 0.01)
        best = [np.mean(np.less(distance[train], t) == same[train]) for t in coarse]
        threshold = coarse[np.argmax(best)]
        accuracies.append(np.mean(np.less(distance[test], threshold) == same[test]))
        fine = np.arange(0, 4, 0.001)
        others = [np.sum(np.logical_and(np.less(distance[train], t), ~same[train])) / np.sum(~same[train]) for t in fine]
        threshold = interp1d(others, fine)(1e-3) if np.max(others) >= 1e-3 else 0.0
        rates.append(np.sum(np.logical_and(np.less(distance[test], threshold), same[test])) / np.sum(same[test]))
    return {"accuracy": float(np.mean(accuracies))}


def make_ijb(folder, scale):
    random = np.random.default_rng(1)
    images, templates, pairs, subjects = (int(n * scale) for n in (469_375, 23_124, 15_658_489, 3_531))
    template_of = np.sort(np.concatenate([np.arange(templates), random.integers(0, templates, images - templates)]))
    subject_of = np.arange(templates) % subjects
    medium_of = template_of * 100 + random.integers(0, 20, images)
    own = random.normal(size=(subjects, SIZE)).astype(np.float32)

    def rows(start, end):
        noise = random.standard_normal((end - start, SIZE), dtype=np.float32)
        return own[subject_of[template_of[start:end]]] + 6 * noise

    write_rows(folder / "features.npy", images, rows)
    with open(folder / "tid_mid.txt", "w") as tid, open(folder / "images.csv", "w") as table:
        table.write("TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID\n")
        for image in range(images):
            template, medium = template_of[image], medium_of[image]
            tid.write(f"{image}.jpg {template} {medium}\n")
            table.write(f"{template},{subject_of[template]},img/{image}.jpg,{medium}\n")
    # 19,557 pairs of one subject, the others of two; none stands twice. Few templates have no more pairs than that.
    genuine = int(19_557 * scale)
    first, second = np.triu_indices(templates // subjects, 1)
    subject, mate = np.divmod(random.choice(subjects * len(first), genuine, replace=False), len(first))
    mates = np.stack([subject + subjects * first[mate], subject + subjects * second[mate]], 1)
    wanted = min(pairs - genuine, templates * templates // 3)
    codes = np.empty(0, int)
    while len(codes) < wanted:
        drawn = np.sort(random.integers(0, templates, (wanted, 2)), 1)
        drawn = drawn[subject_of[drawn[:, 0]] != subject_of[drawn[:, 1]]]
        codes = np.union1d(codes, drawn[:, 0] * templates + drawn[:, 1])
    others = np.stack(np.divmod(random.permutation(codes)[:wanted], templates), 1)
    every = np.concatenate([mates, others])
    labels = np.concatenate([np.ones(len(mates), int), np.zeros(len(others), int)])
    with open(folder / "pair_label.txt", "w") as label, open(folder / "matches.csv", "w") as match:
        for start in range(0, len(every), 100_000):
            part = list(zip(every[start : start + 100_000].tolist(), labels[start : start + 100_000].tolist()))
            label.write("".join(f"{a} {b} {same}\n" for (a, b), same in part))
            match.write("".join(f"{a},{b}\n" for (a, b), _ in part))


def run_ijb(folder):
    import pandas as pd
    from sklearn.metrics import roc_curve

    meta = pd.read_csv(folder / "tid_mid.txt", sep=" ", header=None).values
    templates, media = meta[:, 1].astype(int), meta[:, 2].astype(int)
    pairs = pd.read_csv(folder / "pair_label.txt", sep=" ", header=None).values
    first, second, label = (pairs[:, column].astype(int) for column in range(3))
    features = np.load(folder / "features.npy")
    unique = np.unique(templates)
    pooled = np.zeros((len(unique), SIZE))
    for place, template in enumerate(unique):
        rows = np.where(templates == template)[0]
        own, own_media = features[rows], media[rows]
        parts = []
        for medium, count in zip(*np.unique(own_media, return_counts=True)):
            chosen = own[own_media == medium]
            parts.append(chosen if count == 1 else np.mean(chosen, axis=0, keepdims=True))
        pooled[place] = np.sum(np.concatenate(parts), axis=0)
    pooled = unit(pooled)
    place_of = np.zeros(unique.max() + 1, dtype=int)
    place_of[unique] = np.arange(len(unique))
    score = np.zeros(len(first))
    for start in range(0, len(first), 100_000):
        batch = slice(start, start + 100_000)
        score[batch] = np.sum(pooled[place_of[first[batch]]] * pooled[place_of[second[batch]]], -1)
    false, true, _ = roc_curve(label, score)
    return {"true accept rate at false accept rate 0.0001": float(true[np.flatnonzero(false <= 1e-4)[-1]])}


def make_megaface(folder, scale):
    random = np.random.default_rng(1)
    persons, per = 80, 44
    ids = [person for person in range(persons) for _ in range(per + (person < 10))]
    own = random.normal(size=(persons, SIZE))
    probes = unit(own)[ids] + 1.2 * unit(random.normal(size=(len(ids), SIZE)))
    np.save(folder / "probes.npy", probes.astype(np.float32))
    paths = [f"{place}.jpg" for place in range(len(ids))]
    (folder / "probes.json").write_text(json.dumps({"path": paths, "id": [str(i) for i in ids]}))
    count = int(1_000_000 * scale)
    write_rows(
        folder / "distractors.npy", count, lambda a, b: random.standard_normal((b - a, SIZE), dtype=np.float32)
    )


def run_megaface(folder):
    ids = np.array(json.loads((folder / "probes.json").read_text())["id"])
    probes = unit(np.load(folder / "probes.npy"))
    distractors = np.load(folder / "distractors.npy", mmap_mode="r")
    mates = [np.flatnonzero((ids == ids[i]) & (np.arange(len(ids)) != i)) for i in range(len(ids))]
    limits = [np.sum(np.square(probes[i] - probes[mates[i]]), 1) for i in range(len(ids))]
    closer = [np.zeros(len(m), dtype=int) for m in mates]
    for start in range(0, len(distractors), 10_000):
        batch = unit(distractors[start : start + 10_000])
        distance = 2 - 2 * probes @ batch.T
        for i in range(len(ids)):
            closer[i] += np.searchsorted(np.sort(distance[i]), limits[i], side="left")
    ranks = np.concatenate(closer)
    return {f"rank-1 rate among {len(distractors)}": float(np.mean(ranks < 1))}


if __name__ == "__main__":
    action, kind, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if action == "make":
        folder.mkdir(parents=True, exist_ok=True)
        {"lfw": make_lfw, "ijb": make_ijb, "megaface": make_megaface}[kind](
            folder, float(sys.argv[4]) if len(sys.argv) > 4 else 1.0
        )
    else:
        print(json.dumps({"lfw": run_lfw, "ijb": run_ijb, "megaface": run_megaface}[kind](folder)))
