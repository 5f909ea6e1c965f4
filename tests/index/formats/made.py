"""Documents made for tests, sound and hostile. In: what they shall hold. Out: bytes."""

import io
import zipfile
from collections.abc import Callable, Sequence
from itertools import pairwise
from posixpath import normpath
from typing import Any
from urllib.parse import unquote

import docx
from fpdf import FPDF

from index.formats.parsed import Parsed

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/content.opf"/></rootfiles></container>'
)


def make_pdf(pages: Sequence[str], title: str = "", password: str = "") -> bytes:
    """A PDF; a line of a page that begins with # is in its outline, without the mark."""
    pdf = FPDF()
    pdf.set_title(title)
    pdf.set_font("Helvetica", size=12)
    if password:
        pdf.set_encryption(owner_password="owner", user_password=password)
    for page in pages:
        pdf.add_page()
        for line in page.split("\n"):
            if line.startswith("#"):
                level = line.count("#") - 1
                pdf.start_section(line.strip("# "), level=level)
            if line.strip("# "):
                pdf.cell(text=line.strip("# "))
            pdf.ln(8)
    return bytes(pdf.output())


def make_objects_pdf(count: int, text: bool = True) -> bytes:
    """A PDF of one page and ``count`` objects that refer to each other."""
    shown = b"BT /F 12 Tf 9 9 Td (Million) Tj ET" if text else b""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 5 0 R"
        b"/Resources<</Font<</F 4 0 R>>>>>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        *(b"[%d 0 R]" % (number - 1) for number in range(6, count + 1)),
    ]
    made, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n" % (len(objects) + 1, start)
    return bytes(made) + b"%%EOF"


def make_docx(fill: Callable[[Any], object], title: str = "") -> bytes:
    """A Word document filled by ``fill``, which is given python-docx's."""
    document = docx.Document()
    document.core_properties.title = title
    fill(document)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def with_part(archive: bytes, name: str, content: bytes) -> bytes:
    """An archive with one part replaced or added."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def with_body(body: str, doctype: str = "") -> bytes:
    """A Word document whose main part is written by hand."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    math = "http://schemas.openxmlformats.org/officeDocument/2006/math"
    other = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    xml = (
        f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{space}" xmlns:m="{math}"'
        f' xmlns:mc="{other}"><w:body>{body}</w:body></w:document>'
    )
    return with_part(make_docx(lambda _document: None), "word/document.xml", xml.encode())


def make_epub(
    chapters: dict[str, str], title: str = "A Book", more: dict[str, str] | None = None
) -> bytes:
    """An EPUB of chapters, by file name, in their order."""
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in enumerate(chapters)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>{title}</dc:title></metadata>"
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    parts = {"META-INF/container.xml": CONTAINER, "OEBPS/content.opf": package}
    parts |= {normpath(f"OEBPS/{unquote(name)}"): text for name, text in chapters.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        for name, text in (parts | (more or {})).items():
            archive.writestr(name, text)
    return made.getvalue()


def headings_of(parsed: Parsed) -> list[tuple[int, str]]:
    """Level and title of each heading, which has to stand where it says."""
    for heading in parsed.headings:
        assert parsed.text[heading.start :].startswith(heading.title)
    return [(heading.level, heading.title) for heading in parsed.headings]


def pages_of(parsed: Parsed) -> list[str]:
    """The text of each page."""
    return [parsed.text[start:end] for start, end in pairwise([*parsed.pages, len(parsed.text)])]
