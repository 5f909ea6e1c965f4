"""Markdown: the text stays, headings stand where they say."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from index.formats.markdown import find_headings, read_markdown
from tests.index.formats.made import headings_of


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# One\n\n## Two ##\ntext", [(0 + 2, 1, "One"), (7 + 3, 2, "Two")]),
        ("One\r\n===\r\n\r\nTwo\r\n---\r\n", [(0, 1, "One"), (12, 2, "Two")]),
        ("a\n\n> - # In *both*\n", [(9, 1, "In *both*")]),
        ("> > #\t> #", [(6, 1, ">")]),
        ("```\n# no\n```\n    # no\n#no\n####### no\n\n#\n", []),
        ("two\n  lines\n===", [(0, 1, "two lines")]),
        ("   #   spaced   ", [(7, 1, "spaced")]),
        ("<div>\n# no\n</div>\n\n# yes", [(21, 1, "yes")]),
        ("a\rb\r\r# c\r", [(7, 1, "c")]),
        ("- a\n  ===\n", [(2, 1, "a")]),
    ],
)
def test_headings(text: str, headings: list[tuple[int, int, str]]) -> None:
    assert [(h.start, h.level, h.title) for h in find_headings(text)] == headings


def test_the_text_stays_byte_for_byte() -> None:
    text = "# T\r\n\r\n<b>x</b> &amp;\ttab \n\x0c\u2028"
    parsed = read_markdown(b"\xef\xbb\xbf" + text.encode())
    assert (parsed.text, parsed.title, parsed.pages) == (text, "T", ())
    assert read_markdown("# Größe und Maß\n\nder die das".encode("cp1252")).title == "Größe und Maß"


lines = st.lists(
    st.text(st.sampled_from("#=-> ab*\t`1.\\"), max_size=8).map(lambda line: line + "\n")
)


@given(lines.map("".join))
@example("> # >\n")
@example("#\t# #")
@example("a\nb\n-")
def test_every_heading_that_the_parser_knows_stands_where_it_says(text: str) -> None:
    parsed = read_markdown(text.encode())
    tokens = MarkdownIt().parse(text)
    known = [
        tokens[number + 1].content.strip()
        for number, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    titles = [title for title in known if title]
    assert [h.title.split() for h in parsed.headings] == [title.split() for title in titles]
    for heading, title in zip(parsed.headings, titles, strict=True):
        assert parsed.text[heading.start :].startswith(title.split("\n", 1)[0])


def test_a_heading_is_found_in_its_own_line() -> None:
    parsed = read_markdown(b"Name\n\n# Name\n\nName\n\n## Name")
    assert headings_of(parsed) == [(1, "Name"), (2, "Name")]
    assert [h.start for h in parsed.headings] == [8, 23]
