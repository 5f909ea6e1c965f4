"""Texts cut otherwise: what answers is gone, or is kept with what stands beside it."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eval.reading.cut import LEAST_LENGTH, shorter, without
from index.passage import Span

FIRST = "The bridge over the Ouse was built by Anne Moor."
SECOND = "Her son, who came from the next valley, built the mill beside it."
THIRD = "Both were sold in 1871 to a company of drapers from the city of York."
TEXT = f"{FIRST} {SECOND} {THIRD}"
UNMARKED = " ".join(f"word{number}" for number in range(100))


def span_of(quote: str, text: str = TEXT) -> Span:
    start = text.index(quote)
    return Span(start, start + len(quote))


def test_the_sentence_that_answers_is_taken_out() -> None:
    assert without(TEXT, [span_of("the mill")]) == f"{FIRST} {THIRD}"
    assert without(TEXT, [span_of("Anne Moor"), span_of("1871")]) == SECOND


def test_of_what_is_left_nothing_is_made_when_it_is_little() -> None:
    assert len(FIRST) < LEAST_LENGTH < len(SECOND)
    assert without(TEXT, [span_of("Her son"), span_of("1871")]) is None


def test_a_span_across_two_sentences_takes_both() -> None:
    both = Span(span_of("Anne").start, span_of("Her son").end)
    assert without(TEXT, [both]) == THIRD


def test_where_no_marks_are_left_the_windows_around_the_answer_are_taken_out() -> None:
    left = without(UNMARKED, [span_of("word50", UNMARKED)])
    assert left is not None
    words = [int(word.removeprefix("word")) for word in left.split()]
    gone = sorted(set(range(100)) - set(words))
    assert gone == list(range(gone[0], gone[-1] + 1))
    assert gone[0] <= 45
    assert gone[-1] >= 55
    assert len(gone) in (12, 24)


@given(st.integers(0, len(TEXT) - 1), st.integers(1, 40), st.integers())
def test_a_shorter_text_keeps_the_first_span(start: int, length: int, seed: int) -> None:
    spans = (Span(start, min(start + length, len(TEXT))), span_of("1871"))
    text, found = shorter(TEXT, spans, Random(seed))
    assert text in TEXT
    wanted = TEXT[spans[0].start : spans[0].end].strip()
    assert wanted in text[found[0].start : found[0].end] if found else not wanted
    assert all(
        text[s.start : s.end] in (TEXT[spans[0].start : spans[0].end], "1871") for s in found
    )


def test_all_neighbouring_parts_with_the_answer_come_up() -> None:
    found = {shorter(TEXT, [span_of("the mill")], Random(n))[0] for n in range(60)}
    assert found == {SECOND, f"{FIRST} {SECOND}", f"{SECOND} {THIRD}", TEXT}


def test_without_an_answer_any_part_may_come_up() -> None:
    found = {shorter(TEXT, (), Random(n)) for n in range(90)}
    parts = {FIRST, SECOND, THIRD, f"{FIRST} {SECOND}", f"{SECOND} {THIRD}", TEXT}
    assert found == {(text, ()) for text in parts}


def test_a_text_of_one_sentence_stays_whole() -> None:
    assert shorter(FIRST, [span_of("Anne")], Random(1)) == (FIRST, (span_of("Anne"),))
