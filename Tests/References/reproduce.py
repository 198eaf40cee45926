#!/usr/bin/env python3
"""Computes the reference files anew and compares every number with the one that is stored.

    pip install numpy
    Tests/References/reproduce.py                     all files; about half a minute
    Tests/References/reproduce.py losses roc          some of them
    Tests/References/reproduce.py --write FOLDER      also writes the files with the numbers computed now

Inputs (features, labels, scores, settings) are taken from the files, draws u(k, i) are made by the formula of the README;
everything else is computed by formulas.py and networks.py. Prints the largest error of each file, |a - b| / max(1, |b|), and
exits with 1 if one is above 1e-12 or a name is missing on either side.
"""
import argparse
import json
import pathlib
import sys

import numpy as np

import formulas
import networks

FOLDER = pathlib.Path(__file__).resolve().parent
LIMIT = 1e-12


def losses(case):
    features, labels, centres, weights = (np.array(case[name]) for name in ("features", "labels", "centres", "weights"))
    given = case["expected"]
    margin, spread, angle, arc = (given[name] for name in ("marginal", "range", "amSoftmax", "arcFace"))
    return {
        "expected": {
            "softmax": formulas.softmax(features, labels, weights, np.array(case["bias"])),
            "centre": formulas.centre(features, labels, centres),
            "marginal": formulas.marginal(features, labels, margin["threshold"], margin["errorMargin"]),
            "range": formulas.range_loss(
                features, labels, spread["rangeCount"], spread["margin"], spread["intraWeight"], spread["interWeight"]
            ),
            "minimumMargin": formulas.minimum_margin(labels, centres, given["minimumMargin"]["margin"]),
            "amSoftmax": formulas.am_softmax(features, labels, weights, angle["scale"], angle["margin"]),
            "arcFace": formulas.arc_face(features, labels, weights, arc["scale"], arc["margin"]),
        }
    }


def centre_updates(case):
    batches = [(np.array(batch["features"]), np.array(batch["labels"])) for batch in case["batches"]]
    return formulas.centre_updates(np.array(case["start"]), batches, case["rate"])


def folds(case):
    return formulas.folds(np.array(case["squaredDistances"]), np.array(case["isSame"]), case["foldCount"])


def roc(case):
    return formulas.roc(np.array(case["genuine"]), np.array(case["impostor"]), case["falseAcceptRates"])


def identification(case):
    probes, distractors = np.array(case["probes"]), np.array(case["distractors"])
    ranks = [int(rank) for rank in case["rankRates"]]
    return formulas.identification(probes, case["identities"], distractors, case["falseAcceptRates"], ranks)


def templates(case):
    features, numbers, media = (np.array(case[name]) for name in ("features", "templates", "media"))
    return formulas.templates(features, numbers, media, case["pairs"])


# What computes each file, and the names in it that are not computed: inputs, settings and remarks.
FILES = {
    "losses": (losses, "features labels centres weights bias reduction threshold errorMargin rangeCount margin intraWeight "
               "interWeight scale note"),
    "centre-updates": (centre_updates, "rate start batches"),
    "network-trajectory": (networks.trajectory, "batch imageSize classes momentum weightDecay learningRate formula seed "
                           "tensors network"),
    "inception-resnet-v1": (networks.inception_resnet, "imageSize batch seed rules"),
    "lfw-folds": (folds, "squaredDistances isSame foldCount thresholdGrid"),
    "roc": (roc, "genuine impostor falseAcceptRates rule"),
    "identification": (identification, "probes identities distractors falseAcceptRates rule"),
    "templates": (templates, "features templates media pairs rule"),
}  # fmt: skip


def plain(value):
    """Returns numpy's values as those of JSON."""
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else value


def largest_error(found, stored, inputs, place):
    """Returns the largest error below `place`; raises ValueError where the two differ in anything but a number."""
    if isinstance(stored, dict):
        if set(found) != set(stored) - inputs:
            raise ValueError(f"{place}: computed {sorted(found)}, stored {sorted(set(stored) - inputs)}")
        return max(largest_error(found[name], stored[name], inputs, f"{place}/{name}") for name in found)
    if isinstance(stored, list):
        if len(found) != len(stored):
            raise ValueError(f"{place}: {len(found)} elements computed, {len(stored)} stored")
        pairs = enumerate(zip(found, stored))
        return max((largest_error(a, b, inputs, f"{place}[{index}]") for index, (a, b) in pairs), default=0.0)
    if isinstance(stored, (str, bool)):
        if found != stored:
            raise ValueError(f"{place}: computed {found!r}, stored {stored!r}")
        return 0.0
    error = abs(found - stored) / max(1.0, abs(stored))
    if not error <= LIMIT:
        error = error if error > LIMIT else float("inf")  # NaN would be lost in a maximum
        print(f"{place}: computed {found!r}, stored {stored!r}")
    return error


def merged(stored, found):
    """Returns the stored case with the computed numbers in their places."""
    if not isinstance(stored, dict):
        return found
    return {name: merged(value, found[name]) if name in found else value for name, value in stored.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help=f"of {', '.join(FILES)}")
    parser.add_argument("--write", type=pathlib.Path, metavar="FOLDER")
    options = parser.parse_args()
    unknown = set(options.files) - set(FILES)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}")
    failed = False
    for name in options.files or FILES:
        compute, inputs = FILES[name]
        with open(FOLDER / f"{name}.json") as file:
            document = json.load(file)
        cases = document.get("cases", [document])
        found = [plain(compute(case)) for case in cases]
        try:
            error = max(
                largest_error(computed, case, set(inputs.split()), f"case {index}")
                for index, (computed, case) in enumerate(zip(found, cases))
            )
        except ValueError as problem:
            print(f"{name}: {problem}")
            failed = True
            continue
        failed |= not error <= LIMIT
        print(f"{name}: {len(cases)} cases, largest error {error:.1e}", flush=True)
        if options.write:
            options.write.mkdir(parents=True, exist_ok=True)
            written = [merged(case, computed) for case, computed in zip(cases, found)]
            with open(options.write / f"{name}.json", "w") as file:
                json.dump({"cases": written} if "cases" in document else written[0], file)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
