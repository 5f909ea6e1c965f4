"""Hostile and broken files in a folder: each is named with its reason, the rest is indexed."""

import io
import os
import time
import zipfile
from pathlib import Path

from index.build import build_index
from index.generation import open_index
from tests.fakes import LetterEmbedder
from tests.index.formats.made import make_docx, make_epub, make_pdf, with_body


def bomb() -> bytes:
    made = io.BytesIO(make_docx(lambda _document: None))
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("word/bomb.xml", bytes(64 << 20))
    return made.getvalue()


HOSTILE = {
    "bomb.docx": (bomb(), "would unpack to more than 200 times its size"),
    "bomb.epub": (bomb(), "would unpack to more than 200 times its size"),
    "laughs.docx": (
        with_body("<w:p><w:r><w:t>&e;</w:t></w:r></w:p>", '<!DOCTYPE d [<!ENTITY e "ha">]>'),
        "is damaged: it declares entities",
    ),
    "nested.html": (b"<div>" * 1_000_000, "has elements more than 10000 deep"),
    "locked.pdf": (make_pdf(["Secret."], password="no"), "is encrypted"),
    "cut.pdf": (make_pdf(["Cut."])[:400], "is damaged"),
    "noise.txt": (b"\x89\xff\xfe\xfd\x00" * 99, "is not UTF-8 text"),
    "empty.pdf": (b"", "holds no text"),
    "bad.jsonl": (b'{"a": 1}\n{', "is no JSON in line 2"),
    "bad.csv": (b'a,b\n"c,d\n', "is no table that can be read (line 2"),
    os.fsdecode(b"name\xff.html"): (b"<p>x", "has a name that is not UTF-8"),
}


def test_the_rest_is_indexed_and_each_is_named(tmp_path: Path, letters: LetterEmbedder) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for name, (content, _) in HOSTILE.items():
        (folder / name).write_bytes(content)
    good = {
        "good.docx": make_docx(lambda document: document.add_paragraph("A good one.")),
        "good.epub": make_epub({"../../c.xhtml": "<p>A good one."}),
        "good.html": b"<p>A good one.",
        "good.pdf": make_pdf(["A good one."]),
        "good\n.txt": b"A good one.",
    }
    for name, content in good.items():
        (folder / name).write_bytes(content)
    started = time.monotonic()
    report = build_index([folder], tmp_path / "index", letters)
    assert time.monotonic() - started < 60  # it ended by itself
    texts = open_index(tmp_path / "index").texts
    assert {facts.path for facts in texts.documents()} == set(good)
    reasons = {item.path: item.reason for item in report.left_out}
    assert reasons.keys() == HOSTILE.keys()
    assert all(item.refused for item in report.left_out)
    for name, (_, reason) in HOSTILE.items():
        assert reasons[name].startswith(reason)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["in", "index"]
