"""Markdown. In: bytes. Out: Parsed with the text as it is and the places of its headings.

Only blocks are parsed, by markdown-it-py; HTML inside the text stays as it is written.
"""

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from index.formats.encoding import decode
from index.formats.frontmatter import front_matter
from index.formats.parsed import Parsed, shorten
from index.passage import Heading

_LINE_END = re.compile(r"\r\n?|\n")  # what markdown-it takes for one
_BLOCKS_ONLY = ["normalize", "block"]


def read_markdown(content: bytes) -> Parsed:
    """Decode Markdown; the first heading is the title."""
    text = decode(content)
    stated = front_matter(text)
    # The last line of front matter makes a heading of the one above it.
    headings = tuple(h for h in find_headings(text) if h.start >= stated.end)
    title = headings[0].title if headings else None
    return Parsed(text, title, (), headings, stated.date, stated.tags)


def find_headings(text: str) -> tuple[Heading, ...]:
    """The headings that hold something, each at the first character of its title."""
    parser = MarkdownIt()
    parser.core.ruler.enableOnly(_BLOCKS_ONLY)
    tokens = parser.parse(text)
    lines = _line_spans(text)
    found = (
        _heading(text, lines, opening, tokens[number + 1].content.strip())
        for number, opening in enumerate(tokens)
        if opening.type == "heading_open"
    )
    return tuple(heading for heading in found if heading.title)


def _heading(text: str, lines: list[tuple[int, int]], opening: Token, content: str) -> Heading:
    first, end = lines[opening.map[0] if opening.map else 0]
    if opening.markup.startswith("#"):  # no container's mark holds a #, so the first is its own
        after = text.index(opening.markup, first) + len(opening.markup)
        start = text.find(content, after)
    else:
        line = text[first:end].rstrip()
        start = first + len(line) - len(content.split("\n", 1)[0].rstrip())
    title = " ".join(content.split()) if "\n" in content else content  # else as in the text
    return Heading(start, int(opening.tag[1:]), shorten(title))


def _line_spans(text: str) -> list[tuple[int, int]]:
    ends = [match.span() for match in _LINE_END.finditer(text)]
    starts = [0, *(end for _, end in ends)]
    return list(zip(starts, [*(start for start, _ in ends), len(text)], strict=True))
