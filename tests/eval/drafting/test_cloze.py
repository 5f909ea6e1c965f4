"""Sentences with a gap."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.drafting.cloze import around, cloze_question, clozes, draft_cloze
from index.terms import terms
from service.drafting.corpus import Corpus
from service.drafting.excerpt import Statement
from service.drafting.phrases import NAME, WORD, Phrase
from tests.service.drafting.town import bare, said

NOTHING: Counter[tuple[str, str]] = Counter()


@pytest.mark.parametrize(
    ("statement", "question", "answer"),
    [
        (
            said("Flood water broke two arches in 1821, and carpenters closed the gap with oak."),
            "What is missing here: “Flood water broke two arches in ____, and carpenters closed "
            "the gap with oak.”?",
            "1821",
        ),
        (
            said(
                "**Carpenters** of the\nguild asked Agnes Falk to close the gap with `oak` beams."
            ),
            "What is missing here: “Carpenters of the guild asked ____ to close the gap with oak "
            "beams.”?",
            "Agnes Falk",
        ),
        (
            bare("flood water broke arches june carpenters closed gap beams quickly"),
            "What is missing here: “… flood water broke arches ____ carpenters closed gap beams "
            "quickly …”?",
            "june",
        ),
    ],
)
def test_the_most_telling_phrase_is_left_out(
    town: Corpus, statement: Statement, question: str, answer: str
) -> None:
    (cloze,) = clozes([statement], NOTHING, town)
    draft = draft_cloze(cloze)
    assert (draft.question, draft.answers) == (question, (answer,))
    assert (draft.path, draft.start, draft.quote) == ("a.md", 0, statement.text)


@pytest.mark.parametrize(
    "text",
    [
        "The guild met in Elmstadt, and Elmstadt paid for the feast of the guild.",  # told twice
        "Masons of 1743 and more.",  # too little around it
        "Water froze and carpenters closed the gap with beams of oak wood.",  # nothing telling
        "The wall is long (200 feet or even more) and closes the old garden there.",  # a remark
    ],
)
def test_no_gap(town: Corpus, text: str) -> None:
    assert list(clozes([said(text)], NOTHING, town)) == []


def test_the_other_phrases_stay(town: Corpus) -> None:
    text = "In 1743 the guild of Elmstadt asked Agnes Falk to build the arches."
    (cloze,) = clozes([said(text)], NOTHING, town)
    assert {cloze.gap.text, *(other.text for other in cloze.others)} == {
        "1743",
        "Elmstadt",
        "Agnes Falk",
    }


def test_a_phrase_can_be_exchanged_beside_the_gap() -> None:
    statement = said("Elmstadt paid Falk.")
    gap, other = Phrase(NAME, 14, "Falk"), Phrase(NAME, 0, "Elmstadt")
    assert cloze_question(statement, gap, other, "Bonn") == (
        "What is missing here: “Bonn paid ____.”?"
    )
    assert around(statement, gap, other).split() == ["paid", "."]


@given(st.lists(st.sampled_from(["bridge", "june", "eleven", "komet", "raider"]), max_size=12))
def test_the_answer_is_in_the_quote_and_not_in_the_question(words: list[str]) -> None:
    statement = bare(" ".join(words))
    for cloze in clozes([statement], NOTHING, _Flat()):  # type: ignore[arg-type]
        draft = draft_cloze(cloze)
        (answer,) = draft.answers
        assert answer in draft.quote
        assert not set(terms(answer)) & set(terms(draft.question.partition(":")[2]))
        assert cloze.gap.kind != WORD or answer.isalpha()


class _Flat:
    """A corpus to which all texts are equally rare."""

    def rarity(self, _text: str) -> float:
        return 1.0
