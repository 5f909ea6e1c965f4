"""What a reader learns from: one passage that answers, and a few that do not."""

from dataclasses import replace

import pytest

from eval.fitting.examples import Asked
from eval.questions.place import Place
from eval.reading.examples import ANSWERING, NEGATIVES, ReadingExample, reading_examples
from index.passage import Span
from tests.eval.fitting.test_examples import asked as asked_of

LONG = 80


def asked(place: Place, *ranges: tuple[str, int, int]) -> Asked:
    """A question whose passages have texts as long as their ranges, each its own."""
    one = asked_of(place, *ranges)
    passages = [
        replace(p, text=f"{number} {p.document.path} the words ".ljust(p.end - p.start, "x"))
        for number, p in enumerate(one.passages)
    ]
    return replace(one, passages=tuple(passages))


def test_the_first_passage_that_holds_the_answer_teaches_where() -> None:
    place = Place("a", (Span(100, 104), Span(300, 303)))
    one = asked(place, ("b", 0, LONG), ("a", 90, 90 + LONG), ("a", 0, 400))
    found = reading_examples([one])
    text = one.passages[1].text
    assert ReadingExample("yes?", text, (Span(10, 14),), ANSWERING) in found
    assert [example.spans for example in found].count(()) == 1  # the last one holds it, too


def test_passages_without_the_answer_teach_what_looks_like_one_the_nearer_oftener() -> None:
    one = asked(Place("z", (Span(0, 4),)), *((name, 0, LONG) for name in "abcdef"))
    found = reading_examples([one])
    assert [e.text for e in found] == [p.text for p in one.passages[:NEGATIVES]]
    assert all(e.spans == () for e in found)
    shares = [e.share for e in found]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)


def test_of_an_answerable_question_what_answers_is_drawn_most() -> None:
    place = Place("a", (Span(10, 14),))
    one = asked(place, ("a", 0, LONG), ("b", 0, LONG), ("c", 0, LONG))
    positive, *others = reading_examples([one])
    assert (positive.share, len(others)) == (ANSWERING, 2)
    assert sum(e.share for e in others) == pytest.approx(1 - ANSWERING)


def test_passages_that_are_short_or_hold_the_words_teach_nothing() -> None:
    one = asked(Place("z", (Span(0, 4),)), ("a", 0, 20), ("b", 0, LONG))
    said = one.passages[1].text[5:15].upper()
    question = one.question.model_copy(update={"answers": [said]})
    assert reading_examples([replace(one, question=question)]) == []
