"""The formulas behind the reference files, in double precision: losses, centre updates and protocols of evaluation.

Each function takes the inputs of one case and returns the results under the names that the file uses. Rows are samples,
labels count from 0. The sources name the publication whose formula is computed.
"""
import numpy as np


def unit_rows(x):
    """Returns the rows of `x` divided by their Euclidean norms, and the norms."""
    norms = np.linalg.norm(x, axis=1, keepdims=True)
    return x / norms, norms


def unit_rows_gradient(gradient, unit, norms):
    """Returns the gradient in `x` of a function of `unit = x / norms`, given its gradient in `unit`."""
    return (gradient - unit * (gradient * unit).sum(1, keepdims=True)) / norms


def log_softmax(logits):
    shifted = logits - logits.max(1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(1, keepdims=True))


def cross_entropy(logits, labels):
    """Returns the mean over the rows of -log softmax(logits)[label], and its gradient in the logits."""
    rows = np.arange(len(labels))
    logs = log_softmax(logits)
    gradient = np.exp(logs)
    gradient[rows, labels] -= 1
    return -logs[rows, labels].mean(), gradient / len(labels)


def softmax(features, labels, weights, bias):
    """Softmax loss with bias: logits = x W' + b."""
    value, slope = cross_entropy(features @ weights.T + bias, labels)
    return {
        "value": value,
        "featureGradient": slope @ weights,
        "weightGradient": slope.T @ features,
        "biasGradient": slope.sum(0),
    }


def margin_softmax(features, labels, weights, scale, target):
    """Softmax of scaled cosines; `target(c)` returns the label's changed cosine and its derivative."""
    unit_features, feature_norms = unit_rows(features)
    unit_weights, weight_norms = unit_rows(weights)
    rows = np.arange(len(labels))
    cosines = unit_features @ unit_weights.T
    changed, derivative = target(cosines[rows, labels])
    logits = scale * cosines
    logits[rows, labels] = scale * changed
    value, slope = cross_entropy(logits, labels)
    slope = scale * slope
    slope[rows, labels] *= derivative
    return {
        "value": value,
        "featureGradient": unit_rows_gradient(slope @ unit_weights, unit_features, feature_norms),
        "weightGradient": unit_rows_gradient(slope.T @ unit_features, unit_weights, weight_norms),
    }


def am_softmax(features, labels, weights, scale, margin):
    """Wang et al., Additive Margin Softmax for Face Verification, 2018: s (cos t - m) for the label."""
    return margin_softmax(features, labels, weights, scale, lambda c: (c - margin, np.ones_like(c)))


def arc_face(features, labels, weights, scale, margin):
    """Deng et al., ArcFace, CVPR 2019: s cos(t + m) for the label, for every angle t."""

    def target(cosine):
        angle = np.arccos(cosine)
        return np.cos(angle + margin), np.sin(angle + margin) / np.sin(angle)

    return margin_softmax(features, labels, weights, scale, target)


def centre(features, labels, centres):
    """Wen et al., ECCV 2016, equation 2: half the sum over the batch of ||x - c||^2."""
    difference = features - centres[labels]
    return {"value": (difference**2).sum() / 2, "featureGradient": difference}


def squared_distances(x):
    return ((x[:, None] - x[None]) ** 2).sum(2)


def marginal(features, labels, threshold, margin):
    """Deng et al., Marginal Loss, CVPRW 2017: mean over ordered pairs i != j of max(0, e - y (t - d))."""
    unit, norms = unit_rows(features)
    count = len(labels)
    signs = np.where(labels[:, None] == labels[None], 1.0, -1.0)
    terms = margin - signs * (threshold - squared_distances(unit))
    active = signs * (terms > 0)
    np.fill_diagonal(active, 0)
    np.fill_diagonal(terms, 0)
    pairs = count * (count - 1)
    # d d_ij / d u_i = 2 (u_i - u_j), and every pair is counted in both orders.
    gradient = 4 * (active.sum(1, keepdims=True) * unit - active @ unit) / pairs
    return {
        "value": np.maximum(terms, 0).sum() / pairs,
        "featureGradient": unit_rows_gradient(gradient, unit, norms),
    }


def range_loss(features, labels, count, margin, intra_weight, inter_weight):
    """Zhang et al., Range Loss, ICCV 2017, with squared distances.

    Within a class of two or more samples: the harmonic mean of its n = min(count, pairs) largest squared distances,
    n / sum(1 / D), summed over the classes. Between classes: max(0, margin - D) of the nearest two batch means.
    """
    gradient = np.zeros_like(features)
    intra = 0.0
    classes = np.unique(labels)
    for label in classes:
        members = np.flatnonzero(labels == label)
        pairs = [(i, j) for k, i in enumerate(members) for j in members[k + 1 :]]
        if not pairs:
            continue
        distances = np.array([((features[i] - features[j]) ** 2).sum() for i, j in pairs])
        largest = np.argsort(-distances, kind="stable")[:count]
        harmonic = len(largest) / (1 / distances[largest]).sum()
        intra += harmonic
        for place in largest:
            i, j = pairs[place]
            # d h / d D = h^2 / (n D^2)
            slope = harmonic**2 / (len(largest) * distances[place] ** 2)
            gradient[i] += intra_weight * slope * 2 * (features[i] - features[j])
            gradient[j] -= intra_weight * slope * 2 * (features[i] - features[j])
    inter = 0.0
    if len(classes) > 1:
        means = np.array([features[labels == label].mean(0) for label in classes])
        p, q = min(
            ((p, q) for p in range(len(classes)) for q in range(p + 1, len(classes))),
            key=lambda pair: ((means[pair[0]] - means[pair[1]]) ** 2).sum(),
        )
        difference = means[p] - means[q]
        inter = max(0.0, margin - (difference**2).sum())
        if inter > 0:
            for place, sign in ((p, -1), (q, 1)):
                members = labels == classes[place]
                gradient[members] += inter_weight * sign * 2 * difference / members.sum()
    return {"value": intra_weight * intra + inter_weight * inter, "featureGradient": gradient}


