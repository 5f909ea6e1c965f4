"""Two runs side by side: means, paired tests, verdicts, tags; nothing left out in silence."""

from dataclasses import replace

import pytest

from eval.errors import MeasureUnknown, NothingToJudge
from eval.runs.record import Record
from eval.verdicts.compare import MEASURES, Row, compare
from eval.verdicts.pairs import LATENCY, PER_QUESTION, SAME
from tests.eval.verdicts.runs_made import FACTS, asked, broken, mixed, retold, run_of, unanswerable


def _rows(rows: tuple[Row, ...]) -> dict[tuple[str | None, str], Row]:
    return {(row.tag, row.measure): row for row in rows}


def _timed(record: Record, seconds: float) -> Record:
    return replace(record, seconds=seconds)


def test_every_default_measure_is_one_of_a_question() -> None:
    assert set(MEASURES) <= set(PER_QUESTION)


def test_equal_runs_differ_in_nothing() -> None:
    run = mixed(range(0, 300, 7))
    found = compare(run, run_of(run.records[::-1]))
    assert len(found.rows) >= 6
    assert {row.verdict for row in found.rows} == {SAME}
    assert {(row.difference.mean, row.p) for row in found.rows} == {(0, 1)}
    assert (found.warnings, found.facts) == ((), ())
    changes = found.changes
    assert (changes.worse, changes.better, changes.both) == ((), (), ())


def test_means_differences_and_p_are_those_of_the_questions() -> None:
    before = [asked(f"q{i}") for i in range(10)]
    after = [asked(f"q{i}", hit=i >= 8) for i in range(10)]
    row = compare(run_of(before), run_of(after), ["hit@5"]).rows[0]
    assert (row.before, row.difference.n) == (1, 10)
    assert row.after == pytest.approx(0.2)
    assert row.difference.mean == pytest.approx(-0.8)
    # 8 of 8 changed for the worse: 2 of 2^8 patterns of signs are as far out
    assert row.difference.p == row.p == pytest.approx(2 / 256)
    assert row.verdict == "worse"
    assert compare(run_of(after), run_of(before), ["hit@5"]).rows[0].verdict == "better"


def test_p_values_are_corrected_over_the_measures() -> None:
    before = [asked(f"q{i}") for i in range(10)]
    after = [asked(f"q{i}", hit=i >= 6) for i in range(10)]
    alone = compare(run_of(before), run_of(after), ["hit@5"]).rows[0]
    assert alone.p == pytest.approx(2 / 64)
    assert alone.verdict == "worse"
    beside = compare(run_of(before), run_of(after), ["hit@5", "answered"]).rows
    assert [row.p for row in beside] == [pytest.approx(4 / 64), 1]
    assert beside[0].verdict == SAME


def test_lower_is_better_where_it_is() -> None:
    slow = [_timed(asked(f"q{i}"), 0.2) for i in range(20)]
    fast = [_timed(asked(f"q{i}"), 0.1) for i in range(20)]
    row = compare(run_of(slow), run_of(fast), [LATENCY]).rows[0]
    assert [row.before, row.after] == pytest.approx([200, 100])
    assert row.verdict == "better"
    assert compare(run_of(fast), run_of(slow), [LATENCY]).rows[0].verdict == "worse"


def test_tags_are_corrected_over_all_their_cells() -> None:
    before = [asked(f"q{i}", tags=("easy" if i < 12 else "hard",)) for i in range(20)]
    after = [asked(f"q{i}", hit=i >= 12, tags=r.question.tags) for i, r in enumerate(before)]
    found = _rows(compare(run_of(before), run_of(after)).tags)
    assert {tag for tag, _ in found} == {"easy", "hard"}
    easy, hard = found["easy", "hit@5"], found["hard", "hit@5"]
    assert (easy.before, easy.after, easy.difference.n) == (1, 0, 12)
    # 4 measures apply to either tag; 3 of them fell in the easy questions, all alike
    assert len(found) == 8
    assert easy.p == pytest.approx(8 * 2 / 4096)
    assert (easy.verdict, hard.verdict, hard.p) == ("worse", SAME, 1)


def test_a_tag_restricts_the_questions() -> None:
    before = [asked(f"q{i}", tags=("easy", "name") if i < 5 else ("hard",)) for i in range(20)]
    found = compare(run_of(before), run_of(before), tag="easy")
    assert {row.difference.n for row in found.rows} == {5}
    assert {row.tag for row in found.tags} == {"name"}
    with pytest.raises(NothingToJudge, match=r"tagged 'odd'; the tags are easy, hard, name"):
        compare(run_of(before), run_of(before), tag="odd")


