"""A draft as a person sees it."""

from pathlib import Path

import pytest

from eval.drafting.line import as_question
from eval.drafting.show import Shown
from eval.errors import QuestionSetInvalid
from index.bypath import IndexTexts
from service.drafting.corpus import Corpus
from service.drafting.draft import Draft
from tests.service.drafting.town import TOWN, opened

QUOTE = "Some 90 pupils boarded in the west wing and tended the kitchen garden."
START = TOWN["school.md"].index(QUOTE)
DRAFT = Draft("cloze", "How many?", "school.md", START, QUOTE, ("90",))


def test_the_quote_is_marked_in_its_surroundings(town: Corpus) -> None:
    lines = list(Shown(town.index).lines(as_question(DRAFT), 2, 7))
    assert [line.plain for line in lines] == [
        "\n2 of 7, cloze",
        "How many?",
        "expected: 90",
        f"school.md, characters {START} to {START + len(QUOTE)}:",
        TOWN["school.md"],
    ]
    (mark,) = lines[-1].spans
    assert lines[-1].plain[mark.start : mark.end] == QUOTE


def test_without_an_answer_the_nearest_passage_is_shown(town: Corpus) -> None:
    question = as_question(
        Draft("swap", "How many reams did Clara make?", "mill.md", 0, "x", answerable=False)
    )
    lines = [line.plain for line in Shown(town.index).lines(question, 1, 1)]
    assert lines[2] == "expected: no answer in these documents; the nearest passage is"
    assert lines[3].startswith("mill.md, characters ")
    assert "250 reams" in lines[4]


def test_a_question_that_shares_no_word_shows_no_passage(town: Corpus) -> None:
    question = as_question(Draft("swap", "Xyzzy?", "a", 0, "x", answerable=False))
    assert len(list(Shown(town.index).lines(question, 1, 1))) == 3


def test_a_quote_that_is_gone_is_named(town: Corpus) -> None:
    gone = as_question(Draft("cloze", "How many?", "school.md", START + 1, QUOTE))
    with pytest.raises(QuestionSetInvalid, match=r"is not in 'school\.md'"):
        Shown(town.index).check(gone)


def test_texts_are_read_by_path(town: Corpus) -> None:
    texts = IndexTexts(town.index)
    assert dict(texts) == TOWN
    assert "none.md" not in texts


def test_surroundings_begin_and_end_in_a_long_text(tmp_path: Path) -> None:
    text = "water " * 100 + "Bells rang twice." + " water" * 100
    corpus = opened(tmp_path, {"a.txt": text})
    draft = as_question(Draft("cloze", "How often?", "a.txt", 600, "Bells rang twice."))
    *_, shown = (line.plain for line in Shown(corpus.index).lines(draft, 1, 1))
    assert shown == "… " + "water " * 49 + "Bells rang twice." + " water" * 50 + " …"
