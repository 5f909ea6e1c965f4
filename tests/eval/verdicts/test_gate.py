"""The gate lets no regression through, and neither chance nor another order stops a run."""

from dataclasses import replace

import numpy as np
import pytest

from eval.errors import NothingToJudge
from eval.runs.record import Record, Run
from eval.verdicts.floors import Floor, Rules
from eval.verdicts.gate import gate
from eval.verdicts.verdict import Check, Verdict
from tests.eval.verdicts.runs_made import asked, broken, mixed, retold, run_of, unanswerable

RULES = Rules()
ANSWERABLE = [i for i in range(300) if i % 5 != 4]


def _failed(verdict: Verdict) -> dict[tuple[str, str], str]:
    return {(check.kind, check.name): check.sentence for check in verdict.failed}


def _check(verdict: Verdict, kind: str, name: str) -> Check:
    return next(c for c in verdict.checks if (c.kind, c.name) == (kind, name))


def _swapped(run: Run, order: list[int]) -> Run:
    """The same outcomes, each at another question of its kind."""
    records = [
        replace(
            run.records[other],
            question=record.question,
            places=record.places,
        )
        for record, other in zip(run.records, order, strict=True)
    ]
    return run_of(records)


def test_15_right_questions_of_300_turned_wrong_fail() -> None:
    base = run_of(asked(f"q{i}", hit=i % 10 != 0) for i in range(300))
    worse = run_of(asked(f"q{i}", hit=i % 10 != 0 and i % 20 != 1) for i in range(300))
    failed = _failed(gate(worse, base, RULES))
    assert set(failed) >= {("regression", m) for m in ("hit@5", "mrr", "evidence_in_answer")}
    # Student's interval: 15 times -1 in 300
    assert failed["regression", "hit@5"] == (
        "hit@5 fell from 0.900 to 0.850 on 300 questions (difference -0.050, 95 % interval -0.075 "
        "to -0.025, one-sided p 0.0001 after correction)"
    )


def test_5_points_of_one_measure_fail() -> None:
    base = run_of(asked(f"q{i}") for i in range(300))
    worse = run_of(asked(f"q{i}", evidence=i % 20 != 0) for i in range(300))
    kinds = {name for kind, name in _failed(gate(worse, base, RULES)) if kind == "regression"}
    assert "evidence_in_answer" in kinds
    assert not kinds & {"hit@5", "mrr", "answered", "refused"}


def test_25_worse_and_10_better_of_300_fail() -> None:
    base, worse = mixed(ANSWERABLE[:10]), mixed(ANSWERABLE[100:125])
    assert ("regression", "hit@5") in _failed(gate(worse, base, RULES))


def test_unanswerable_questions_answered_now_fail() -> None:
    base = run_of(unanswerable(f"q{i}") for i in range(300))
    worse = run_of(unanswerable(f"q{i}", refused=i % 20 != 0) for i in range(300))
    assert set(_failed(gate(worse, base, RULES))) == {("regression", "refused")}


def test_a_measure_of_which_lower_is_better_fails_when_it_rises() -> None:
    rules = Rules(measures=("latency",))
    base = mixed(n=30)
    slow = run_of(replace(record, seconds=0.05) for record in base.records)
    assert _failed(gate(slow, base, rules)) == {
        ("regression", "latency"): "latency rose from 20.0 ms to 50.0 ms on 30 questions "
        "(difference +30.0 ms, 95 % interval +30.0 ms to +30.0 ms, one-sided p 0.0001 after "
        "correction)"
    }
    assert gate(base, slow, rules).passed


def test_another_order_of_the_records_passes() -> None:
    run = mixed(ANSWERABLE[::7])
    order = np.random.default_rng(1).permutation(300)
    verdict = gate(run_of(run.records[i] for i in order), run, RULES)
    assert verdict.passed
    assert _check(verdict, "regression", "mrr").sentence.endswith("as before on 240 questions")


@pytest.mark.parametrize("seed", range(5))
def test_outcomes_shuffled_between_questions_pass(seed: int) -> None:
    run = mixed([*ANSWERABLE[::7], *range(4, 100, 5)])
    random = np.random.default_rng(seed)
    order = np.arange(300)
    for kind in (ANSWERABLE, range(4, 300, 5)):
        order[list(kind)] = random.permutation(list(kind))
    shuffled = _swapped(run, order.tolist())
    assert shuffled.records != run.records
    verdict = gate(shuffled, run, RULES)
    assert verdict.passed, verdict.failed


