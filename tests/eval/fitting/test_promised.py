"""What confidences promise is measured on even outcomes, and the shares are those answered."""

import pytest

from eval.errors import QuestionSetInvalid
from eval.fitting.examples import NamedRun
from eval.fitting.promised import promised, table
from eval.runs.record import Record, Run
from tests.eval.made import places, record, response

HERE = places(("a.txt", 0, 5))


def _answerable(confidence: float, answered: bool = True, hit: bool = True) -> Record:
    quotes = [(1, 0, 5, "quote")] if answered else []
    return record(HERE, response([("a.txt" if hit else "b.txt", 0, 9)], quotes, confidence))


def _unanswerable(confidence: float, answered: bool = False) -> Record:
    quotes = [(1, 0, 5, "quote")] if answered else []
    return record((), response([("a.txt", 0, 9)], quotes, confidence), tags=["off"])


def _run(*records: Record, name: str = "run", tag: str | None = None) -> NamedRun:
    return NamedRun(name, tag, Run(None, records))  # type: ignore[arg-type]


def test_shares_are_of_what_was_answered() -> None:
    (found,) = promised(
        [
            _run(
                *[_answerable(0.9) for _ in range(7)],
                _answerable(0.2, answered=False),
                *[_unanswerable(0.1) for _ in range(3)],
                _unanswerable(0.8, answered=True),
                record(HERE, None),  # failed: no response, no say
            )
        ]
    )
    assert found.answered is not None
    assert found.false is not None
    assert (found.answered.mean, found.answered.n) == (7 / 8, 8)
    assert (found.false.mean, found.false.n) == (1 / 4, 4)
    assert found.auroc is not None
    assert found.auroc.mean == 31 / 32  # one pair of 32 the wrong way round


def test_the_error_weighs_both_outcomes_the_same_whatever_their_mix() -> None:
    # Right half the time where 0.5 is said, for an even mix: three right to one wrong.
    even = [*[_answerable(0.5) for _ in range(30)], *[_unanswerable(0.5) for _ in range(10)]]
    (found,) = promised([_run(*even)])
    assert found.error.mean == pytest.approx(0)
    (said,) = promised([_run(*[_answerable(0.9)] * 30, *[_unanswerable(0.9)] * 10)])
    assert said.error.mean == pytest.approx(0.4)
    assert said.error.low <= said.error.mean <= said.error.high


def test_a_confidence_that_is_right_has_no_error_and_a_miss_counts_as_wrong() -> None:
    sure = [_answerable(1.0), *[_answerable(0.0, hit=False), _unanswerable(0.0)] * 5]
    (found,) = promised([_run(*sure)])
    assert found.error.mean == 0
    assert found.auroc is not None
    assert found.auroc.mean < 1  # an answerable question that was missed


def test_scores_promise_how_often_a_passage_holds_the_answer() -> None:
    passages = [("a.txt", 0, 9), *[("b.txt", 0, 9)] * 5]  # of which five count
    hit = record(HERE, response(passages, scores=[0.5, 0, 0, 0, 0, 0.9]))
    other = record((), response(passages, scores=[0.3, 0, 0, 0, 0, 0.9]))
    (found,) = promised([_run(hit, other)])
    assert found.scores is not None
    # 0.5 short of 1, and 0.3 more than 0, a tenth of all weight each
    assert found.scores.mean == pytest.approx(0.08)
    assert found.scores.n == 2
    (none,) = promised([_run(record((), response([])))])
    assert none.scores is None


def test_of_several_runs_all_are_told_together_and_weigh_the_same() -> None:
    good = _run(*[_answerable(1.0), _unanswerable(0.0)] * 20, name="good")
    bad = _run(*[_answerable(0.0), _unanswerable(1.0)] * 2, name="bad")
    one, other, both = promised([good, bad])
    assert (one.error.mean, other.error.mean) == (0, 1)
    assert 0 < both.error.mean <= 0.5  # half the weight is the bad run's; its signs may cancel
    assert both.answered is not None
    assert both.answered.n == 22
    lines = list(table([one, other, both]))
    assert lines[2].startswith("| good | 1.000 (")
    assert lines[-1].startswith("| all | ")


def test_a_tag_takes_some_and_one_kind_has_no_auroc() -> None:
    records = [_answerable(0.9), *[_unanswerable(0.1 * n) for n in range(5)]]
    (found,) = promised([_run(*records, tag="off")])
    assert (found.auroc, found.answered) == (None, None)
    assert found.error.mean == pytest.approx(0.2)  # the mean of 0 to 0.4, none of them right
    assert next(iter(list(table([found]))[2:])).startswith("| run:off |  | ")


def test_a_run_without_such_questions_is_refused() -> None:
    with pytest.raises(QuestionSetInvalid, match="run:none has no question with a response"):
        promised([_run(_answerable(0.9), tag="none")])
