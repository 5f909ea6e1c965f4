"""What is drafted, as a line of a question set."""

from dataclasses import replace

from eval.drafting.line import as_question
from eval.questions.question import Expected, Question
from service.drafting.draft import Draft

DRAFT = Draft("cloze", "What?", "a.txt", 3, "Aaa bbb.", ("bbb",), worth=2.0)


def test_a_draft_is_a_question_with_its_place() -> None:
    assert as_question(DRAFT) == Question(
        id=DRAFT.id,
        question="What?",
        answerable=True,
        expected=(Expected(document="a.txt", quote="Aaa bbb.", start=3),),
        answers=("bbb",),
        tags=("draft", "draft-cloze"),
    )


def test_a_draft_without_an_answer_expects_nothing() -> None:
    question = as_question(replace(DRAFT, answerable=False))
    assert (question.answerable, question.expected, question.answers) == (False, (), ())


def test_the_id_is_of_the_words_and_the_place() -> None:
    assert DRAFT.id == "draft-" + DRAFT.id.removeprefix("draft-")
    assert replace(DRAFT, worth=0.5, kind="entity").id == DRAFT.id
    others = [replace(DRAFT, question="Who?"), replace(DRAFT, start=4), replace(DRAFT, path="b")]
    assert len({DRAFT.id, *(other.id for other in others)}) == 4
