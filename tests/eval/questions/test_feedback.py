"""What people said becomes questions: places are truth, later feedback wins, none is made up."""

from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.errors import OutputExists
from eval.questions.feedback import (
    Exported,
    Placed,
    place_anew,
    questions_from,
    write_questions,
)
from eval.questions.place import locate
from eval.questions.question import Expected, read_questions
from service.answer import IndexRef
from service.feedback import Feedback, MarkedQuote, Verdict

TEXT = "aa bb cc dd ee ff"
TEXTS = {"a.txt": TEXT, "d/ü.txt": "😀 cc"}
AA, CC = MarkedQuote("a.txt", 0, 2, "aa"), MarkedQuote("a.txt", 6, 8, "cc")
OTHER = MarkedQuote("d/ü.txt", 2, 4, "cc")


def _said(
    verdict: Verdict, *places: MarkedQuote, question: str = "Which?", answer: str | None = "a_1"
) -> Feedback:
    return Feedback("f_1", "2026-01-02", question, verdict, places, IndexRef(1, "ab"), answer)


def _truth(exported: Exported) -> list[tuple[bool, list[tuple[str, str | None, int | None]]]]:
    return [
        (q.answerable, [(e.document, e.quote, e.start) for e in q.expected])
        for q in exported.questions
    ]


def test_a_marked_place_is_what_answers() -> None:
    (question,) = questions_from([_said("wrong", CC, OTHER)]).questions
    assert (question.question, question.answerable, question.tags) == (
        "Which?",
        True,
        ("feedback",),
    )
    assert question.expected == (
        Expected(document="a.txt", quote="cc", start=6),
        Expected(document="d/ü.txt", quote="cc", start=2),
    )
    # printf which? | sha256sum | cut -c-12
    assert question.id == "feedback-51174162d841"


def test_what_the_documents_do_not_answer_is_unanswerable() -> None:
    assert _truth(questions_from([_said("unanswerable")])) == [(False, [])]


@pytest.mark.parametrize("verdict", ["right", "wrong"])
def test_a_verdict_without_a_place_tells_nothing(verdict: Verdict) -> None:
    assert questions_from([_said(verdict)]) == Exported((), silent=1, overruled=0)


AA_TRUE, CC_TRUE = ("a.txt", "aa", 0), ("a.txt", "cc", 6)


@pytest.mark.parametrize(
    ("first", "second", "truth", "overruled"),
    [
        (_said("right", AA), _said("right", CC, AA), [(True, [AA_TRUE, CC_TRUE])], 0),
        (_said("wrong", AA), _said("wrong", CC), [(True, [AA_TRUE, CC_TRUE])], 0),
        # another mind about the same answer
        (_said("right", AA), _said("wrong", CC), [(True, [CC_TRUE])], 1),
        (_said("wrong", CC), _said("right", AA), [(True, [AA_TRUE])], 1),
        (_said("right", AA), _said("wrong"), [], 1),
        (_said("unanswerable"), _said("wrong"), [], 1),
        (_said("right", AA), _said("unanswerable"), [(False, [])], 1),
        (_said("unanswerable"), _said("right", AA), [(True, [AA_TRUE])], 1),
        (_said("wrong"), _said("unanswerable"), [(False, [])], 0),
        # of two answers one may be right and one wrong
        (
            _said("right", AA),
            _said("wrong", CC, answer="a_2"),
            [(True, [AA_TRUE, CC_TRUE])],
            0,
        ),
        (_said("right", AA), _said("wrong", answer="a_2"), [(True, [AA_TRUE])], 0),
        (_said("unanswerable"), _said("wrong", answer="a_2"), [(False, [])], 0),
        (_said("unanswerable"), _said("wrong", CC, answer="a_2"), [(True, [CC_TRUE])], 1),
        (_said("wrong", CC), _said("unanswerable", answer="a_2"), [(False, [])], 1),
        (_said("right", AA, answer=None), _said("wrong", CC, answer=None), [(True, [CC_TRUE])], 1),
    ],
)
def test_later_feedback_wins_where_both_cannot_be(
    first: Feedback, second: Feedback, truth: object, overruled: int
) -> None:
    exported = questions_from([first, second])
    assert (_truth(exported), exported.overruled) == (truth, overruled)


