"""Computes Tests/References/statistics.json: what SciPy and statsmodels say of fixed differences.

    python3 Tests/References/statistics.py > Tests/References/statistics.json    (SciPy 1.17, statsmodels 0.15)
"""
import json

import numpy
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.power import TTestPower
from statsmodels.stats.weightstats import DescrStatsW

differences = [
    [-3.1, -1.2, 0.4, -2.2, -0.9, -4.0, 1.1, -2.5],
    [0.02, -0.01, 0.03, 0.0, 0.01],
    [5.0, 6.5, 4.1, 7.7, 5.9, 6.1, 4.4, 5.2, 8.8, 6.0, 5.5],
    [1.0, -1.0],
]
cases = []
for values in differences:
    sample = DescrStatsW(values)
    low, high = sample.tconfint_mean(alpha=0.05)
    narrow = sample.tconfint_mean(alpha=0.10)
    equivalence = sample.ttost_mean(-2, 2)
    cases.append(
        {
            "values": values,
            "mean": sample.mean,
            "deviation": float(numpy.std(values, ddof=1)),
            "interval95": [low, high],
            "interval90": list(narrow),
            "p": float(stats.ttest_1samp(values, 0).pvalue),
            "pAgainstOne": float(stats.ttest_1samp(values, 1).pvalue),
            "pAboveOne": float(stats.ttest_1samp(values, 1, alternative="greater").pvalue),
            "equivalenceWithinTwo": float(equivalence[0]),
        }
    )
p_values = [[0.01, 0.04, 0.03, 0.005], [0.5, 0.5, 0.01], [0.2], [0.9, 0.8, 0.0001, 0.02, 0.02]]
power = []
for count, deviation, difference in [(8, 2.0, 2.0), (5, 1.0, 0.5), (12, 3.0, 4.0), (8, 1.0, 0.0), (3, 1.0, 2.0)]:
    effect = difference / deviation
    power.append(
        {
            "count": count,
            "deviation": deviation,
            "difference": difference,
            "power": float(TTestPower().power(effect, count, 0.05, alternative="two-sided")),
            "detectable": float(deviation * TTestPower().solve_power(None, count, 0.05, 0.8, alternative="two-sided")),
        }
    )
quantiles = [
    {"df": df, "p": p, "t": float(stats.t.ppf(p, df)), "cdf": float(stats.t.cdf(1.5, df)), "tail": float(stats.t.sf(9.0, df))}
    for df in [1, 2, 4, 7, 10, 30.5]
    for p in [0.025, 0.6, 0.975, 0.9995]
]
print(
    json.dumps(
        {
            "cases": cases,
            "holm": [{"p": p, "adjusted": multipletests(p, method="holm")[1].tolist()} for p in p_values],
            "power": power,
            "quantiles": quantiles,
        },
        indent=1,
    )
)
