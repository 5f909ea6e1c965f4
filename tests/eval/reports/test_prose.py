"""A run in words says what the figures say, and warns of what makes them weak."""

from dataclasses import replace

import pytest

from eval.measures.summary import Summary, summarise
from eval.reports.prose import facts, sentences, settings, threshold, title, warnings
from eval.runs.record import Record, Run
from tests.eval.reports.runs import CALM, FACTS, FIRST, GOOD, MUTE, asked, failed


def test_sentences_tell_the_figures(summary: Summary) -> None:
    told = list(sentences(summary.headline))
    # 3 of 4; Wilson's interval, by hand: 0.3006 to 0.9544
    assert told[0] == "Of 4 answerable questions 3 were answered (75 %, 95 % interval 30 to 95 %)."
    assert told[1].startswith("The answer held the evidence for 1 of the 4 (25 %")
    assert told[2].startswith("One of the first 5 passages held the expected text for 3 of the 4")
    assert told[3].startswith("Of 2 unanswerable questions 1 was refused (50 %")
    assert told[4].startswith("Read again in the stored documents, all 14 passages and quotes")
    assert told[5] == "Half of the questions took at most 10 ms, 95 % at most 10 ms."


def test_sentences_are_only_of_what_applies() -> None:
    told = " ".join(sentences(summarise(Run(FACTS, (CALM,))).headline))
    assert told.startswith("Of 1 unanswerable question 1 was refused (100 %")
    assert "answerable questions" not in told.replace("unanswerable", "")


def test_citations_that_do_not_hold_are_told() -> None:
    wrong = replace(GOOD, verified=1)
    assert "1 of 3 passages and quotes" in " ".join(
        sentences(summarise(Run(FACTS, (wrong,))).headline)
    )


def _warnings(*records: Record) -> list[str]:
    facts = replace(FACTS, asked=len(records))
    return list(warnings(summarise(Run(facts, records))))


def test_few_questions_are_warned_of(summary: Summary) -> None:
    assert list(warnings(summary)) == [
        "Only 4 answerable questions (fewer than 30): the intervals are wide, and one question "
        "more or less changes the figures.",
        "Only 2 unanswerable questions (fewer than 30): the intervals are wide, and one question "
        "more or less changes the figures.",
    ]


def test_30_questions_are_enough() -> None:
    many = [asked(str(n), FIRST, [FIRST]) for n in range(30)]
    assert _warnings(*many) == [
        "There is no unanswerable question, so nothing is known about such questions."
    ]


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (1, "1 question failed and counts as a failure in every figure but the probabilities."),
        (2, "2 questions failed and count as failures in every figure but the probabilities."),
    ],
)
def test_failures_are_warned_of(count: int, told: str) -> None:
    assert _warnings(GOOD, *(failed(str(n), FIRST, ["test"]) for n in range(count)))[0] == told


def test_drafts_are_warned_of() -> None:
    draft = asked("d", FIRST, [FIRST], tags=["test", "draft"])
    assert _warnings(GOOD, draft)[0].startswith("1 draft question in this run, which nobody")


def test_questions_of_no_part_are_warned_of() -> None:
    apart = asked("apart", FIRST, [FIRST])
    assert _warnings(GOOD, apart, apart)[0].startswith("2 questions of this run belong to neither")


def test_facts_tell_what_was_run(summary: Summary) -> None:
    told = dict(facts(summary))
    assert told["command"] == "citewell eval questions.jsonl"
    assert told["questions"] == "questions.jsonl (sha256 abababababab), 7 asked"
    assert told["index"] == "digest cdcdcdcdcdcd, generation 3"
    assert told["model"] == "letters 000000000000"
    assert told["versions"] == "python 3.11.7, citewell 0.1.0"
    assert "server" not in told
    assert settings(summary) == (("pool", "200"), ("threshold", "unset"))


def test_what_a_server_does_not_tell_is_not_told() -> None:
    source = replace(FACTS.source, model=None, settings=None, url="http://127.0.0.1:8000")
    asked_server = summarise(Run(replace(FACTS, source=source), (GOOD,)))
    told = dict(facts(asked_server))
    assert (told["model"], told["server"]) == ("not told", "http://127.0.0.1:8000")
    assert settings(asked_server) == ()


def test_the_threshold_is_the_setting_else_the_least_answered() -> None:
    run = Run(FACTS, (GOOD, MUTE, asked("low", FIRST, [FIRST], FIRST, ["test"], 0.3)))
    assert threshold(summarise(run)) == 0.3
    source = replace(FACTS.source, settings={"threshold": 0.25})
    assert threshold(summarise(replace(run, facts=replace(FACTS, source=source)))) == 0.25
    assert threshold(summarise(Run(FACTS, (CALM,)))) is None


def test_parts_have_titles(summary: Summary) -> None:
    assert title(summary.headline) == "Test part"
    assert summary.tuning is not None
    assert title(summary.tuning) == "Tuning part"
    assert title(summary.tags[0]) == "easy"