def test_what_is_overruled_stays_so() -> None:
    said = [_said("right", AA), _said("unanswerable"), _said("right", CC)]
    exported = questions_from(said)
    assert (_truth(exported), exported.overruled) == ([(True, [CC_TRUE])], 2)


def test_questions_that_differ_in_case_and_spacing_are_the_same() -> None:
    said = [_said("right", AA, question="which  ONE?"), _said("right", CC, question=" Which one?")]
    (question,) = questions_from([*said, _said("wrong", question="Which two?")]).questions
    assert question.question == " Which one?"
    assert len(question.expected) == 2


def test_the_order_of_feedback_that_agrees_changes_no_place() -> None:
    said = [_said("right", AA), _said("right", CC), _said("right", OTHER, AA)]
    for order in permutations(said):
        (question,) = questions_from(order).questions
        assert {(e.document, e.start) for e in question.expected} == {
            ("a.txt", 0),
            ("a.txt", 6),
            ("d/ü.txt", 2),
        }


def _any_feedback() -> st.SearchStrategy[Feedback]:
    places = st.lists(st.sampled_from([AA, CC, OTHER]), max_size=2)
    questions, answers = st.sampled_from(["A?", "a?", "B?"]), st.sampled_from(["a_1", "a_2", None])
    verdicts: list[Verdict] = ["right", "wrong", "unanswerable"]

    def made(
        verdict: Verdict, marked: list[MarkedQuote], question: str, answer: str | None
    ) -> Feedback:
        chosen = [] if verdict == "unanswerable" else marked
        return _said(verdict, *chosen, question=question, answer=answer)

    return st.builds(made, st.sampled_from(verdicts), places, questions, answers)


@given(st.lists(_any_feedback(), min_size=1, max_size=8))
def test_whatever_is_said_the_questions_can_be_asked(
    tmp_path_factory: pytest.TempPathFactory, said: list[Feedback]
) -> None:
    exported = questions_from(said)
    assert exported.silent + exported.overruled <= len(said)
    last = said[-1]
    if last.passages or last.verdict == "unanswerable":
        asked = [q for q in exported.questions if q.question == last.question]
        assert [q.answerable for q in asked] == [bool(last.passages)]
        told = {(e.document, e.start) for q in asked for e in q.expected}
        assert {(p.document, p.start) for p in last.passages} <= told
    if exported.questions:
        out = tmp_path_factory.mktemp("export") / "questions.jsonl"
        write_questions(exported.questions, out)
        read = read_questions(out)
        assert read == list(exported.questions)
        for question in read:
            locate(question, TEXTS)


def test_a_place_that_stands_stays() -> None:
    said = [_said("right", AA, OTHER), _said("unanswerable")]
    assert place_anew(said, TEXTS.get) == Placed(tuple(said), moved=0, lost=0)


def test_a_quote_that_moved_is_found_where_it_is_now() -> None:
    placed = place_anew([_said("right", AA, CC)], {"a.txt": f"zz {TEXT}"}.get)
    moved = [MarkedQuote("a.txt", 3, 5, "aa"), MarkedQuote("a.txt", 9, 11, "cc")]
    assert placed == Placed((_said("right", *moved),), moved=2, lost=0)


@pytest.mark.parametrize("text", [None, "", "z cc cc", "zz ccc"])
def test_a_quote_that_is_gone_or_there_twice_is_lost(text: str | None) -> None:
    placed = place_anew([_said("right", CC)], lambda _path: text)
    assert placed == Placed((_said("right"),), moved=0, lost=1)


def test_a_file_is_never_overwritten(tmp_path: Path) -> None:
    out = tmp_path / "questions.jsonl"
    out.write_text("mine")
    with pytest.raises(OutputExists, match=r"questions\.jsonl exists; name a new file with --out"):
        write_questions(questions_from([_said("right", AA)]).questions, out)
    assert out.read_text() == "mine"