def test_measures_of_no_question_are_named() -> None:
    found = compare(run_of([asked("a")]), run_of([asked("a")]), ["hit@5", "refused"])
    assert ([row.measure for row in found.rows], found.inapplicable) == (["hit@5"], ("refused",))


def test_means_are_of_the_questions_it_applies_to_in_both_runs() -> None:
    before = [_timed(asked("a"), 0.1), _timed(asked("b"), 0.9)]
    row = compare(run_of(before), run_of([before[0], broken(before[1])]), [LATENCY]).rows[0]
    assert (row.before, row.after, row.difference.n) == (100, 100, 1)


def test_one_question_has_no_interval_but_a_row() -> None:
    row = compare(run_of([asked("a")]), run_of([asked("a", hit=False)]), ["hit@5"]).rows[0]
    assert (row.difference.n, row.p, row.verdict) == (1, 1, SAME)


def test_different_question_sets_are_compared_in_common_with_a_warning() -> None:
    before = run_of([asked("a"), asked("b"), asked("gone")])
    after = run_of([asked("a"), retold(asked("b"), question="Ask?"), asked("new")])
    found = compare(before, after)
    assert len(found.matching.pairs) == 1
    assert found.warnings == (
        "the question sets differ; left out are questions 1 only in the run before: gone; 1 only "
        "in the run after: new; 1 with another text under the same id: b",
    )


def test_nothing_in_common_is_wrong_use() -> None:
    with pytest.raises(NothingToJudge, match=r"no question in common \(1 only in the run before"):
        compare(run_of([asked("a")]), run_of([asked("b")]))


def test_failed_questions_and_other_tags_are_told() -> None:
    before = run_of([asked("a"), asked("b", tags=("hard",))])
    after = run_of([broken(asked("a")), asked("b", tags=("easy",))])
    found = compare(before, after)
    assert found.warnings == (
        "1 questions have other tags now, which hold: b",
        "1 questions failed with an error in the run after and count as failures: a",
    )
    assert {row.tag for row in found.tags} == {"easy"}


def test_what_made_the_runs_differ_is_told() -> None:
    source = replace(
        FACTS.source,
        index_digest="ef" * 32,
        settings={"pool": 5, "ranking": None, "rerank": 20},
        versions={"citewell": "0.2.0"},
        url="http://127.0.0.1:8000",
    )
    after = replace(FACTS, questions_sha256="12" * 32, created="2026-02-02", source=source)
    records = [asked("a")]
    found = compare(run_of(records), run_of(records, after)).facts
    assert [(fact.name, fact.before, fact.after) for fact in found] == [
        ("question set", "sha256 abababababab", "sha256 121212121212"),
        ("answered by", "an engine in the process", "http://127.0.0.1:8000"),
        ("index digest", "cdcdcdcdcdcd", "efefefefefef"),
        ("setting pool", "200", "5"),
        ("version of citewell", "0.1.0", "0.2.0"),
        ("setting rerank", "not told", "20"),
    ]


def test_a_server_does_not_tell_its_settings() -> None:
    after = replace(FACTS, source=replace(FACTS.source, settings=None, model=None))
    found = compare(run_of([asked("a")]), run_of([asked("a")], after)).facts
    assert [(fact.name, fact.after) for fact in found] == [
        ("model", "not told"),
        ("setting pool", "not told"),
        ("setting ranking", "not told"),
    ]


def test_changed_questions_are_sorted_by_what_became_of_them() -> None:
    before = [
        asked("lost"),
        asked("found", hit=False),
        asked("mute"),
        asked("same"),
        asked("traded", answered=False),
        unanswerable("fooled"),
    ]
    after = [
        asked("lost", hit=False),
        asked("found"),
        asked("mute", answered=False),
        asked("same"),
        asked("traded", hit=False),
        unanswerable("fooled", refused=False),
    ]
    changes = compare(run_of(before), run_of(after)).changes
    told = [
        [(c.pair.before.record.question.id, [f.words for f in c.flips]) for c in kind]
        for kind in (changes.worse, changes.better, changes.both)
    ]
    assert told == [
        [
            ("lost", ["no longer found in the first 5 passages", "the answer lost the evidence"]),
            ("mute", ["the answer lost the evidence", "refused now"]),
            ("fooled", ["answered now, though unanswerable"]),
        ],
        [("found", ["found in the first 5 passages now", "the answer has the evidence now"])],
        [("traded", ["no longer found in the first 5 passages", "answered now"])],
    ]


def test_an_unknown_measure_is_wrong_use() -> None:
    with pytest.raises(MeasureUnknown, match="is named 'hit5'"):
        compare(run_of([asked("a")]), run_of([asked("a")]), ["hit5"])
