"""Word documents: paragraphs, headings, tables and notes in order; bombs are refused."""

import io
import time
import zipfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import FileRefused
from index.formats.docx import read_docx
from tests.index.formats.made import headings_of, make_docx, with_body, with_part


def fill(document: Any) -> None:
    document.add_heading("The Title", 0)
    document.add_paragraph("Before  the\ttable.")
    document.add_heading("One", 1)
    table = document.add_table(3, 2)
    for row, texts in zip(table.rows, [("a", "b"), ("c\nd", ""), ("", "")], strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("first", style="List Bullet")
    document.add_paragraph("second", style="List Number")
    document.add_paragraph("")
    document.add_heading("Two\nlines", 2)
    document.add_paragraph("Line one\nline two")
    document.sections[0].header.paragraphs[0].text = "not this"


def test_everything_in_its_order() -> None:
    parsed = read_docx(make_docx(fill))
    assert parsed.text == (
        "The Title\n\nBefore the table.\n\nOne\n\n| a | b |\n| c d |  |\n\n- first\n- second\n\n"
        "Two lines\n\nLine one\nline two"
    )
    assert headings_of(parsed) == [(1, "The Title"), (1, "One"), (2, "Two lines")]
    assert parsed.pages == ()


def test_titles() -> None:
    assert read_docx(make_docx(fill, "Of its own")).title == "Of its own"
    assert read_docx(make_docx(fill, "Document1")).title == "The Title"
    assert read_docx(make_docx(lambda d: d.add_paragraph("x"), " ")).title is None


def test_merged_cells_stand_once() -> None:
    def merged(document: Any) -> None:
        table = document.add_table(3, 3)
        for number, cell in enumerate(cell for row in table.rows for cell in row.cells):
            cell.text = f"c{number}"
        table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "high"

    assert read_docx(make_docx(merged)).text == (
        "| wide | c2 |\n| c3 | c4 | high |\n| c6 | c7 |  |"
    )


def test_a_table_in_a_cell_is_part_of_it() -> None:
    def nested(document: Any) -> None:
        cell = document.add_table(1, 2).cell(0, 0)
        cell.text = "outer"
        cell.add_table(1, 2).cell(0, 1).text = "inner"

    assert read_docx(make_docx(nested)).text == "| outer inner |  |"


P = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<w:p><w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText>"
         "<w:t>old</w:t></w:r></w:del></w:p>", "new"),
        (f"<w:sdt><w:sdtPr><w:t>no</w:t></w:sdtPr><w:sdtContent>{P.format('in')}</w:sdtContent>"
         "</w:sdt>", "in"),
        ("<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t>"
         "<w:noBreakHyphen/><w:t>c</w:t></w:r></w:p>", "a b-c"),
        ("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>no</w:t></w:r><w:r><w:rPr>"
         "<w:vanish w:val='0'/></w:rPr><w:t>yes</w:t></w:r></w:p>", "yes"),
        (f"<w:p><w:r><mc:AlternateContent><mc:Choice>{P.format('box')}</mc:Choice><mc:Fallback>"
         f"{P.format('box')}</mc:Fallback></mc:AlternateContent><w:t>around</w:t></w:r></w:p>",
         "box\n\naround"),
        ("<w:p><m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath></w:p>", "x+1"),
        ("<w:p><w:pPr><w:outlineLvl w:val='2'/></w:pPr><w:r><w:t>H</w:t></w:r></w:p>", "H"),
        ("<w:p/><w:tbl/><w:tr/><w:t>stray</w:t>", ""),
        ("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>a&#xAD;&#x200B;b</w:t></w:r></w:p>", "ab"),
    ],
)  # fmt: skip
def test_what_is_text(body: str, text: str) -> None:
    parsed = read_docx(with_body(body))
    assert parsed.text == text
    assert headings_of(parsed) == ([(3, "H")] if text == "H" else [])


