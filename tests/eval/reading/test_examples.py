"""What a reader learns from: one passage that answers, and a few that do not."""

from dataclasses import replace

import pytest

from eval.fitting.examples import Asked
from eval.questions.place import Place
from eval.reading.examples import (
    ANSWERING,
    ELSEWHERE,
    FOUND,
    NEGATIVES,
    RENAMED,
    SHORTER,
    UNANSWERABLE,
    WITHOUT,
    ReadingExample,
    reading_examples,
)
from index.passage import Span
from tests.eval.fitting.test_examples import asked as asked_of

LONG = 80
BUILT = (
    "The bridge was built by Anne Moor. Her son, who came from the next valley, built the mill. "
    "Both were sold in 1871 to a company of drapers from the city."
)
OTHER = (
    "Drapers wove and coloured cloth of wool in the valleys of the north. "
    "They took it to the markets by cart and barge until the railway came."
)


def asked(place: Place, *ranges: tuple[str, int, int]) -> Asked:
    """A question whose passages have texts as long as their ranges, each its own."""
    one = asked_of(place, *ranges)
    passages = [
        replace(p, text=f"{number} {p.document.path} the words ".ljust(p.end - p.start, "x"))
        for number, p in enumerate(one.passages)
    ]
    return replace(one, passages=tuple(passages))


def spoken(place: Place, *texts: tuple[str, str], question: str = "Who built it?") -> Asked:
    """A question with passages of these documents and texts."""
    one = asked_of(place, *((name, 0, len(text)) for name, text in texts))
    passages = [
        replace(passage, text=text) for passage, (_, text) in zip(one.passages, texts, strict=True)
    ]
    asked = one.question.model_copy(update={"question": question})
    return replace(one, question=asked, passages=tuple(passages))


def drawn(found: list[ReadingExample]) -> dict[tuple[str, str, tuple[Span, ...]], float]:
    """How often each is drawn, whole or shorter."""
    shares: dict[tuple[str, str, tuple[Span, ...]], float] = {}
    for each in found:
        key = each.question, each.text, each.spans
        shares[key] = shares.get(key, 0.0) + each.share
    return shares


def test_the_first_passage_that_holds_the_answer_teaches_where() -> None:
    place = Place("a", (Span(100, 104), Span(300, 303)))
    one = asked(place, ("b", 0, LONG), ("a", 90, 90 + LONG), ("a", 0, 400))
    found = drawn(reading_examples([one]))
    assert found["yes?", one.passages[1].text, (Span(10, 14),)] == pytest.approx(ANSWERING)
    assert {text for _, text, spans in found if not spans} == {one.passages[0].text}


def test_passages_without_the_answer_teach_what_looks_like_one_the_nearer_oftener() -> None:
    one = asked(Place("z", (Span(0, 4),)), *((name, 0, LONG) for name in "abcdef"))
    found = drawn(reading_examples([one]))
    assert [text for _, text, _ in found] == [p.text for p in one.passages[:NEGATIVES]]
    assert all(spans == () for _, _, spans in found)
    shares = list(found.values())
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(UNANSWERABLE - ELSEWHERE)


def test_of_an_answerable_question_what_answers_is_drawn_most() -> None:
    place = Place("a", (Span(10, 14),))
    one = asked(place, ("a", 0, LONG), ("b", 0, LONG), ("c", 0, LONG))
    shares = [*drawn(reading_examples([one])).values()]
    assert (shares[0], len(shares)) == (pytest.approx(ANSWERING), 3)
    assert sum(shares[1:]) == pytest.approx(FOUND)


def test_the_passage_teaches_none_without_its_sentence_or_asked_about_another() -> None:
    end = BUILT.index(" Her son")
    spans = (Span(BUILT.index("Anne"), end - 1),)
    one = spoken(Place("a", spans), ("a", BUILT), question="Who built it in 1866?")
    other = spoken(Place("z", ()), ("b", OTHER), question="Who was it in 1871?")
    found = drawn(reading_examples([one, other]))
    without = found["Who built it in 1866?", BUILT[end + 1 :], ()]
    assert without >= WITHOUT * (1 - SHORTER)
    assert sum(
        share
        for (question, text, spans), share in found.items()
        if question == "Who built it in 1871?" and text in BUILT and not spans
    ) == pytest.approx(RENAMED)


def test_seldom_it_is_asked_of_what_was_found_for_another() -> None:
    one = spoken(Place("a", (Span(0, 3),)), ("a", BUILT))
    other = spoken(Place("b", (Span(0, 3),)), ("b", OTHER), question="Who wove?")
    found = [drawn(reading_examples([one, other], seed)) for seed in range(20)]
    strange = [
        sum(s for (q, text, _), s in each.items() if q == "Who built it?" and text in OTHER)
        for each in found
    ]
    assert {round(share, 6) for share in strange} == {0, ELSEWHERE}


def test_part_of_what_is_drawn_is_cut_shorter() -> None:
    one = spoken(Place("a", (Span(BUILT.index("sold"), BUILT.index("sold") + 4),)), ("a", BUILT))
    found = [drawn(reading_examples([one], seed)) for seed in range(20)]
    texts = {text for each in found for _, text, spans in each if spans}
    assert len(texts) > 1
    for each in found:
        whole = {text: s for (_, text, spans), s in each.items() if spans}
        assert sum(whole.values()) == pytest.approx(ANSWERING)
        assert all(text in BUILT and "sold" in text for text in whole)
        assert min(whole.values()) == pytest.approx(ANSWERING * SHORTER) or len(whole) == 1


def test_passages_that_are_short_or_hold_the_words_teach_nothing() -> None:
    one = asked(Place("z", (Span(0, 4),)), ("a", 0, 20), ("b", 0, LONG))
    said = one.passages[1].text[5:15].upper()
    question = one.question.model_copy(update={"answers": [said]})
    assert reading_examples([replace(one, question=question)]) == []
