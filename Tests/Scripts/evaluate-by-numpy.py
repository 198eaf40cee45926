#!/usr/bin/env python3
"""Checks `marginalia evaluate` against an independent computation with NumPy and SciPy, on random features.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python Tests/Scripts/evaluate-by-numpy.py .build/release/marginalia [ROUNDS]

LFW: accuracy, validation rate, AUC and true accept rates as facenet's lfw.py computes them (grids of 0.01 and 0.001, KFold
without shuffling), with and without the mean, by distance and by angle, and sums of mirror images. IJB: pooled templates and
true accept rates, and searches in two galleries (ranks, TPIR at FPIR). MegaFace: ranks and true accept rates by full
matrices. compare: the differences, and that its intervals cover the standard error that the pairs alone give.

Exit status 1 if a figure differs by more than 1e-9. The program's distances are in single precision: of other seeds than
these, a pair within 1e-7 of a threshold may fall on its other side."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from scipy.interpolate import interp1d
from scipy.stats import rankdata

PROGRAM = str(Path(sys.argv[1]).resolve())
ROUNDS = int(sys.argv[2]) if len(sys.argv) > 2 else 5
bad = 0


def run(folder, *arguments):
    answer = subprocess.run(
        [PROGRAM, "evaluate", *arguments, "--json", "o.json"], cwd=folder, capture_output=True, text=True
    )
    if answer.returncode != 0:
        sys.exit(f"{arguments}: {answer.stderr}")
    return json.loads((Path(folder) / "o.json").read_text())


def check(name, found, expected, tolerance=1e-9):
    global bad
    if not abs(found - expected) <= tolerance:
        bad += 1
        print(f"DIFFERS {name}: {found} expected {expected}")


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def auc(genuine, impostor):
    ranks = rankdata(np.concatenate([genuine, impostor]))
    n, m = len(genuine), len(impostor)
    return (ranks[:n].sum() - n * (n + 1) / 2) / (n * m)


def tar(genuine, impostor, limit):
    """The largest true accept rate with a false accept rate of at most the limit."""
    best = 0
    for threshold in np.unique(genuine):
        if np.mean(impostor >= threshold) <= limit:
            best = max(best, np.mean(genuine >= threshold))
    return best


def distances(a, b, metric):
    if metric == "angle":
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        return np.arccos(np.clip(cosine, -1, 1)) / np.pi
    return ((a - b) ** 2).sum(1)


def lfw(random, folder):
    folds, kind, size = 10, int(random.integers(20, 60)), int(random.choice([16, 31, 64]))
    noise = random.uniform(0.6, 1.6)
    lines = [f"{folds}\t{kind}"]
    rows, same, fold_of = [], [], []
    for fold in range(folds):
        for is_same in (True, False):
            for pair in range(kind):
                name = f"P{fold}_{pair}"
                lines.append(f"{name}\t1\t2" if is_same else f"{name}\t1\tQ{fold}_{pair}\t1")
                a = random.normal(size=size)
                b = a if is_same else random.normal(size=size)
                rows += [a + noise * random.normal(size=size) + 0.3, b + noise * random.normal(size=size) + 0.3]
                same.append(is_same)
                fold_of.append(fold)
    (folder / "pairs.txt").write_text("\n".join(lines) + "\n")
    features = np.array(rows, dtype=np.float32)
    np.save(folder / "f.npy", features)
    same, fold_of = np.array(same), np.array(fold_of)
    for metric in ("euclidean", "angle"):
        for mean in (False, True):
            x = unit(features.astype(np.float64))
            a, b = x[0::2], x[1::2]
            accuracy, validation, reached = [], [], []
            held = np.zeros(len(same))
            for fold in range(folds):
                train = fold_of != fold
                u, v = a, b
                if mean:
                    centre = np.concatenate([a[train], b[train]]).mean(0)
                    u, v = unit(a - centre), unit(b - centre)
                d = distances(u, v, metric)
                held[~train] = d[~train]
                grid = np.arange(0, 400) * 0.01
                right = [np.sum((d[train] < t) == same[train]) for t in grid]
                accuracy.append(np.mean((d[~train] < grid[int(np.argmax(right))]) == same[~train]))
                fine = np.arange(0, 4000) * 0.001
                others = np.sort(d[train & ~same])
                rate = np.searchsorted(others, fine, side="left") / len(others)
                if rate.max() >= 1e-3:
                    last = int(np.flatnonzero(rate <= 1e-3)[-1])
                    step = slice(last, last + 2)
                    threshold = float(interp1d(rate[step], fine[step])(1e-3)) if last + 1 < len(rate) else fine[-1]
                else:
                    threshold = 0.0
                validation.append(np.mean(d[~train & same] < threshold))
                reached.append(np.mean(d[~train & ~same] < threshold))
            arguments = ["lfw", "--pairs", "pairs.txt", "--features", "f.npy", "--metric", metric]
            found = run(folder, *arguments, *(["--subtract-mean"] if mean else []))
            scores = {s["name"]: s for s in found["scores"]}
            label = f"lfw {metric} mean={mean}"
            if not any("facenet" in n for n in found["notices"]):
                check(label + " accuracy", scores["accuracy"]["value"], np.mean(accuracy))
                score = scores["validation rate at false accept rate 1e-3"]
                check(label + " validation", score["value"], np.mean(validation))
                check(label + " reached", score["falseAcceptRate"], np.mean(reached))
            check(label + " auc", scores["area under the ROC curve"]["value"], auc(-held[same], -held[~same]))
            for limit in (0.1, 0.01, 0.001):
                score = scores[f"true accept rate at false accept rate {limit:g}"]
                check(f"{label} tar {limit}", score["value"], tar(-held[same], -held[~same], limit))
                if "threshold" in score:
                    check(label + " threshold", np.mean(held[~same] < score["threshold"]), score["falseAcceptRate"])
    halves = unit(features[:, : size // 2].astype(float) + features[:, size // 2 : size // 2 * 2])
    np.save(folder / "even.npy", features[:, : size // 2 * 2])
    found = run(folder, "lfw", "--pairs", "pairs.txt", "--features", "even.npy", "--normalisation", "flipSum")
    d = distances(halves[0::2], halves[1::2], "euclidean")
    value = {s["name"]: s["value"] for s in found["scores"]}["area under the ROC curve"]
    check("lfw flipSum auc", value, auc(-d[same], -d[~same]))
    # A second embedder, of the same faces with more noise.
    np.save(folder / "g.npy", features + noise * random.normal(size=features.shape).astype(np.float32))
    found = run(folder, "compare", "f.npy", "g.npy", "--pairs", "pairs.txt", "--rounds", "400")
    singles = [run(folder, "lfw", "--pairs", "pairs.txt", "--features", f) for f in ("f.npy", "g.npy")]
    for difference in found["differences"]:
        values = [{s["name"]: s["value"] for s in single["scores"]}.get(difference["name"]) for single in singles]
        if None not in values:
            check("compare " + difference["name"], difference["difference"], values[1] - values[0])
    accuracy = found["differences"][0]
    only = found["onlyFirstRight"] + found["onlySecondRight"]
    expected = np.sqrt(only - (found["onlySecondRight"] - found["onlyFirstRight"]) ** 2 / len(same)) / len(same)
    width = (accuracy["overPairs"][1] - accuracy["overPairs"][0]) / 2 / 1.96
    check("compare interval over pairs, relative", width / expected, 1, 0.25)


def ijb(random, folder):
    subjects, size = 30, 24
    own = random.normal(size=(subjects, size))
    lines, rows, template_of, medium_of, subject_of = [], [], [], [], []
    for template in range(90):
        for image in range(int(random.integers(1, 5))):
            medium = int(random.integers(0, 3)) + 10 * template
            lines.append(f"{len(rows)}.jpg {template} {medium}")
            rows.append((own[template % subjects] + 1.5 * random.normal(size=size)) * random.uniform(0.5, 2))
            template_of.append(template)
            medium_of.append(medium)
        subject_of.append(template % subjects)
    pairs = [(i, j) for i in range(90) for j in range(i + 1, 90)]
    (folder / "tid.txt").write_text("\n".join(lines) + "\n")
    (folder / "label.txt").write_text("".join(f"{i} {j} {int(subject_of[i] == subject_of[j])}\n" for i, j in pairs))
    features = np.array(rows, dtype=np.float32)
    np.save(folder / "t.npy", features)
    for flag in (False, True):
        x = unit(features.astype(float)) if flag else features.astype(float)
        pooled = []
        for template in range(90):
            media = {m for t, m in zip(template_of, medium_of) if t == template}
            means = [
                x[[i for i in range(len(rows)) if template_of[i] == template and medium_of[i] == m]].mean(0) for m in sorted(media)
            ]
            pooled.append(np.sum(means, axis=0))
        pooled = unit(np.array(pooled))
        scores = np.array([pooled[i] @ pooled[j] for i, j in pairs])
        same = np.array([subject_of[i] == subject_of[j] for i, j in pairs])
        arguments = ["ijb", "--features", "t.npy", "--images", "tid.txt", "--pairs", "label.txt"]
        found = run(folder, *arguments, *(["--unit-images"] if flag else []))
        values = {s["name"]: s["value"] for s in found["scores"]}
        check("ijb auc", values["area under the ROC curve"], auc(scores[same], scores[~same]))
        for limit in (0.1, 0.01, 0.001):
            name = f"true accept rate at false accept rate {limit:g}"
            check("ijb " + name, values[name], tar(scores[same], scores[~same], limit))


def ijb_search(random, folder):
    persons, size = 40, 16
    own = random.normal(size=(persons, size))
    header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID"
    rows, pooled, subject_of, template = [], [], [], 0

    def write(name, subjects):
        """A CSV file with a template of one to three images of each subject, and the places of its templates."""
        nonlocal template
        lines, places = [header], []
        for subject in subjects:
            images = [own[subject] + 1.4 * random.normal(size=size) for _ in range(int(random.integers(1, 4)))]
            media = random.integers(0, 2, size=len(images))
            for image, medium in zip(images, media):
                lines.append(f"{template},{subject},{len(rows)}.jpg,{10 * template + medium}")
                rows.append(image)
            means = [np.mean([np.float32(i).astype(float) for i, m in zip(images, media) if m == n], axis=0) for n in set(media)]
            pooled.append(np.sum(means, axis=0))
            subject_of.append(subject)
            places.append(template)
            template += 1
        (folder / name).write_text("\n".join(lines) + "\n")
        return places

    galleries = [write("g1.csv", range(0, 15)), write("g2.csv", range(15, 30))]
    probes = write("p.csv", random.integers(0, persons, size=300))
    np.save(folder / "s.npy", np.array(rows, dtype=np.float32))
    x = unit(np.array(pooled))
    subject_of = np.array(subject_of)
    expected = {}
    for gallery in galleries:
        scores = x[probes] @ x[gallery].T
        own_column = subject_of[probes][:, None] == subject_of[gallery][None]
        mated = own_column.any(1)
        mates = np.where(own_column, scores, -2).max(1)[mated]
        ranks = 1 + (scores[mated] > mates[:, None]).sum(1)
        highest = scores[~mated].max(1)
        for rank in (1, 5, 10):
            expected.setdefault(f"rank-{rank} rate", []).append(np.mean(ranks <= rank))
        for limit in (0.01, 0.1):
            name = f"true positive identification rate at false positive identification rate {limit:g}"
            expected.setdefault(name, []).append(tar(mates, highest, limit))
    found = run(folder, "ijb-search", "--features", "s.npy", "--galleries", "g1.csv", "g2.csv", "--probes", "p.csv")
    values = {s["name"]: s["value"] for s in found["scores"]}
    for name, each in expected.items():
        check("ijb-search " + name, values[name], np.mean(each))
        for index, value in enumerate(each):
            check(f"ijb-search {index + 1} {name}", values[f"gallery {index + 1}, {name}"], value)


def megaface(random, folder):
    size, persons = 20, 8
    own = random.normal(size=(persons, size))
    ids = [p for p in range(persons) for _ in range(int(random.integers(2, 6)))]
    probes = np.array([own[p] + random.normal(size=size) for p in ids], dtype=np.float32)
    strangers = random.normal(size=(700, size)).astype(np.float32)
    np.save(folder / "p.npy", probes)
    np.save(folder / "d.npy", strangers)
    (folder / "list.json").write_text(json.dumps({"path": [f"{i}.jpg" for i in range(len(ids))], "id": ids}))
    found = run(
        folder, "megaface", "--probes", "p.npy", "--probe-list", "list.json", "--distractors", "d.npy", "--sizes", "50", "700",
        "--false-accept-rates", "0.001", "0.01", "--cmc", "cmc.json",
    )
    values = {s["name"]: s["value"] for s in found["scores"]}
    p, d = unit(probes.astype(float)), unit(strangers.astype(float))
    far = ((p[:, None] - d[None]) ** 2).sum(2)
    trials = [(i, j) for i in range(len(ids)) for j in range(len(ids)) if i != j and ids[i] == ids[j]]
    mates = np.array([((p[i] - p[j]) ** 2).sum() for i, j in trials])
    for count in (50, 700):
        closer = np.array([np.sum(far[i, :count] < mate) for (i, _), mate in zip(trials, mates)])
        for rank in (1, 10):
            check(f"megaface rank {rank}", values[f"rank-{rank} rate among {count}"], np.mean(closer < rank))
    for limit in (0.001, 0.01):
        name = f"true accept rate at false accept rate {limit:g}"
        check("megaface " + name, values[name], tar(-mates, -far.ravel(), limit))
    cmc = json.loads((folder / "cmc.json").read_text())
    check("megaface cmc", cmc["cmc"][1][0], values["rank-1 rate among 700"], 1e-12)


for seed in range(ROUNDS):
    random = np.random.default_rng(seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lfw(random, folder)
        ijb(random, folder)
        ijb_search(random, folder)
        megaface(random, folder)
print(f"{ROUNDS} rounds, {bad} figures differ")
sys.exit(1 if bad else 0)
