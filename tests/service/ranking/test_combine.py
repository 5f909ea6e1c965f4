"""What speaks for a passage is summed with weights that are data, and checked as such."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.windows import Held
from service.errors import SettingsInvalid
from service.ranking.combine import Ranking, load_ranking
from service.ranking.pool import FEATURES, Pool, scaled
from tests.service.corpora import ranking_file

EQUAL = dict.fromkeys(FEATURES, 1.0)
finite = st.floats(-1e6, 1e6)


def pool_with(values: dict[str, list[float]]) -> Pool:
    """Passages of one window each, that have these values."""
    rows = np.arange(len(values[FEATURES[0]]))
    ones = np.ones_like(rows)
    nothing = np.zeros(len(rows))
    return Pool(
        rows=rows,
        documents=rows,
        values={name: np.array(column) for name, column in values.items()},
        coverage=nothing,
        held=Held(rows, np.stack([rows, rows + 1], axis=1), rows, rows, ones),
        matched=np.zeros((len(rows), 0), dtype=np.float32),
        joint=nothing,
    )


@given(st.data())
def test_parts_sum_to_a_share(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 8))
    column = st.lists(finite, min_size=count, max_size=count)
    pool = pool_with({name: data.draw(column) for name in FEATURES})
    drawn = data.draw(st.lists(st.floats(0.01, 1e3), min_size=9, max_size=9))
    weights = dict(zip(FEATURES, (np.array(drawn) / sum(drawn)).tolist(), strict=True))
    parts = Ranking(weights).parts(pool)
    assert parts.shape == (len(FEATURES), count)
    assert (parts >= 0).all()
    assert (parts <= np.array(list(weights.values()))[:, None] + 1e-12).all()
    assert (parts.sum(axis=0) <= 1 + 1e-9).all()


def test_parts_by_hand() -> None:
    values = {name: [0.0, 0.0, 0.0] for name in FEATURES}
    values |= {"dense": [0.2, 0.6, 1.0], "lexical": [8.0, 0.0, 2.0], "pairs": [5.0, 5.0, 5.0]}
    weights = dict.fromkeys(FEATURES, 0.0) | {"dense": 0.5, "lexical": 0.25, "pairs": 0.25}
    parts = dict(zip(FEATURES, Ranking(weights).parts(pool_with(values)).tolist(), strict=True))
    assert parts["dense"] == pytest.approx([0, 0.25, 0.5])
    assert parts["lexical"] == pytest.approx([0.25, 0, 0.0625])
    # what is the same for all says nothing
    assert parts["pairs"] == [0, 0, 0]


@given(st.lists(finite, min_size=1))
def test_scaled_keeps_the_order_within_0_and_1(values: list[float]) -> None:
    found = scaled(np.array(values))
    assert ((found >= 0) & (found <= 1)).all()
    order = np.argsort(values, kind="stable")
    assert (np.diff(found[order]) >= 0).all()
    if len(set(values)) > 1:
        assert (found.min(), found.max()) == (0, 1)


def test_weights_are_shares_of_their_sum(tmp_path: Path) -> None:
    weights = load_ranking(ranking_file(tmp_path, dense=3, lexical=1)).weights
    assert weights == dict.fromkeys(FEATURES, 0) | {"dense": 0.75, "lexical": 0.25}


def test_the_shipped_weights_load() -> None:
    weights = load_ranking().weights
    assert tuple(weights) == FEATURES
    assert sum(weights.values()) == pytest.approx(1)
    assert all(0 <= weight <= 1 for weight in weights.values())


NO_WEIGHTS = r"ranking\.json gives no weights for ranking \(.*make one with `citewell eval fit`"
WRONG_WEIGHTS = (
    r"ranking\.json must give dense, window, .*near_lexical, none below 0 and one above; "
    "make one with `citewell eval fit`"
)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", NO_WEIGHTS),
        ("dense = 1", NO_WEIGHTS),
        ("[]", NO_WEIGHTS),
        ("{}", NO_WEIGHTS),
        ('{"weights": null}', NO_WEIGHTS),
        ('{"weights": ["dense"]}', NO_WEIGHTS),
        ({k: v for k, v in EQUAL.items() if k != "pairs"}, NO_WEIGHTS),
        (EQUAL | {"pairs": "much"}, NO_WEIGHTS),
        (EQUAL | {"pairs": None}, NO_WEIGHTS),
        (EQUAL | {"triples": 1}, WRONG_WEIGHTS),
        (EQUAL | {"dense": -0.1}, WRONG_WEIGHTS),
        (dict.fromkeys(FEATURES, 0), WRONG_WEIGHTS),
    ],
)
def test_other_files_are_refused(
    tmp_path: Path, content: str | dict[str, Any], message: str
) -> None:
    file = tmp_path / "ranking.json"
    text = content if isinstance(content, str) else json.dumps({"weights": content})
    file.write_text(text, "utf-8")
    with pytest.raises(SettingsInvalid, match=message):
        load_ranking(file)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_are_finite(tmp_path: Path, value: float) -> None:
    with pytest.raises(SettingsInvalid, match=WRONG_WEIGHTS):
        load_ranking(ranking_file(tmp_path, dense=1, lexical=value))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    for file in (tmp_path / "none.json", tmp_path, tmp_path / "binary"):
        with pytest.raises(SettingsInvalid, match="gives no weights for ranking"):
            load_ranking(file)
