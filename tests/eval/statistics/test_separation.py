"""The AUROC by hand, and an interval that covers, also where the kinds are wholly apart."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu, norm

from eval.statistics.separation import auroc, auroc_estimate

VALUES = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=40)


def test_the_pairs_in_order_are_counted() -> None:
    # positives 3, 1; negatives 2, 1, 0: 3 beats all, 1 beats 0 and draws with 1
    assert auroc([3, 1, 2, 1, 0], [True, True, False, False, False]) == pytest.approx(4.5 / 6)


@given(VALUES)
def test_it_is_the_statistic_of_mann_and_whitney(pairs: list[tuple[int, bool]]) -> None:
    values, kinds = zip(*pairs, strict=True)
    good = [value for value, kind in pairs if kind]
    bad = [value for value, kind in pairs if not kind]
    if good and bad:
        wins = mannwhitneyu(good, bad).statistic
        assert auroc(values, kinds) == pytest.approx(wins / (len(good) * len(bad)))
    else:
        assert np.isnan(auroc(values, kinds))


@pytest.mark.parametrize("kind", [True, False])
def test_one_kind_alone_has_none(kind: bool) -> None:
    assert auroc_estimate([1.0, 2.0], [kind, kind]) is None


@given(VALUES)
def test_the_interval_holds_the_value_and_mirrors(pairs: list[tuple[int, bool]]) -> None:
    values, kinds = map(np.array, zip(*pairs, strict=True))
    found, mirrored = auroc_estimate(values, kinds), auroc_estimate(-values, kinds)
    if found and mirrored:
        assert 0 <= found.low <= found.mean <= found.high <= 1
        assert found.high - found.low > 0.01
        assert mirrored.low == pytest.approx(1 - found.high, abs=1e-6)
        assert mirrored.high == pytest.approx(1 - found.low, abs=1e-6)


def test_kinds_that_are_wholly_apart_have_an_interval_by_hand() -> None:
    # One of each: 1 - x = z sqrt(x (1 - x)), so x = 1 / (1 + z z), as in Wilson's interval.
    found = auroc_estimate([1.0, 0.0], [True, False])
    assert found is not None
    z = norm.ppf(0.975)
    assert (found.mean, found.high) == (1, 1)
    assert found.low == pytest.approx(1 / (1 + z * z))


@pytest.mark.parametrize(("shift", "good", "bad"), [(0.5, 40, 40), (1.5, 70, 30), (2.5, 48, 18)])
def test_the_interval_covers_the_truth(shift: float, good: int, bad: int) -> None:
    random = np.random.default_rng(5)
    truth = norm.cdf(shift / np.sqrt(2))
    kinds = np.arange(good + bad) < good
    covered = 0
    for _ in range(2000):
        found = auroc_estimate(random.normal(size=good + bad) + shift * kinds, kinds)
        assert found is not None
        covered += found.low <= truth <= found.high
    assert 0.93 <= covered / 2000 <= 0.98
