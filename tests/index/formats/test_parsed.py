"""The builder of texts: offsets are right whatever is appended."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.markdown import read_markdown
from index.formats.parsed import Builder, Parsed, clean, collapse
from index.passage import Heading
from tests.index.formats.made import pages_of

blocks = st.lists(st.text(min_size=1).map(lambda text: f"x{text}"), max_size=4)


@given(st.lists(blocks))
def test_pages_and_headings_are_where_they_say(pages: list[list[str]]) -> None:
    builder = Builder()
    for page in pages:
        builder.begin_page()
        for block in page:
            builder.mark_heading(builder.add(block), 1, block)
    parsed = builder.build()
    assert parsed.text == "\n\n".join(block for page in pages for block in page)
    assert [text.rstrip("\n") for text in pages_of(parsed)] == [
        "\n\n".join(page).rstrip("\n") for page in pages
    ]
    assert all(parsed.text[h.start :].startswith(h.title) for h in parsed.headings)


def test_a_title_is_no_longer_than_a_line_or_two() -> None:
    builder = Builder()
    builder.mark_heading(builder.add("x " * 5000), 1, "x " * 5000)
    parsed = builder.build()
    assert parsed.headings[0].title == parsed.title == ("x " * 100).strip()
    assert parsed.text.startswith(parsed.headings[0].title)
    assert builder.build("y" * 5000).title == "y" * 200
    assert read_markdown(b"# " + b"z" * 5000).title == "z" * 200


def test_an_empty_page_begins_where_the_next_one_does() -> None:
    builder = Builder()
    for page in ("", "one", "", "", "two", ""):
        builder.begin_page()
        if page:
            builder.add(page)
    assert builder.build().pages == (0, 0, 5, 5, 5, 8)


@pytest.mark.parametrize("pages", [(-1,), (3, 2), (0, 9)])
def test_places_outside_the_text_are_an_error(pages: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="not in the text or not in order"):
        Parsed("text", None, pages)
    with pytest.raises(ValueError, match="not in the text or not in order"):
        Parsed("text", None, (), tuple(Heading(start, 1, "t") for start in pages))


@given(st.text())
def test_one_line_is_one_line_and_keeps_every_word(text: str) -> None:
    line = collapse(text)
    assert line == collapse(line) == line.strip()
    assert len(line.splitlines()) <= 1
    line.encode()


@given(st.text())
def test_a_clean_text_has_no_other_line_end(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert cleaned.splitlines() == cleaned.removesuffix("\n").split("\n")[: len(cleaned)]
    cleaned.encode()


def test_what_is_no_text_goes() -> None:
    assert clean("a\x00b\x1bc\u00ad\ufeffd\ud800\r\ne\x0bf\rg\u2028h") == "abcd\ne f\ng h"
    assert collapse(" a\u00a0\x1f\x85\u200bb\n\tc\udfff ") == "a b c"
