"""Dates and tags that files state in their metadata, and what is left out of them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
from fpdf import FPDF
from hypothesis import given
from hypothesis import strategies as st

from index.formats.docx import read_docx
from index.formats.epub import read_epub
from index.formats.html import read_html, read_xhtml
from index.formats.metadata import labelled, pdf_date
from index.formats.parsed import Parsed
from index.formats.pdf import read_pdf
from index.labels import LONGEST_TAG, MOST_TAGS, as_date, as_tags
from index.read import Reader, load_file
from index.sources import SourceFile
from tests.index.formats.made import make_docx, make_epub, make_pdf

MADE = datetime(2024, 2, 29, 23, 30, tzinfo=UTC)


def _page(head: str, body: str = "<p>Text.") -> bytes:
    return f"<html><head>{head}</head><body>{body}</body></html>".encode()


def _meta(name: str, content: str, key: str = "name") -> str:
    return f'<meta {key}="{name}" content="{content}"/>'


@pytest.mark.parametrize("read", [read_html, read_xhtml])
@pytest.mark.parametrize(
    ("head", "date", "tags"),
    [
        ("", None, ()),
        (_meta("Keywords", "Garden, lease of, ,Garden"), None, ("Garden", "lease of")),
        (_meta("keywords", "a;b c"), None, ("a", "b c")),
        (_meta("DC.subject", "a, b") + _meta("dcterms.subject", "c"), None, ("c", "a, b")),
        (_meta("article:tag", "x", "property") * 2, None, ("x",)),
        (_meta("date", "2024-02-29"), "2024-02-29", ()),
        (
            _meta("date", "2020-01-01")
            + _meta("article:published_time", "2024-02-29T10:00:00+02:00", "property"),
            "2024-02-29",
            (),
        ),
        (_meta("dcterms.date", "last May") + _meta("date", "2024-02-29"), "2024-02-29", ()),
        (_meta("date", "2024-02"), None, ()),
        ('<meta charset="utf-8"><meta name="keywords"><meta content="a">', None, ()),
    ],
)
def test_a_page_states_them_in_its_head(
    read: Callable[[bytes], Parsed], head: str, date: str | None, tags: tuple[str, ...]
) -> None:
    parsed = read(_page(head))
    assert (parsed.text, parsed.date, parsed.tags) == ("Text.", date, tags)


def test_the_body_of_a_page_states_nothing() -> None:
    parsed = read_html(_page("", f"<p>Text.{_meta('keywords', 'a')}{_meta('date', '2024-01-01')}"))
    assert (parsed.date, parsed.tags) == (None, ())


def test_a_pdf_states_them_in_its_information() -> None:
    pdf = FPDF()
    pdf.set_keywords("Garden, lease")
    pdf.set_creation_date(MADE)
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    pdf.cell(text="Text.")
    parsed = read_pdf(bytes(pdf.output()))
    assert (parsed.text, parsed.date, parsed.tags) == ("Text.", "2024-02-29", ("Garden", "lease"))
    assert read_pdf(make_pdf(["Text."])).tags == ()


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("D:20240229", "2024-02-29"),
        ("D:20240229233000+02'00'", "2024-02-29"),
        ("D:202402", ""),
        ("20240229", ""),
        ("2024-02-29", ""),
        ("", ""),
        ("D:２０２40229", ""),
    ],
)
def test_a_date_of_pdf(stated: str, day: str) -> None:
    assert pdf_date(stated) == day


def test_a_day_of_pdf_that_the_calendar_lacks_is_none() -> None:
    assert labelled(Parsed("a"), [pdf_date("D:20230229")], []).date is None


def test_a_word_document_states_them_in_its_properties() -> None:
    document = docx.Document()
    document.core_properties.keywords = "Garden; lease"
    document.core_properties.created = MADE
    document.add_paragraph("Text.")
    made = io.BytesIO()
    document.save(made)
    parsed = read_docx(made.getvalue())
    assert (parsed.text, parsed.date, parsed.tags) == ("Text.", "2024-02-29", ("Garden", "lease"))
    assert read_docx(make_docx(lambda d: d.add_paragraph("Text."))).tags == ()


def test_a_book_states_them_in_its_package() -> None:
    more = (
        "A Book</dc:title><dc:date>2024-02-29T00:00:00Z</dc:date><dc:date>2025-01-01</dc:date>"
        "<dc:subject>Gardens, kept</dc:subject><dc:subject>Law</dc:subject>"
        "<date>2001-01-01</date><dc:title>"
    )
    chapter = f"<html><head>{_meta('keywords', 'no')}</head><body>Text.</body></html>"
    parsed = read_epub(make_epub({"a.xhtml": chapter}, title=more))
    assert (parsed.date, parsed.tags) == ("2024-02-29", ("Gardens, kept", "Law"))
    assert parsed.title == "A Book"


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_what_is_kept_is_a_day_and_tags_as_they_are_kept(dates: list[str], tags: list[str]) -> None:
    parsed = labelled(Parsed("a"), dates, tags)
    assert parsed.date is None or parsed.date == as_date(parsed.date)
    assert parsed.tags == as_tags(parsed.tags)
    assert (parsed.text, parsed.title) == ("a", None)


def test_metadata_made_to_harm_costs_itself_only(tmp_path: Path) -> None:
    many = ",".join(f"t{n}" for n in range(200_000))
    head = _meta("keywords", "&#xd800;, \u202e, " + "x" * 101 + "," + many) + _meta(
        "date", "2024-02-29 " + "9" * 1_000_000
    )
    file = tmp_path / "a.html"
    file.write_bytes(_page(head))
    with Reader() as reader:
        document = reader.read(load_file(SourceFile(file, "a.html")))
    assert len(document.tags) == MOST_TAGS
    assert document.tags[1] == "t0"
    assert max(map(len, document.tags)) <= LONGEST_TAG
    assert (document.text, document.date) == ("Text.", "2024-02-29")