def test_an_improvement_passes() -> None:
    verdict = gate(mixed(), mixed(range(0, 300, 3)), RULES)
    assert verdict.passed
    assert "rose from" in _check(verdict, "regression", "hit@5").sentence


def test_significance_is_what_the_rules_say() -> None:
    base, worse = mixed(), mixed(ANSWERABLE[:7])  # 7 of 7: p 1/128
    assert not gate(worse, base, RULES).passed
    assert gate(worse, base, Rules(significance=0.001)).passed


def test_questions_cannot_be_left_out_changed_or_moved() -> None:
    base = run_of(asked(i, tags=("test",)) for i in ("gone", "moved", "reworded", "truth", "kept"))
    run = run_of(
        [
            asked("kept", tags=("test",)),
            asked("moved", tags=("tuning",)),
            asked("new", tags=("test",)),
            retold(asked("reworded", tags=("test",)), question="Ask?"),
            retold(asked("truth", tags=("test",)), answers=("x",)),
        ]
    )
    verdict = gate(run, base, RULES)
    assert _failed(verdict) == {
        ("questions", "same questions"): "not all questions of the baseline can be compared (1 "
        "missing: gone; 1 moved to another part: moved; 1 worded differently: reworded; 1 given "
        "another truth: truth); ask the same questions, or make a new baseline"
    }
    assert verdict.notes == ("1 questions are new and were not compared: new",)


def test_tags_cannot_be_taken_off() -> None:
    base = run_of([asked("a", tags=("test",)), asked("b", tags=("tuning",))])
    run = run_of([asked("a"), asked("b")])
    assert (
        "1 moved to another part: a"
        in _failed(gate(run, base, RULES))["questions", "same questions"]
    )


def test_another_run_altogether_fails() -> None:
    verdict = gate(run_of([asked("b")]), run_of([asked("a")]), RULES)
    assert not verdict.passed
    assert _failed(verdict)["regression", "mrr"] == (
        "mrr applied to 1 questions of the baseline and to none of the run"
    )
    assert _check(verdict, "regression", "refused") == Check(
        "regression",
        "refused",
        True,
        "refused applies to no question of the baseline; nothing was compared",
    )


def test_a_citation_that_is_not_verbatim_fails_in_any_part() -> None:
    wrong = replace(asked("b", tags=("tuning",)), verified=1)
    run = run_of([asked("a", tags=("test",)), wrong])
    assert _failed(gate(run, None, Rules(floors=(Floor("hit@5", 0.5),)))) == {
        ("citations", "verified"): "1 of 4 citations do not stand verbatim in their document, in "
        "the answers to b"
    }


def test_failed_questions_are_named() -> None:
    run = run_of([broken(asked("a")), asked("b")])
    verdict = gate(run, run, RULES)
    assert verdict.passed
    assert verdict.notes == (
        "1 questions failed with an error and count as failures: a (the index is gone)",
    )


def test_a_question_that_fails_now_is_a_failure() -> None:
    base = mixed(n=100)
    run = run_of(broken(r) if i < 20 else r for i, r in enumerate(base.records))
    failed = _failed(gate(run, base, RULES))
    assert ("regression", "answered") in failed


def test_parts_are_judged_apart() -> None:
    def run(test: bool, tuning: bool) -> Run:
        records = [asked(f"t{i}", hit=test, tags=("test",)) for i in range(20)]
        return run_of(
            [*records, *(asked(f"u{i}", hit=tuning, tags=("tuning",)) for i in range(20))]
        )

    base, worse = run(test=True, tuning=True), run(test=True, tuning=False)
    assert gate(worse, base, RULES).headline == "passed: 8 of 8 checks on 20 questions (test part)"
    tuning = gate(worse, base, Rules(part="tuning"))
    assert (tuning.passed, tuning.part, tuning.questions) == (False, "tuning part", 20)
    whole = gate(worse, base, Rules(part="all"))
    assert (whole.passed, whole.part, whole.questions) == (False, "all questions", 40)


