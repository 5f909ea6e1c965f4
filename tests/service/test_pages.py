"""Pages and headings travel from the file to the answer, with exact offsets."""

from pathlib import Path

from index.build import build_index
from service.engine import open_engine
from service.settings import Settings
from tests.fakes import LetterEmbedder
from tests.index.formats.made import make_docx, make_pdf

LETTERS = LetterEmbedder()
PAGES = [
    "#Harbours\nHarbours face the bay. A bead fell down.",
    "##Cabs\nThe cab had a bad face. It goes on over the",
    "page, as a long one does. Hag and gag.",
]


def test_a_passage_tells_its_page_and_its_headings(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "bay.pdf").write_bytes(make_pdf(PAGES))
    build_index([source], tmp_path / "index", LETTERS)
    engine = open_engine(Settings(index=tmp_path / "index"), LETTERS)
    (facts,) = engine.index.texts.documents()
    document = engine.index.texts.document(facts.id)
    assert document is not None
    assert len(document.pages) == 3
    first, second, third = document.pages
    assert document.text[third:].startswith("page, as a long one does.")
    assert "Harbours face the bay." in document.text[first:second]
    place = engine.index.texts.place
    for page, start in enumerate(document.pages, start=1):
        assert place(facts.id, start).page == page
        if start:
            assert place(facts.id, start - 1).page == page - 1
    assert place(facts.id, third).headings == ("Harbours", "Cabs")
    for passage in engine.ask("bad cab face").passages:
        assert document.text[passage.start : passage.end] == passage.text
        expected = place(facts.id, passage.start)
        assert (passage.page, passage.headings) == (expected.page, expected.headings)


def test_headings_of_other_formats_travel_too(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()

    def fill(document: object) -> None:
        document.add_heading("Part one", level=1)  # type: ignore[attr-defined]
        document.add_heading("Beads", level=2)  # type: ignore[attr-defined]
        document.add_paragraph("A bead faced a cab.")  # type: ignore[attr-defined]

    (source / "a.docx").write_bytes(make_docx(fill))
    (source / "b.md").write_text("# Top\n\n## Deep\n\nDad had a cab.\n\n# Next\n\nGag.\n")
    (source / "c.html").write_text("<title>T</title><h1>Page</h1><p>Feed a cab.</p>")
    build_index([source], tmp_path / "index", LETTERS)
    engine = open_engine(Settings(index=tmp_path / "index"), LETTERS)
    texts = engine.index.texts
    found = {}
    for facts in texts.documents():
        document = texts.document(facts.id)
        assert document is not None
        sentence = document.text.index("cab")
        found[facts.path] = (texts.place(facts.id, sentence).page, texts.place(facts.id, sentence))
    assert {path: place.headings for path, (_, place) in found.items()} == {
        "a.docx": ("Part one", "Beads"),
        "b.md": ("Top", "Deep"),
        "c.html": ("Page",),
    }
    assert {page for page, _ in found.values()} == {None}
    cited = {p.document.path: p for p in engine.ask("cab", 9).passages}
    assert set(cited) == set(found)
    assert cited["a.docx"].page is None
