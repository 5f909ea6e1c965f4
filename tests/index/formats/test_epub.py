"""EPUB: chapters in reading order with their headings; what cannot be read is named."""

import pytest

from index.errors import FileRefused
from index.formats.epub import read_epub
from tests.index.formats.made import headings_of, make_epub

FIRST = (
    "<?xml version='1.0'?><html><head><title/></head><body><h1>One</h1><p>Text.</p></body></html>"
)
SECOND = "<html><head><title>no</title></head><body><h2>Two</h2>More.</body></html>"


def test_chapters_in_the_order_of_the_spine() -> None:
    parsed = read_epub(make_epub({"z%20z.xhtml": FIRST, "sub/../a.xhtml": SECOND}))
    assert parsed.text == "One\n\nText.\n\nTwo\n\nMore."
    assert headings_of(parsed) == [(1, "One"), (2, "Two")]
    assert parsed.title == "A Book"
    assert read_epub(make_epub({"a.xhtml": SECOND}, title=" ")).title == "Two"


def encryption(method: str) -> dict[str, str]:
    xml = f'<encryption><x:EncryptionMethod xmlns:x="x" Algorithm="{method}"/></encryption>'
    return {"META-INF/encryption.xml": xml}


def test_a_book_with_drm_is_refused_and_one_with_scrambled_fonts_read() -> None:
    with pytest.raises(FileRefused, match=r"is encrypted \(DRM\); index a copy without it"):
        read_epub(make_epub({"a.xhtml": FIRST}, more=encryption("http://x/aes128-cbc")))
    fonts = encryption("http://www.idpf.org/2008/embedding")
    assert read_epub(make_epub({"a.xhtml": FIRST}, more=fonts)).text == "One\n\nText."


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"META-INF/container.xml": "<none/>"}, "it names no package"),
        ({"META-INF/container.xml": "<rootfile full-path='../x.opf'/>"},
         r"its part '\.\./x\.opf' is missing"),
        ({"OEBPS/content.opf": "<package>"}, "is no valid XML"),
        ({"OEBPS/content.opf": "<p><item id='a' href='../../gone' media-type="
          "'application/xhtml+xml'/><itemref idref='a'/></p>"}, r"part '\.\./gone' is missing"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_a_damaged_book_is_refused(more: dict[str, str], reason: str) -> None:
    with pytest.raises(FileRefused, match=reason):
        read_epub(make_epub({"a.xhtml": FIRST}, more=more))


def test_entities_do_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE a [<!ENTITY e0 "ha">{entities}]>'
    page = f"{bomb}<html><body><p>A &e11; b</body></html>"
    assert len(read_epub(make_epub({"a.xhtml": page})).text) < 10_000
    with pytest.raises(FileRefused, match="is no valid XML"):
        read_epub(make_epub({"a.xhtml": FIRST}, title="&e11;"))


def test_a_spine_without_pages_is_empty() -> None:
    assert read_epub(make_epub({})).text == ""
