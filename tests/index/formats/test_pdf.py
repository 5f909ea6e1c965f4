"""PDF: the text of each page, where pages begin, and every reason not to read one."""

import io

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from index.errors import FileRefused
from index.formats.pdf import read_pdf
from tests.index.formats.made import headings_of, make_objects_pdf, make_pdf, pages_of


def test_pages_and_a_sentence_that_runs_over_one() -> None:
    parsed = read_pdf(
        make_pdf(["The first page goes", "on here. It ends.", "", "Last page.", "and this"])
    )
    assert parsed.text == "The first page goes\non here. It ends.\n\nLast page.\n\nand this"
    assert pages_of(parsed) == [
        "The first page goes\n",
        "on here. It ends.\n\n",
        "",
        "Last page.\n\n",
        "and this",
    ]


def test_a_page_without_text_at_either_end() -> None:
    parsed = read_pdf(make_pdf(["", "Only this.", ""]))
    assert (parsed.text, parsed.pages) == ("Only this.", (0, 0, 10))


def test_words_divided_at_the_end_of_a_line_are_joined() -> None:
    parsed = read_pdf(make_pdf(["A divi-\nded word, the Soviet-\nGerman pact - and\n- an item"]))
    assert parsed.text == "A divided word, the Soviet-German pact - and\n- an item"


def test_the_outline_gives_headings_where_the_page_has_them() -> None:
    parsed = read_pdf(
        make_pdf(["Intro is no heading\n# Intro\nText.\n## Inner  part\nMore.", "# Intro\nAgain."])
    )
    assert headings_of(parsed) == [(1, "Intro"), (2, "Inner part"), (1, "Intro")]
    assert parsed.headings[2].start == parsed.pages[1]
    assert parsed.title == "Intro"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The Lease of 1998", "The Lease of 1998"),
        (" Two \n lines ", "Two lines"),
        ("Microsoft Word - lease.doc", None),
        ("lease final.docx", None),
        ("untitled", None),
        ("Document1", None),
        ("  ", None),
        ("-", None),
        ("12.3", None),
    ],
)
def test_a_title_is_taken_unless_programs_wrote_it(title: str, expected: str | None) -> None:
    assert read_pdf(make_pdf(["Text."], title)).title == expected


def test_an_encrypted_file_is_refused() -> None:
    with pytest.raises(FileRefused, match=r"^is encrypted; save it without a password"):
        read_pdf(make_pdf(["Secret."], password="secret"))


def test_a_file_that_only_forbids_changes_is_read() -> None:
    assert read_pdf(make_pdf(["Open.", "to all"])).text == "Open.\n\nto all"


@pytest.mark.parametrize("part", [0, 4, 300, -200])
def test_a_damaged_file_is_refused(part: int) -> None:
    with pytest.raises(FileRefused, match=r"^is damaged: .*; save it as PDF anew"):
        read_pdf(make_pdf(["Text."])[:part] if part >= 0 else b"not a PDF at all" * 100)


def test_a_scan_is_told_from_an_empty_file() -> None:
    image = io.BytesIO()
    Image.new("L", (20, 20)).save(image, "PNG")
    pdf = FPDF()
    pdf.add_page()
    pdf.image(image, w=50)
    with pytest.raises(FileRefused, match="holds only images, no text; run OCR"):
        read_pdf(bytes(pdf.output()))
    with pytest.raises(FileRefused, match=r"^holds no text$"):
        read_pdf(make_pdf([""]))


def test_many_objects() -> None:
    assert read_pdf(make_objects_pdf(20_000)).text == "Million"
    with pytest.raises(FileRefused, match="holds no text"):
        read_pdf(make_objects_pdf(1000, text=False))


pages = st.lists(st.text(st.sampled_from("abcXYZ.- "), max_size=40), min_size=1, max_size=5)


@settings(max_examples=30, deadline=None)
@given(pages)
def test_pages_are_exact(texts: list[str]) -> None:
    try:
        parsed = read_pdf(make_pdf(texts))
    except FileRefused:
        assert not "".join(texts).strip()
        return
    found = ["".join(page.split()).replace("-", "") for page in pages_of(parsed)]
    assert found == ["".join(text.split()).replace("-", "") for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 900), st.binary(min_size=1, max_size=8))
def test_any_damage_is_read_or_refused(place: int, noise: bytes) -> None:
    content = bytearray(make_pdf(["# Some text."]))
    content[place : place + len(noise)] = noise
    try:
        headings_of(read_pdf(bytes(content)))
    except FileRefused as error:
        assert str(error)
