"""The shape of texts, by hand. What else a manifest says is tested where it is built."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.describe import count_form, document_digest, text_form
from index.manifest import TextForm
from index.passage import Document, Heading, Span


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        ([], TextForm(capitals=0, digits=0, marks=0, function_words=0)),
        ([""], TextForm(capitals=0, digits=0, marks=0, function_words=0)),
        # 12 letters, 3 of them capitals; 20 characters, 4 of them digits; 4 words
        (
            ["AbC Def 1234! ghijkl"],
            TextForm(capitals=0.25, digits=0.2, marks=0.25, function_words=0),
        ),
        # 14 letters, 1 capital; 6 words, 3 of them function words, over two texts
        (
            ["The end of it", "to be"],
            TextForm(capitals=0.0714, digits=0, marks=0, function_words=0.5),
        ),
        (["這是。"], TextForm(capitals=0, digits=0, marks=1, function_words=0)),
    ],
)
def test_text_form(texts: list[str], form: TextForm) -> None:
    assert text_form(map(count_form, texts)) == form


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_characters_are_counted_one_by_one(text: str) -> None:
    counts = json.loads(count_form(text))
    assert counts["characters"] == len(text)
    assert counts["letters"] == sum(c.isalpha() for c in text)
    assert counts["capitals"] == sum(c.isupper() for c in text)
    assert counts["digits"] == sum(c.isdigit() for c in text)
    assert counts["marks"] == sum(c in ".!?。！？" for c in text)
    assert counts["words"] == len(text.split())


@given(st.lists(st.text(max_size=30), max_size=5))
def test_the_form_of_several_texts_is_that_of_all_their_characters(texts: list[str]) -> None:
    together = "\n".join(texts)  # a line end is no letter, digit, mark or word
    apart, joined = text_form(map(count_form, texts)), text_form([count_form(together)])
    assert (apart.capitals, apart.marks) == (joined.capitals, joined.marks)
    assert apart.function_words == joined.function_words


DOCUMENT = Document(
    "d_1", "a.txt", "A", "text/plain", "0" * 64, "Aa. Bb.", (0, 4), (Heading(0, 1, "Aa"),)
)
PASSAGES, WINDOWS = [Span(0, 7)], [Span(0, 3), Span(4, 7)]


def test_the_digest_depends_on_all_that_is_stored() -> None:
    changed = [
        DOCUMENT,
        replace(DOCUMENT, media_type="text/markdown"),
        replace(DOCUMENT, sha256="1" * 64),
        replace(DOCUMENT, text="Aa. Bc."),
        replace(DOCUMENT, pages=(0, 3)),
        replace(DOCUMENT, pages=()),
        replace(DOCUMENT, headings=()),
        replace(DOCUMENT, headings=(Heading(0, 2, "Aa"),)),
        replace(DOCUMENT, headings=(Heading(1, 1, "Aa"),)),
        replace(DOCUMENT, headings=(Heading(0, 1, "Ab"),)),
    ]
    assert len({document_digest(each, PASSAGES, WINDOWS) for each in changed}) == len(changed)
    again = replace(changed[3], text=DOCUMENT.text)
    assert document_digest(again, PASSAGES, WINDOWS) == document_digest(DOCUMENT, PASSAGES, WINDOWS)


def test_the_digest_depends_on_how_the_text_was_split() -> None:
    digests = {
        document_digest(DOCUMENT, PASSAGES, WINDOWS),
        document_digest(DOCUMENT, WINDOWS, PASSAGES),
        document_digest(DOCUMENT, WINDOWS, WINDOWS),
        document_digest(DOCUMENT, PASSAGES, [Span(0, 3), Span(3, 7)]),
        document_digest(DOCUMENT, [*PASSAGES, *WINDOWS], []),
    }
    assert len(digests) == 5


def test_the_digest_of_a_document_is_the_same_under_another_name() -> None:
    moved = replace(DOCUMENT, id="d_2", path="b/c.txt", title="C")
    before = document_digest(DOCUMENT, PASSAGES, WINDOWS)
    assert document_digest(moved, PASSAGES, WINDOWS) == before
