"""Questions are listed the worst first, with what is wrong with each."""

import pytest

from eval.measures.measure import judge
from eval.reports.rows import Kind, row, worst_first
from eval.runs.record import Record
from tests.eval.reports.runs import CALM, FALSE, FIRST, GOOD, LATE, LOST, MUTE, asked, failed

FAILED = failed("failed", FIRST)
REFUSING_FAILED = failed("refusing", None)


@pytest.mark.parametrize(
    ("record", "outcome", "kinds", "hit_rank", "evidence"),
    [
        (GOOD, "answered", (), 1, True),
        (LATE, "answered", (), 3, False),
        (LOST, "not found", (Kind.NOT_FOUND,), None, False),
        (MUTE, "not answered", (Kind.NOT_ANSWERED,), 1, False),
        (FALSE, "falsely answered", (Kind.FALSELY_ANSWERED,), None, None),
        (CALM, "refused", (), None, None),
        (FAILED, "failed", (Kind.FAILED, Kind.NOT_FOUND, Kind.NOT_ANSWERED), None, False),
        (REFUSING_FAILED, "failed", (Kind.FAILED,), None, None),
    ],
    ids=lambda value: value.question.id if isinstance(value, Record) else "",
)
def test_a_question_has_its_outcome(
    record: Record,
    outcome: str,
    kinds: tuple[Kind, ...],
    hit_rank: int | None,
    evidence: bool | None,
) -> None:
    found = row(judge([record])[0])
    assert (found.outcome, found.kinds) == (outcome, kinds)
    assert (found.hit_rank, found.evidence) == (hit_rank, evidence)


def test_the_worst_stand_first() -> None:
    surer = asked("surer", None, [FIRST], FIRST, confidence=0.99)
    deep = asked("deep", FIRST, [(1, 2)] * 6 + [FIRST], (1, 2), confidence=0.3)
    records = [GOOD, CALM, MUTE, LATE, LOST, FALSE, surer, deep, FAILED]
    order = [each.record.question.id for each in worst_first(judge(records))]
    assert order == [
        "failed",
        "surer",
        "false",
        "lost",
        "deep",
        "mute",
        "late",
        "good",
        "calm",
    ]


def test_a_failed_question_has_no_confidence() -> None:
    assert row(judge([FAILED])[0]).confidence is None
    assert row(judge([GOOD])[0]).confidence == 0.9
    assert row(judge([GOOD])[0]).milliseconds == 10