def test_a_part_that_no_question_is_in_is_wrong_use() -> None:
    run = run_of([asked("a")])
    with pytest.raises(NothingToJudge, match="no question is tagged 'tuning'; judge --part all"):
        gate(run, run, Rules(part="tuning"))


def test_nothing_to_judge_by_is_wrong_use() -> None:
    with pytest.raises(NothingToJudge, match="give --baseline RUN, or --floors FILE"):
        gate(run_of([asked("a")]), None, RULES)


def _floor(run: Run, floor: Floor, **rules: object) -> Check:
    verdict = gate(run, None, Rules(floors=(floor,), **rules))  # type: ignore[arg-type]
    return next(check for check in verdict.checks if check.kind == "floor")


def _nine_of_ten() -> list[Record]:
    return [asked(f"q{i}", hit=i > 0, tags=("hard",) if i < 2 else ()) for i in range(10)]


def test_a_floor_is_reached_by_the_mean() -> None:
    run = run_of(_nine_of_ten())
    assert _floor(run, Floor("hit@5", 0.9)) == Check(
        "floor",
        "hit@5",
        True,
        "hit@5 is 0.900 (at least 0.900 is asked; 10 questions, mean 0.900, 95 % interval 0.596 "
        "to 0.982)",
    )
    missed = _floor(run, Floor("hit@5", 0.95))
    assert not missed.passed
    assert missed.sentence.startswith("hit@5 is 0.900, 0.050 below the floor (at least 0.950 is")


def test_a_floor_may_be_asked_of_the_interval() -> None:
    run = run_of(_nine_of_ten())
    assert _floor(run, Floor("hit@5", 0.59), bound="interval").passed
    missed = _floor(run, Floor("hit@5", 0.6), bound="interval")
    assert not missed.passed
    assert missed.sentence.startswith(
        "the lower end of the 95 % interval of hit@5 is 0.596, 0.004 below the floor"
    )


def test_a_measure_of_which_lower_is_better_has_a_limit() -> None:
    run = run_of([unanswerable("a"), unanswerable("b", refused=False)])
    assert _floor(run, Floor("false_answer", 0.5)).passed
    missed = _floor(run, Floor("false_answer", 0.4))
    assert (missed.passed, "0.100 above the limit (at most 0.400" in missed.sentence) == (
        False,
        True,
    )
    # Wilson's interval of 1 in 2 is 0.095 to 0.905
    assert not _floor(run, Floor("false_answer", 0.9), bound="interval").passed
    assert _floor(run, Floor("false_answer", 0.91), bound="interval").passed


def test_figures_of_a_whole_run_have_floors_too() -> None:
    run = run_of([*_nine_of_ten(), unanswerable("u")])
    assert _floor(run, Floor("latency_p95", 20)).passed
    missed = _floor(run, Floor("latency_p95", 15))
    assert missed.sentence.startswith("latency_p95 is 20.0 ms, 5.0 ms above the limit (at most 15")
    # every answer is surer (0.9) than the refusal (0.1)
    assert _floor(run, Floor("auroc", 1)).passed


def test_a_floor_of_a_tag_is_of_its_questions() -> None:
    run = run_of(_nine_of_ten())
    assert _floor(run, Floor("hit@5", 0.5, "hard")).passed
    missed = _floor(run, Floor("hit@5", 0.6, "hard"))
    assert (missed.passed, missed.name) == (False, "hit@5 of hard")
    assert "2 questions, mean 0.500" in missed.sentence


@pytest.mark.parametrize(
    ("floor", "sentence"),
    [
        (Floor("refused", 0), "refused applies to no judged question"),
        (Floor("refused", 0, "hard"), "refused of hard applies to no judged question"),
        (Floor("hit@5", 0, "odd"), "no judged question is tagged 'odd'"),
    ],
)
def test_a_floor_of_nothing_fails(floor: Floor, sentence: str) -> None:
    check = _floor(run_of(_nine_of_ten()), floor)
    assert (check.passed, check.sentence) == (False, sentence)


def test_a_gap_is_never_rounded_to_nothing() -> None:
    missed = _floor(run_of(_nine_of_ten()), Floor("hit@5", 0.9001))
    assert "hit@5 is 0.900, 0.0001 below the floor" in missed.sentence
