"""Files of floors are read strictly."""

from pathlib import Path

import pytest

from eval.errors import FloorsInvalid
from eval.verdicts.floors import GATE_MEASURES, Floor, Rules, read_rules
from eval.verdicts.pairs import PER_QUESTION

WHOLE = """
[gate]
significance = 0.01
measures = ["hit@5", "brier"]
part = "all"
bound = "interval"
[floors]
"hit@5" = 0.95
brier = 0.25
latency_p95 = 200
[floors.tags.hard]
"hit@5" = 1
"""


def _file(tmp_path: Path, content: str) -> Path:
    file = tmp_path / "floors.toml"
    file.write_text(content, "utf-8")
    return file


def test_a_whole_file(tmp_path: Path) -> None:
    assert read_rules(_file(tmp_path, WHOLE)) == Rules(
        significance=0.01,
        measures=("hit@5", "brier"),
        part="all",
        bound="interval",
        floors=(
            Floor("hit@5", 0.95),
            Floor("brier", 0.25),
            Floor("latency_p95", 200),
            Floor("hit@5", 1, "hard"),
        ),
    )


def test_everything_is_optional(tmp_path: Path) -> None:
    assert read_rules(_file(tmp_path, "")) == Rules()
    assert set(GATE_MEASURES) <= set(PER_QUESTION)


def test_the_floors_of_the_seed_can_be_read() -> None:
    rules = read_rules(Path(__file__).parents[3] / "seeds" / "floors.toml")
    assert Floor("refused", 1, "off-subject") in rules.floors


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("[gate", "is no TOML"),
        ("[floors]\nhit@5 = 1", "names with @ stand in quotes"),
        ("[flors]", "flors: Extra inputs are not permitted"),
        ("[gate]\nsignifcance = 1", "gate.signifcance: Extra inputs"),
        ("[gate]\nsignificance = 0", "gate.significance: Input should be greater than 0"),
        ("[gate]\nsignificance = 0.6", "gate.significance: Input should be less than"),
        ('[gate]\npart = "tunning"', "gate.part: Input should be 'test', 'tuning' or 'all'"),
        ('[gate]\nbound = "low"', "gate.bound: Input should be 'mean' or 'interval'"),
        ("[gate]\nmeasures = []", "gate.measures: List should have at least 1 item"),
        ('[gate]\nmeasures = ["mrr", "mrr"]', "gate.measures: mrr is named more than once"),
        ('[gate]\nmeasures = ["auroc"]', "'auroc' is no measure of a question; there are answered"),
        ("[floors]\nhit5 = 1", "floors: 'hit5' is no measure; there are answered, .*auroc"),
        ("[floors.tags.hard]\nhit5 = 1", "floors: 'hit5' is no measure; there are answered"),
        ("[floors]\nmrr = 95", "mrr is a rate from 0 to 1, and can never be 95"),
        ("[floors]\nmrr = -0.1", "floors.mrr: Input should be greater than or equal to 0"),
        ("[floors]\nmrr = nan", "floors.mrr: Input should be"),
        ("[floors]\nmrr = true", "floors.mrr: Input should be a valid number"),
        ('[floors]\nmrr = "0.5"', "floors.mrr: Input should be a valid number"),
        ("[floors]\ntags = 1", "floors.tags: Input should be a valid dictionary"),
        ("[floors.tags]\nhard = 1", "floors.tags.hard: Input should be a valid dictionary"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, content: str, wrong: str) -> None:
    with pytest.raises(FloorsInvalid, match=wrong):
        read_rules(_file(tmp_path, content))


def test_everything_wrong_is_named_at_once(tmp_path: Path) -> None:
    content = '[gate]\nmeasures = ["x"]\n[floors]\ny = 1\nmrr = 2\n'
    with pytest.raises(FloorsInvalid, match=r"(?s)'x' is no.*'y' is no.*mrr is a rate"):
        read_rules(_file(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FloorsInvalid, match=r"cannot be read .*; name a file of floors"):
        read_rules(tmp_path / "none.toml")
