"""A summary has the headline, the tuning part and the tags, each with its figures."""

import pytest

from eval.measures.abstention import Point
from eval.measures.names import NAMES
from eval.measures.summary import Part, Summary, summarise
from eval.runs.record import Record, Run, RunFacts, Source
from tests.eval.made import places, record, response

FACTS = RunFacts(
    command="citewell eval questions.jsonl",
    created="2026-01-02T03:04:05+00:00",
    finished="2026-01-02T03:04:06+00:00",
    questions="questions.jsonl",
    questions_sha256="ab" * 32,
    asked=0,
    top_k=10,
    source=Source(1, "cd" * 32, None, None, None, {}),
)
WANTED = places(("a", 0, 10))


def asked(found: bool, *tags: str, confidence: float = 0.5) -> Record:
    """An answerable question whose place is found in the first passage, or not."""
    made = response([("a", 0, 10 if found else 9)], confidence=confidence, scores=[confidence])
    return record(WANTED, made, tags=tags)


def unanswerable(confidence: float, *tags: str) -> Record:
    """A question that is refused."""
    return record((), response([("a", 0, 9)], confidence=confidence, scores=[0.1]), tags=tags)


RECORDS = (
    asked(True, "test", "easy", confidence=0.9),
    asked(True, "test", "easy", confidence=0.8),
    asked(False, "test", "hard", "draft", confidence=0.7),
    unanswerable(0.2, "test", "hard"),
    record(WANTED, None, tags=("test",)),
    asked(False, "tuning", "easy", "other"),
    asked(True, "draft"),
)


@pytest.fixture(scope="module")
def summary() -> Summary:
    """The summary of ``RECORDS``."""
    return summarise(Run(FACTS, RECORDS))


def _shape(part: Part | None) -> tuple[str, int, float]:
    """The part's name, how many questions it has, the share found by the first passage."""
    assert part is not None
    return (part.name, len(part.judged), part.figures["hit@1"].mean)


def test_the_headline_is_the_test_part_and_tuning_is_apart(summary: Summary) -> None:
    assert summary.facts == FACTS
    assert _shape(summary.headline) == ("test", 5, 0.5)
    assert _shape(summary.tuning) == ("tuning", 1, 0)


def test_tags_are_those_of_the_headline(summary: Summary) -> None:
    assert list(map(_shape, summary.tags)) == [
        ("draft", 1, 0),
        ("easy", 2, 1),
        ("hard", 2, 0),
    ]


def test_headline_and_tuning_have_every_figure_in_order(summary: Summary) -> None:
    figures = summary.headline.figures
    assert list(figures) == [name for name in NAMES if name in figures]
    short = {"exact_match", "token_f1", "answer_contained"}
    assert NAMES.keys() - figures.keys() - {"brief"} == short
    assert (figures["auroc"].mean, figures["auroc"].n) == (1, 4)
    assert summary.tuning is not None
    assert {"aurc", "ece", "passage_ece", "latency_p99"} <= summary.tuning.figures.keys()


def test_tags_have_means_and_auroc_only(summary: Summary) -> None:
    easy, hard = summary.tags[1:]
    assert not {"auroc", "aurc", "ece", "passage_ece", "latency_p50"} & easy.figures.keys()
    assert hard.figures["auroc"].mean == 1
    assert not {"aurc", "ece", "passage_ece", "latency_p50"} & hard.figures.keys()


def test_bins_and_curve_are_of_the_headline(summary: Summary) -> None:
    assert [each.predicted for each in summary.reliability] == [0.2, 0.7, 0.8, 0.9]
    assert [each.observed.mean for each in summary.reliability] == [0, 0, 1, 1]
    assert [each.predicted for each in summary.passage_reliability] == [0.1, 0.7, 0.8, 0.9]
    assert summary.risk_coverage == (
        Point(0.9, 0.25, 0),
        Point(0.8, 0.5, 0),
        Point(0.7, 0.75, 1 / 3),
        Point(0.2, 1, 0.5),
    )


def test_drafts_are_counted_in_the_run_and_failures_in_the_headline(summary: Summary) -> None:
    assert (summary.drafts, summary.failed) == (2, 1)


def test_without_parts_all_questions_are_the_headline() -> None:
    found = summarise(Run(FACTS, (asked(True), asked(False, "easy"))))
    assert _shape(found.headline) == ("all", 2, 0.5)
    assert found.tuning is None
    assert list(map(_shape, found.tags)) == [("easy", 1, 0)]


def test_a_run_where_all_failed_has_figures_still() -> None:
    found = summarise(Run(FACTS, (record(WANTED, None), record((), None))))
    assert found.headline.figures["answered"].mean == 0
    assert found.headline.figures["false_answer"].mean == 1
    assert (found.reliability, found.passage_reliability, found.risk_coverage) == ((), (), ())
    assert found.failed == 2


def test_figures_do_not_depend_on_the_order_of_records(summary: Summary) -> None:
    turned = summarise(Run(FACTS, RECORDS[::-1]))
    means = {name: figure.mean for name, figure in summary.headline.figures.items()}
    assert {n: f.mean for n, f in turned.headline.figures.items()} == pytest.approx(means)
    assert turned.risk_coverage == summary.risk_coverage
    assert turned.reliability == summary.reliability
