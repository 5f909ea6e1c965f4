"""Front matter: what is read of it, and that it changes no text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.frontmatter import FrontMatter, front_matter
from index.formats.markdown import read_markdown

AFTER = "\n# Title\n\nText.\n"


@pytest.mark.parametrize(
    ("block", "date", "tags"),
    [
        ("date: 2024-05-06\ntags: [a, b c]", "2024-05-06", ("a", "b c")),
        ("Tags: a, b", None, ("a", " b")),
        ("tags: one", None, ("one",)),
        ("tags:\n- a\n- 'b, c'\n  - \"d\"", None, ("a", "b, c", "d")),
        ("tags: ['a', \"b\"]  # said", None, ("a", "b")),
        ("date: '2024-05-06' # then", "2024-05-06", ()),
        ("title: A # b\n# nothing\n\nauthor:\n  name: C\ndate: 2024", "2024", ()),
        ("tags: []\ndate:", None, ()),
        ("date: [1, 2]", None, ()),
    ],
)
def test_what_is_read(block: str, date: str | None, tags: tuple[str, ...]) -> None:
    whole = f"---\n{block}\n---\n"
    assert front_matter(whole + AFTER) == FrontMatter(date, tags, len(whole))
    windows = whole.replace("\n", "\r\n")
    assert front_matter(windows + AFTER) == FrontMatter(date, tags, len(windows))
    assert front_matter(f"---\n{block}\n...") == FrontMatter(date, tags, len(whole) - 1)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "---",
        "---\n---\n",
        "---\ntags: a\n",
        " ---\ntags: a\n---\n",
        "\n---\ntags: a\n---\n",
        "----\ntags: a\n---\n",
        "---\nA sentence of the text.\ntags: a\n---\n",
        "---\n- a list\n---\n",
        "---\nhttp://a.example\n---\n",
        "---\nx: " + "a" * 20_000 + "\n---\n",
    ],
)
def test_what_is_no_front_matter(text: str) -> None:
    assert front_matter(text) == FrontMatter()


@given(st.text(alphabet="-ab:[]'\"#, \n\r.…\u2028", max_size=60))
def test_nothing_breaks_it(rest: str) -> None:
    text = f"---\n{rest}"
    found = front_matter(text)
    assert found.end == 0 or text[: found.end].rstrip()[-3:] in ("---", "...")
    assert read_markdown(text.encode()).text == text


def test_markdown_keeps_its_text_and_takes_no_heading_from_the_block() -> None:
    text = f"---\ntags: [a]\ndate: 2024-05-06\n---\n{AFTER}"
    parsed = read_markdown(text.encode())
    assert parsed.text == text
    assert [(h.title, text[h.start : h.start + 5]) for h in parsed.headings] == [("Title", "Title")]
    assert (parsed.title, parsed.date, parsed.tags) == ("Title", "2024-05-06", ("a",))
