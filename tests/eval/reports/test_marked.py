"""Marks enclose exactly the expected text; nothing of a text is lost or told twice."""

from hypothesis import given
from hypothesis import strategies as st

from eval.questions.place import Place
from eval.reports.marked import Piece, Run, marked, spans_in
from index.passage import Span

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda s: Span(s[0], s[0] + s[1]))
)


def test_expected_and_underlined_cross() -> None:
    assert marked("abcdef", 10, [Span(11, 14)], [Span(13, 16)]) == (
        Run(False, (Piece("a", False),)),
        Run(True, (Piece("bc", False), Piece("d", True))),
        Run(False, (Piece("ef", True),)),
    )


def test_what_lies_outside_is_cut_off() -> None:
    assert marked("abc", 10, [Span(0, 11), Span(12, 99), Span(50, 60)]) == (
        Run(True, (Piece("a", False),)),
        Run(False, (Piece("b", False),)),
        Run(True, (Piece("c", False),)),
    )


def test_a_text_without_spans_is_one_run() -> None:
    assert marked("abc", 0, []) == (Run(False, (Piece("abc", False),)),)
    assert marked("", 0, [Span(0, 5)]) == ()


def test_offsets_are_code_points() -> None:
    runs = marked("😀é𝄞x", 0, [Span(1, 3)])
    assert [piece.text for run in runs if run.expected for piece in run.pieces] == ["é𝄞"]


@given(st.text(max_size=40), st.integers(0, 20), SPANS, SPANS)
def test_each_character_stands_once_marked_as_it_should(
    text: str, start: int, expected: list[Span], underlined: list[Span]
) -> None:
    told = [
        (character, run.expected, piece.underlined)
        for run in marked(text, start, expected, underlined)
        for piece in run.pieces
        for character in piece.text
    ]
    assert told == [
        (
            character,
            any(s.start <= offset < s.end for s in expected),
            any(s.start <= offset < s.end for s in underlined),
        )
        for offset, character in enumerate(text, start)
    ]


def test_spans_are_those_of_the_document() -> None:
    places = (
        Place("a", (Span(0, 1), Span(4, 5))),
        Place("b", (Span(2, 3),)),
        Place("a", ()),
    )
    assert spans_in(places, "a") == [Span(0, 1), Span(4, 5)]
