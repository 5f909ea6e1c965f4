"""Questions of two runs are paired by id, text and truth; the others are named."""

from dataclasses import replace

import pytest

from eval.errors import MeasureUnknown
from eval.measures.measure import judge
from eval.questions.question import Expected
from eval.verdicts.pairs import LATENCY, Matching, check_measures, match, named, shown, value
from tests.eval.verdicts.runs_made import asked, broken, retold

ONE, TWO = asked("one"), asked("two")
LONGER = Expected(document="a.txt", quote="x" * 11, start=0)


def _match(before: list[object], after: list[object]) -> Matching:
    return match(judge(before), judge(after))  # type: ignore[arg-type]


def test_pairs_stand_in_the_order_of_the_run_before() -> None:
    found = _match([ONE, TWO], [TWO, ONE])
    assert [pair.before.record.question.id for pair in found.pairs] == ["one", "two"]
    assert [pair.after.record.question.id for pair in found.pairs] == ["one", "two"]
    assert found.unmatched() == []


def test_what_has_no_counterpart_is_named() -> None:
    before = [ONE, asked("gone"), asked("reworded"), asked("truth"), asked("short")]
    after = [
        asked("new"),
        retold(asked("short"), answers=("x",)),
        retold(asked("truth"), expected=(LONGER,)),
        retold(asked("reworded"), question="Ask?"),
        ONE,
    ]
    found = _match([*before], [*after])
    assert [pair.after.record for pair in found.pairs] == [ONE]
    assert found.unmatched() == [
        "1 only in the run before: gone",
        "1 only in the run after: new",
        "1 with another text under the same id: reworded",
        "2 with another truth under the same id: truth, short",
    ]


@pytest.mark.parametrize("changed", [{"answerable": False, "expected": ()}, {"expected": ()}])
def test_whether_it_can_be_answered_is_part_of_the_truth(changed: dict[str, object]) -> None:
    assert _match([ONE], [retold(ONE, **changed)]).other_truth == ("one",)


def test_order_of_expected_places_and_tags_are_no_part_of_the_truth() -> None:
    both = (*ONE.question.expected, LONGER)
    before, after = retold(ONE, expected=both), retold(ONE, expected=both[::-1], tags=("easy",))
    assert len(_match([before], [after]).pairs) == 1


def test_the_time_of_a_question_is_a_measure_of_what_was_answered() -> None:
    answered, failed = judge([replace(ONE, seconds=0.25), broken(TWO)])
    assert value(answered, LATENCY) == 250
    assert value(failed, LATENCY) is None
    assert (value(answered, "hit@5"), value(answered, "refused")) == (1, None)


def test_an_unknown_measure_is_refused_with_the_known_ones() -> None:
    check_measures(["hit@5", LATENCY])
    with pytest.raises(
        MeasureUnknown, match=r"is named 'hit5', 'auroc'; there are answered, .*hit@5"
    ):
        check_measures(["hit5", "mrr", "auroc"])


def test_values_are_shown_in_their_unit() -> None:
    assert shown(0.5, "mrr") == "0.500"
    assert shown(0.5, "mrr", "+") == "+0.500"
    assert shown(12.34, LATENCY) == "12.3 ms"
    assert shown(-12.34, "latency_p95", "+") == "-12.3 ms"


def test_many_ids_are_counted_and_the_first_20_named() -> None:
    assert named(["a", "b"]) == "a, b"
    assert named([str(i) for i in range(22)]).endswith("18, 19 and 2 more")
