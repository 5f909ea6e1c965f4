"""A comparison as Markdown and as JSON."""

import json
from dataclasses import replace

import pytest

from eval.verdicts.compare import Comparison, compare
from eval.verdicts.side_by_side import side_by_side
from eval.verdicts.side_by_side_json import as_json
from tests.eval.made import response
from tests.eval.verdicts.runs_made import FACTS, asked, broken, mixed, retold, run_of

MEASURES = ("hit@5", "mrr", "answered", "refused")
AFTER = replace(FACTS, source=replace(FACTS.source, settings={"pool": 5, "ranking": "a|b"}))


@pytest.fixture
def comparison() -> Comparison:
    """Eight of ten questions lost, one failed."""
    before = [asked(f"q{i}", tags=("easy",)) for i in range(10)]
    after = [asked(f"q{i}", hit=i >= 8, tags=("easy",)) for i in range(9)]
    return compare(run_of(before), run_of([*after, broken(before[9])], AFTER), MEASURES)


def test_a_measure_has_a_row_with_its_verdict(comparison: Comparison) -> None:
    text = side_by_side(comparison)
    # Student's interval of nine times -1 and one 0: mean -0.9, standard error 0.1, t 2.262
    # and of three measures two fell alike: 3 * 2 / 2^9
    assert "| hit@5 | 1.000 | 0.100 | -0.900 | -1.126 to -0.674 | 0.0117 | 10 | worse |" in text
    assert "| answered | 1.000 | 0.900 | -0.100 |" in text
    assert "- worse: hit@5, MRR; no significant difference in 1 of 3 measures" in text
    assert "Of no question in both runs: refused." in text


def test_differing_facts_stand_in_a_table(comparison: Comparison) -> None:
    text = side_by_side(comparison)
    assert "| setting pool | 200 | 5 |" in text
    assert "| setting ranking | not set | a\\|b |" in text


def test_warnings_stand_on_top(comparison: Comparison) -> None:
    lines = side_by_side(comparison).split("\n")
    assert lines[2] == (
        "**Warning: 1 questions failed with an error in the run after and count as failures: q9.**"
    )


def test_changed_questions_show_both_answers(comparison: Comparison) -> None:
    text = side_by_side(comparison)
    assert "## Questions that became worse (9)" in text
    block = text.split("### q0: Ask q0?\n")[1].split("###")[0].split("\n")
    assert block[1:4] == [
        "- no longer found in the first 5 passages; the answer lost the evidence",
        "- before (evidence at rank 1, confidence 0.90): the evidence and more",
        "- after (evidence at no rank, confidence 0.90): beside it",
    ]
    assert "- after: failed: the index is gone" in text


def test_equal_runs_are_said_to_be_equal() -> None:
    run = mixed([3, 4], n=20)
    text = side_by_side(compare(run, run))
    assert "Nothing that is recorded: question set, index, model, settings, versions" in text
    measures = text.split("## Measures")[1].split("\n\n")[1].split("\n")[2:]
    assert len(measures) > 5
    assert all(line.endswith("| no significant difference |") for line in measures)
    assert "## Questions that became worse (0)" in text


def test_at_most_20_changed_questions_are_shown_unless_all_are_wanted() -> None:
    before = run_of(asked(f"q{i}") for i in range(25))
    after = run_of(asked(f"q{i}", hit=False) for i in range(25))
    found = compare(before, after)
    text = side_by_side(found)
    assert text.count("\n### ") == 20
    assert "\n5 more; --all shows them.\n" in text
    assert side_by_side(found, every_change=True).count("\n### ") == 25


def test_a_chosen_tag_is_told() -> None:
    run = run_of(asked(f"q{i}", tags=("easy" if i else "hard | old",)) for i in range(4))
    found = compare(run, run, MEASURES, "hard | old")
    assert "that both have: 4\n- compared: the 1 of them tagged hard | old\n" in side_by_side(found)
    content = as_json(found)
    assert (content["tag"], content["questions"]["compared"]) == ("hard | old", 1)
    assert "- compared" not in side_by_side(compare(run, run))


def test_tags_without_a_change_are_counted() -> None:
    before = [asked(f"q{i}", tags=("easy" if i else "hard",)) for i in range(4)]
    after = [asked("q0", hit=False, tags=("hard",)), *before[1:]]
    text = side_by_side(compare(run_of(before), run_of(after)))
    assert "| hard | hit@5 | 1.000 | 0.000 | -1.000 | – | 1.0000 | 1 |" in text
    assert "| easy |" not in text
    assert "p is corrected over all 8 cells; in 5 nothing changed on balance." in text


def test_questions_of_several_lines_stay_on_one() -> None:
    before = retold(asked("a"), question="Ask\n# this?")
    after = retold(asked("a", hit=False), question="Ask\n# this?")
    text = side_by_side(compare(run_of([before]), run_of([after])))
    assert "### a: Ask # this?\n" in text


def test_no_text_steers_the_terminal() -> None:
    steering = "\x1b]0;title\x07"
    before = retold(asked("a"), question=f"Ask{steering}?", id=f"a{steering}")
    answer = response([("b.txt", 0, 100)], [(1, 0, 8, f"so{steering}")])
    failed = replace(broken(before), error=f"gone{steering}")
    facts = replace(FACTS, command=f"citewell eval {steering}", questions=steering)
    for after in (replace(before, response=answer), failed):
        text = side_by_side(compare(run_of([before], facts), run_of([after], facts)))
        assert "␛]0;title␇" in text
        assert all(c.isprintable() or c == "\n" for c in text)


def test_long_answers_are_cut_to_read_and_whole_in_json() -> None:
    answer = response([("b.txt", 0, 1000)], [(1, 0, 600, "y" * 600)])
    after = replace(asked("a", hit=False), response=answer)
    found = compare(run_of([asked("a")]), run_of([after]))
    assert f"confidence 0.90): {'y' * 400} …\n" in side_by_side(found)
    assert as_json(found)["changed"]["worse"][0]["after"]["text"] == "y" * 600


def test_json_holds_everything(comparison: Comparison) -> None:
    content = json.loads(json.dumps(as_json(comparison), allow_nan=False))
    row = next(row for row in content["measures"] if row["measure"] == "hit@5")
    assert (row["before"], row["after"], row["questions"]) == (1, pytest.approx(0.1), 10)
    assert (row["p"], row["verdict"]) == (pytest.approx(2 / 512), "worse")
    assert row["p"] < row["p_corrected"] < 0.05
    assert content["after"]["source"]["settings"]["pool"] == 5
    assert content["questions"] == {
        "both": 10,
        "compared": 10,
        "only_before": [],
        "only_after": [],
        "reworded": [],
        "other_truth": [],
    }
    worse = content["changed"]["worse"]
    assert [each["id"] for each in worse] == [*(f"q{i}" for i in range(8)), "q9"]
    assert worse[0]["flips"][0] == {"measure": "hit@5", "gained": False}
    assert worse[0]["after"] == {"verdict": "answered", "text": "beside it", "confidence": 0.9}
    assert worse[-1]["after"] == {"error": "the index is gone"}


def test_json_has_no_interval_of_one_question() -> None:
    one = compare(run_of([asked("a")]), run_of([asked("a", hit=False)]), ["hit@5"])
    row = as_json(one)["measures"][0]
    assert (row["low"], row["high"], row["difference"]) == (None, None, -1)
