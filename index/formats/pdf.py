"""PDF by pdfium. In: bytes. Out: Parsed with the text of each page and where pages begin.

Headings are those of the outline whose words stand in the page they lead to.
"""

import re
from collections.abc import Iterator
from itertools import islice

import pypdfium2 as pdfium
from pypdfium2 import raw

from index.errors import FileRefused
from index.formats.metadata import labelled, pdf_date
from index.formats.parsed import Builder, Parsed, clean, collapse
from index.formats.titles import usable_title
from index.labels import divided

MOST_OUTLINED = 10_000
# What pdfium puts for a hyphen at the end of a line, which may have divided a word or joined two.
_HYPHEN = re.compile(r"[\x02\ufffe](?:\r?\n)?(?=(.)?)")
_SPACES = re.compile(r"[^\S\n]+")
_AROUND_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")
_CLOSERS = "\"'”’»)]}"
_SENTENCE_MARKS = ".!?…。！？"


def read_pdf(content: bytes) -> Parsed:
    """Read every page; raises ``FileRefused`` if encrypted, damaged or without text."""
    document = _open(content)
    try:
        texts = [_page_text(document, number) for number in range(len(document))]
        if not any(texts):
            raise FileRefused(_why_without_text(document))
        builder = Builder()
        starts = _add_pages(builder, texts)
        for start, level, title in sorted(_outline(document, texts, starts)):
            builder.mark_heading(start, level, title)
        parsed = builder.build(usable_title(document.get_metadata_value("Title")))
        made = pdf_date(document.get_metadata_value("CreationDate"))
        return labelled(parsed, [made], divided(document.get_metadata_value("Keywords")))
    finally:
        document.close()


def _open(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY):
            raise FileRefused("is encrypted; save it without a password and index again") from error
        raise FileRefused(f"is damaged: {error}; save it as PDF anew") from error


def _page_text(document: pdfium.PdfDocument, number: int) -> str:
    try:
        page = document[number]
        text_page = page.get_textpage()
        text = text_page.get_text_range()
        text_page.close()
        page.close()
    except pdfium.PdfiumError as error:
        raise FileRefused(
            f"is damaged: page {number + 1} cannot be read; save it as PDF anew"
        ) from error
    return _tidy(text)


def _tidy(text: str) -> str:
    joined = _HYPHEN.sub(lambda mark: "" if (mark[1] or "-").islower() else "-", text)
    lines = _AROUND_LINE_END.sub("\n", _SPACES.sub(" ", clean(joined)))
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _why_without_text(document: pdfium.PdfDocument) -> str:
    for number in range(min(len(document), 20)):
        if next(document[number].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]), None):
            return "holds only images, no text; run OCR on it and index again"
    return "holds no text"


def _add_pages(builder: Builder, texts: list[str]) -> list[int]:
    """Where each page begins; a sentence that runs over a page's end stays in one block."""
    starts, before = [], ""
    for text in texts:
        builder.begin_page()
        if text:
            starts.append(builder.add(text, "\n" if _runs_on(before, text) else "\n\n"))
            before = text
        else:
            starts.append(-1)
    return starts


def _runs_on(before: str, text: str) -> bool:
    last = before.rstrip(_CLOSERS)[-1:]
    return last not in _SENTENCE_MARKS and text[0].islower()


def _outline(
    document: pdfium.PdfDocument, texts: list[str], starts: list[int]
) -> Iterator[tuple[int, int, str]]:
    """The outline's entries found in the pages they lead to: start, level, title."""
    taken: dict[int, int] = {}  # up to where a page's text has been searched
    for entry in islice(document.get_toc(), MOST_OUTLINED):
        title, goal = collapse(entry.get_title()), entry.get_dest()
        page = goal.get_index() if goal and title else None
        if page is None or not 0 <= page < len(texts):
            continue
        words = r"\s+".join(re.escape(word) for word in title.split())
        found = re.compile(words).search(texts[page], taken.get(page, 0))
        if found:
            taken[page] = found.end()
            yield starts[page] + found.start(), entry.level + 1, title
