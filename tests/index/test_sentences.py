"""Sentences: where one ends and where a mark does not end one."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passage import Span
from index.sentences import blocks, sections, sentences, trimmed

# Sentence marks, abbreviations, headings and white space are likelier here than in any text.
# fmt: off
PIECES = st.sampled_from([
    ".", "!", "?", "…", "。", "！", '"', "”", ")", " ", " ", "\n", "\r\n", "\n\n", "\t", "\x0c",
    "# ", "- ", "1. ", "> ", "Dr", "e.g", "U.S", "word", "Word", "3.14", "é", "e\u0301", "😀",
    "文字", "\u00a0",
])
# fmt: on
TEXTS = st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=60).map("".join)


def split(text: str) -> list[str]:
    return [text[s.start : s.end] for block in blocks(text) for s in sentences(text, block)]


@pytest.mark.parametrize(
    "expected",
    [
        ["One is here.", "Two is there.", "Three."],
        ["Really?", "Yes!", "What?!", "Well…", "Good."],
        ["Dr. Smith met Mr. Jones.", "They talked."],
        ["See Fig. 3 and vol. 2, e.g. the map.", "Then go on."],
        ["J. R. R. Tolkien wrote it.", "He was English."],
        ["The U.S. Army came.", "It left."],
        ["It costs 3.14 euros.", "Version 2.0.1 is out."],
        ['He said "Stop."', "Then he left."],
        ["(It rained.)", "She stayed."],
        ["It is **bold.**", "Next."],
        ["It is so… said he.", "Then."],
        ["A stop. before lower case goes on.", "Then."],
        ["Visit example.com/a.b today.", "Then."],
    ],
)
def test_latin_sentences(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected
    assert split("\n".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["这是一句。", "那是另一句！", "好吗？"],
        ["彼は「止まれ。」", "と言った。"],
        ["هل هذا؟", "نعم।"],
    ],
)
def test_marks_that_no_space_follows(expected: list[str]) -> None:
    assert split("".join(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A heading\nText follows. More.", ["# A heading", "Text follows.", "More."]),
        ("Text\n## Next heading\nMore", ["Text", "## Next heading", "More"]),
        ("no mark\n\nnext paragraph", ["no mark", "next paragraph"]),
        ("no mark\r\n\r\nnext paragraph", ["no mark", "next paragraph"]),
        ("a line\nbroken in two", ["a line\nbroken in two"]),
        ("- one\n- two\n1. three\n2) four", ["- one", "- two", "1. three", "2) four"]),
        ("| a | b |\n| c | d |", ["| a | b |", "| c | d |"]),
        ("page one\x0cpage two", ["page one", "page two"]),
        ("no marks at all", ["no marks at all"]),
        ("   ", []),
        ("", []),
    ],
)
def test_blocks_end_sentences(text: str, expected: list[str]) -> None:
    assert split(text) == expected


@pytest.mark.timeout(20)
@pytest.mark.parametrize("mark", [".", "?", "…", "。", "!)", ". ", ".\n", "\n", "\n# ", ".'", "' "])
def test_time_grows_with_length_only(mark: str) -> None:
    text = mark * (400_000 // len(mark)) + "end"
    assert "".join("".join(split(text)).split()) == "".join(text.split())


@settings(deadline=None, max_examples=400)
@given(TEXTS)
def test_sentences_cover_all_but_white_space_in_order_without_overlap(text: str) -> None:
    position = 0
    for block in blocks(text):
        for span in sentences(text, block):
            assert block.start <= span.start < span.end <= block.end
            assert not text[position : span.start].strip()
            assert text[span.start : span.end] == text[span.start : span.end].strip()
            position = span.end
    assert not text[position:].strip()


@given(TEXTS, st.data())
def test_trimmed_is_strip_with_offsets(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = list(trimmed(text, start, end))
    stripped = text[start:end].strip()
    assert [text[s.start : s.end] for s in spans] == ([stripped] if stripped else [])
    assert spans in ([], [Span(spans[0].start, spans[0].end)] if spans else [])


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.integers(1, 40))
def test_sections_are_the_text_end_to_end_and_end_where_nothing_is_cut(
    text: str, length: int
) -> None:
    found = list(sections(text, length))
    assert [span.start for span in found] == [0, *(span.end for span in found[:-1])]
    assert found[-1].end == len(text)
    for span, following in pairwise(found):
        assert span.end - span.start >= length
        assert text[span.end - 1].isspace() or text[span.end : span.end + 1] in "#-*+0123456789|>"
        # nothing is left over that could have been one part with what is before
        assert following.end - span.start > 2 * length
    assert len(found) == 1 or len(text) > 2 * length


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [""]),
        ("aa bb cc", ["aa bb cc"]),
        # after 5 characters the next end of a paragraph
        ("aaaa bbbb\n\ncccc", ["aaaa bbbb\n\n", "cccc"]),
        ("aaaa bbbb cccc", ["aaaa bbbb cccc"]),
        # none before the 10th, so at the first white space after it
        ("aaaa bbbb cccc dddd", ["aaaa bbbb cccc ", "dddd"]),
        ("aaaabbbbccccdddd", ["aaaabbbbccccdddd"]),
    ],
)
def test_sections_by_hand(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in sections(text, 5)] == expected


@settings(deadline=None, max_examples=200)
@given(TEXTS, st.integers(1, 40))
def test_the_blocks_of_all_sections_hold_all_but_white_space(text: str, length: int) -> None:
    covered = {
        place
        for section in sections(text, length)
        for block in blocks(text, section)
        for place in range(block.start, block.end)
    }
    lost = [c for place, c in enumerate(text) if place not in covered and not c.isspace()]
    assert lost == []