def test_footnotes_follow_their_paragraph() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = "<w:p><w:r><w:t>Said</w:t><w:footnoteReference w:id='2'/></w:r></w:p>" + P.format(
        "After"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="x/footnotes" Target="/word/footnotes.xml"/></Relationships>'
    )
    notes = f"<w:footnotes {space}><w:footnote w:id='2'>{P.format('the note')}</w:footnote>"
    content = with_part(with_body(body), "word/_rels/document.xml.rels", relations.encode())
    content = with_part(content, "word/footnotes.xml", f"{notes}</w:footnotes>".encode())
    assert read_docx(content).text == "Said\n\nthe note\n\nAfter"


def test_styles_are_known_by_name_and_by_what_they_are_based_on() -> None:
    def styled(document: Any) -> None:
        own = document.styles.add_style("Chapter", 1)
        own.base_style = document.styles["Heading 2"]
        loop = document.styles.add_style("Loop", 1)
        loop.base_style = loop
        document.add_paragraph("mine", style="Chapter")
        document.add_paragraph("round", style="Loop")

    assert headings_of(read_docx(make_docx(styled))) == [(2, "mine")]


def test_entities_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    doctype = f'<!DOCTYPE w:document [<!ENTITY e0 "ha">{entities}<!ENTITY f SYSTEM "/etc/passwd">]>'
    started = time.monotonic()
    with pytest.raises(FileRefused, match=r"declares entities|no valid XML"):
        read_docx(with_body(P.format("&e11;&f;"), doctype))
    with pytest.raises(FileRefused, match="declares entities, as Word never does"):
        read_docx(with_body(P.format("&e;"), '<!DOCTYPE w:document [<!ENTITY e "ha">]>'))
    assert time.monotonic() - started < 60  # it ended by itself


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    made = io.BytesIO(make_docx(lambda _document: None))
    with (
        zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("word/media/image.png", "w", force_zip64=True) as part,
    ):
        for _ in range(40):
            part.write(bytes(1 << 20))
    started = time.monotonic()
    with pytest.raises(FileRefused, match="more than 200 times its size, as no document does"):
        read_docx(made.getvalue())
    lying = made.getvalue().replace((40 << 20).to_bytes(4, "little"), b"\xff\xff\xff\x7f")
    with pytest.raises(FileRefused, match="would unpack to 2048 MiB in"):
        read_docx(lying)
    assert time.monotonic() - started < 60  # it ended by itself


def test_a_part_that_hides_its_size_is_damaged() -> None:
    content = with_body(P.format("long " * 10_000))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = archive.getinfo("word/document.xml").file_size
    with pytest.raises(FileRefused, match=r"part 'word/document\.xml' cannot be unpacked"):
        read_docx(content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         "is encrypted; save it without a password"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "is a file of an older Office, not DOCX"),
        (b"PK\x03\x04 and no more", "is damaged: .*; save it as DOCX anew"),
        (b"<html>", "is damaged"),
        (with_part(make_docx(fill), "_rels/.rels", b"<none/>"), "it holds no Word document"),
        (with_part(make_docx(fill), "word/document.xml", b"<w:p>"), "'word/document.xml' is no"),
        (with_part(make_docx(fill), "word/document.xml", b"<a>" * 100_000), "is no valid XML"),
    ],
)  # fmt: skip
def test_what_is_no_word_document_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_docx(content)


def test_a_part_outside_is_not_looked_for() -> None:
    relations = b"<R><Relationship Type='x/officeDocument' Target='../../../../etc/passwd'/></R>"
    with pytest.raises(FileRefused, match="its part 'etc/passwd' is missing"):
        read_docx(with_part(make_docx(fill), "_rels/.rels", relations))


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=12)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(texts, st.sampled_from(["Normal", "Heading 1", "Heading 3"]))))
def test_headings_are_where_they_say(paragraphs: list[tuple[str, str]]) -> None:
    def styled(document: Any) -> None:
        for text, style in paragraphs:
            document.add_paragraph(text, style=style)

    parsed = read_docx(make_docx(styled))
    shown = [(int(s[-1]) if s != "Normal" else 0, t) for t, s in paragraphs]
    assert len(headings_of(parsed)) <= sum(1 for level, _ in shown if level)
    for part in (word for _, text in shown for word in text.split() if word.isalnum()):
        assert part in parsed.text
