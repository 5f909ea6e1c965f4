"""Settings are compared by the questions they answer differently."""

import json
from itertools import islice
from pathlib import Path

import pytest

from eval.errors import MeasureUnknown, QuestionSetInvalid
from eval.fitting.sweep import Variant, sweep, table
from eval.questions.question import Expected, Question
from eval.statistics.paired import Difference
from service.engine import Engine
from service.errors import SettingsInvalid
from tests.service.calibrations import calibration_file
from tests.service.corpora import engine_of, ranking_file

# By meaning (letters) the first is nearest to "aa bb", by words the second.
TEXTS = {"1.txt": "abab", "2.txt": "aa bb cccc", "3.txt": "ffff"}


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    """An engine that ranks by words alone."""
    return engine_of(tmp_path, TEXTS, ranking=ranking_file(tmp_path / "words", lexical=1))


@pytest.fixture
def by_letters(tmp_path: Path) -> str:
    """A ranking by letters alone."""
    return str(ranking_file(tmp_path / "letters", dense=1))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Twelve times the same question, which only the second text answers."""
    rows = [
        {
            "id": f"q{n}",
            "question": "aa bb",
            "answerable": True,
            "expected": [{"document": "2.txt", "quote": "aa bb"}],
        }
        for n in range(12)
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return path


def test_a_worse_setting_is_found_and_an_equal_one_is_not(
    engine: Engine, questions: list[Question], by_letters: str
) -> None:
    choices = [("ranking", by_letters), ("pool", "3")]
    worse, equal = sweep(questions, engine, choices, "mrr")
    # by letters the answering text comes second: its reciprocal rank falls from 1 to 1/2
    assert (worse.difference.mean, worse.difference.n) == (-0.5, 12)
    assert worse.p == pytest.approx(2 * 2 / 2**12)
    assert (equal.difference.mean, equal.p) == (0, 1)
    rows = list(table([worse, equal], "mrr"))
    assert rows[2].startswith(f"| ranking | {by_letters} | -0.5000 |")
    assert rows[2].endswith("| worse |")
    assert rows[3].endswith("| no significant difference |")


def test_where_less_is_better_a_fall_is_better() -> None:
    fallen = Variant("pool", "3", Difference(-0.5, -0.6, -0.4, 0.001, 0.0005, 12), 0.001)
    assert next(islice(table([fallen], "false_abstention"), 2, None)).endswith("| better |")
    assert next(islice(table([fallen], "answered"), 2, None)).endswith("| worse |")


def test_whole_documents_are_looked_for_as_deep_as_in_a_run(
    tmp_path: Path, by_letters: str
) -> None:
    # by words many passages of the first document come before the second, by letters none
    texts = {"1.txt": " ".join(["aa bb cc dd."] * 1000), "2.txt": "aa bb aa bb. " + "ee ff " * 60}
    asked = Question(
        id="q", question="aa bb", answerable=True, expected=(Expected(document="2.txt"),)
    )
    engine = engine_of(tmp_path, texts, ranking=ranking_file(tmp_path / "words", lexical=1))
    (variant,) = sweep([asked], engine, [("ranking", by_letters)], "hit@3")
    assert variant.difference.mean == -1


def test_calibrations_are_compared(
    engine: Engine, questions: list[Question], tmp_path: Path
) -> None:
    # both have the same confidence in every answer, which is enough for one of them
    sure, never = (
        str(calibration_file(tmp_path / f"from {threshold}", thresholds=[[0.05, threshold]]))
        for threshold in (0.5, 1.0)
    )
    choices = [("calibration", sure), ("calibration", never)]
    answered, refused = sweep(questions, engine, choices, "answered")
    assert answered.difference.mean - refused.difference.mean == 1


def test_the_engine_keeps_its_settings(
    engine: Engine, questions: list[Question], by_letters: str
) -> None:
    before = engine.settings
    sweep(questions, engine, [("ranking", by_letters)], "mrr")
    assert engine.settings == before


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("dense", "1", "CITEWELL_DENSE is no setting of citewell; there are"),
        ("pool", "0", "CITEWELL_POOL is '0': .*greater than or equal to 1"),
        ("pool", "", "CITEWELL_POOL is ''"),
        ("dense_weight", "1", "CITEWELL_DENSE_WEIGHT is no setting of citewell; there are"),
        ("ranking", "no/such.json", r"no/such\.json gives no weights .*`citewell eval fit`"),
        ("calibration", "no/such.json", r"no/such\.json gives no cal.*`citewell eval calibrate`"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    engine: Engine, questions: list[Question], name: str, value: str, message: str
) -> None:
    with pytest.raises(SettingsInvalid, match=message):
        sweep(questions, engine, [(name, value)], "mrr")


def test_a_measure_that_applies_to_nothing_is_refused(
    engine: Engine, questions: list[Question]
) -> None:
    with pytest.raises(QuestionSetInvalid, match="'refused' applies to no question"):
        sweep(questions, engine, [("pool", "3")], "refused")


@pytest.mark.parametrize("measure", ["hit5", "auroc"])
def test_a_measure_that_is_none_of_a_question_is_refused_before_anything_runs(
    engine: Engine, questions: list[Question], measure: str
) -> None:
    choices = [("pool", "no number")]
    with pytest.raises(MeasureUnknown, match=f"is named '{measure}'; there are answered, .*mrr"):
        sweep(questions, engine, choices, measure)


def test_a_ranking_that_cannot_be_is_refused_before_anything_runs(
    engine: Engine, questions: list[Question]
) -> None:
    choices = [("pool", "3"), ("ranking", "no/such.json")]
    # the measure would be refused as soon as anything has run
    with pytest.raises(SettingsInvalid, match="gives no weights"):
        sweep(questions, engine, choices, "refused")