def minimum_margin(labels, centres, margin):
    """Wei et al., Minimum Margin Loss, 2020: sum over ordered pairs i != j of max(0, M - ||ci - cj||^2).

    Only the batch's classes take part; the gradient is in their centres, in the order of `classes`.
    """
    classes = np.unique(labels)
    rows = centres[classes]
    distances = squared_distances(rows)
    active = (distances < margin).astype(float)
    np.fill_diagonal(active, 0)
    return {
        "classes": classes,
        "value": (active * (margin - distances)).sum(),
        "centreGradient": -4 * (active.sum(1, keepdims=True) * rows - active @ rows),
        "activeOrderedPairs": int(active.sum()),
    }


def centre_updates(start, batches, rate):
    """Wen et al., ECCV 2016, equation 4: c -= rate * sum(c - x) / (1 + n), for the classes of each batch."""
    centres, after = start.copy(), []
    for features, labels in batches:
        before = centres.copy()
        for label in np.unique(labels):
            members = features[labels == label]
            centres[label] -= rate * (before[label] - members).sum(0) / (1 + len(members))
        after.append(centres.copy())
    return {"centresAfter": np.array(after)}


def folds(distances, is_same, count):
    """LFW's rule: each fold in turn is judged with the threshold that is best on all others.

    Thresholds are 0, 0.01, ... 3.99; a pair is accepted if its distance is less; the first of equal thresholds wins.
    The standard deviation is that of the folds as a population, the standard error that of their mean.
    """
    grid = np.arange(400) / 100
    right = (distances[:, None] < grid) == is_same[:, None]
    thresholds, accuracies = [], []
    for members in np.array_split(np.arange(len(distances)), count):
        others = np.ones(len(distances), bool)
        others[members] = False
        best = int(np.argmax(right[others].sum(0)))
        thresholds.append(grid[best])
        accuracies.append(right[members, best].mean())
    deviation = np.std(accuracies)
    return {
        "foldThresholds": thresholds,
        "foldAccuracies": accuracies,
        "accuracy": np.mean(accuracies),
        "standardDeviation": deviation,
        "standardError": deviation / np.sqrt(count - 1),
    }


def true_accept_rates(genuine, impostor, limits):
    """Returns, for each limit, the true accept rate at the loosest observed score that keeps the false accept rate
    at or below it; 0 if no score does. Scores at or above a threshold are accepted."""
    thresholds = np.unique(np.concatenate([genuine, impostor]))
    accepted = 1 - np.searchsorted(np.sort(impostor), thresholds, side="left") / len(impostor)
    rates = []
    for limit in limits:
        # Counts and not rates are compared: a rate that equals the limit is within it.
        within = np.flatnonzero(np.round(accepted * len(impostor)) <= limit * len(impostor) * (1 + 1e-15))
        rates.append((genuine >= thresholds[within[0]]).mean() if len(within) else 0.0)
    return rates


def roc(genuine, impostor, limits):
    """The area is the share of pairs (genuine, impostor) that the genuine score wins; a tie counts one half."""
    wins = (genuine[:, None] > impostor).sum() + (genuine[:, None] == impostor).sum() / 2
    return {
        "trueAcceptRates": true_accept_rates(genuine, impostor, limits),
        "areaUnderCurve": wins / (len(genuine) * len(impostor)),
    }


def identification(probes, identities, distractors, limits, ranks):
    """MegaFace's rule. A trial is an ordered pair (probe, mate) of one identity; its rank is one more than the number
    of distractors that are strictly closer to the probe than the mate. Distances are squared Euclidean."""
    to_distractors = ((probes[:, None] - distractors[None]) ** 2).sum(2)
    between = squared_distances(probes)
    trials = [
        (i, j) for i in range(len(probes)) for j in range(len(probes)) if i != j and identities[i] == identities[j]
    ]
    found = np.array([1 + (to_distractors[i] < between[i, j]).sum() for i, j in trials])
    genuine = np.array([between[i, j] for i, j in trials])
    return {
        "trialCount": len(trials),
        "rankRates": {str(rank): (found <= rank).mean() for rank in ranks},
        "trueAcceptRates": true_accept_rates(-genuine, -to_distractors.ravel(), limits),
    }


def templates(features, templates, media, pairs):
    """IJB's pooling: the mean over the images of each medium, the sum over a template's media, divided by its norm."""
    pooled = []
    for template in np.unique(templates):
        own = templates == template
        pooled.append(sum(features[own & (media == medium)].mean(0) for medium in np.unique(media[own])))
    pooled = unit_rows(np.array(pooled))[0]
    place = {template: index for index, template in enumerate(np.unique(templates))}
    return {"pooled": pooled, "scores": [pooled[place[a]] @ pooled[place[b]] for a, b in pairs]}
