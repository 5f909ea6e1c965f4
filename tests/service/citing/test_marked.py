"""Marks enclose exactly what they should; nothing of a text is lost or told twice."""

from hypothesis import given
from hypothesis import strategies as st

from index.passage import Span
from service.citing.marked import Piece, Run, marked

SPANS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 20)).map(lambda s: Span(s[0], s[0] + s[1]))
)


def test_outer_and_inner_spans_cross() -> None:
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
    assert [piece.text for run in runs if run.outer for piece in run.pieces] == ["é𝄞"]


@given(st.text(max_size=40), st.integers(0, 20), SPANS, SPANS)
def test_each_character_stands_once_marked_as_it_should(
    text: str, start: int, outer: list[Span], inner: list[Span]
) -> None:
    told = [
        (character, run.outer, piece.inner)
        for run in marked(text, start, outer, inner)
        for piece in run.pieces
        for character in piece.text
    ]
    assert told == [
        (
            character,
            any(s.start <= offset < s.end for s in outer),
            any(s.start <= offset < s.end for s in inner),
        )
        for offset, character in enumerate(text, start)
    ]
