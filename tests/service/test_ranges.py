"""GET /v1/documents/{id}/text: the characters that were asked for, and no others."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.build import build_index
from index.library import Texts
from index.passage import Document, Span
from index.textfile import PIECE, TextWriter
from index.texts import SegmentTexts
from service.live import LiveEngine
from service.settings import Settings
from service.web.ranges import MOST_CHARACTERS
from tests.fakes import LetterEmbedder
from tests.service.conftest import client_of

# Longer than two pieces of the store and than one range; characters of one to four bytes.
LONG = "".join(("a", "é", "\r\n", "字", "😀", "e\u0301", " ")[n % 7] for n in range(70_000))


@pytest.fixture(scope="module")
def long_client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """An application over one long text and one with headings."""
    root = tmp_path_factory.mktemp("long")
    (root / "source").mkdir()
    (root / "source" / "long.txt").write_bytes(LONG.encode())
    (root / "source" / "short.md").write_text("# Über\n\nAbe.\n\n## Unter\n\nBab.\n", "utf-8")
    build_index([root / "source"], root / "index", LetterEmbedder())
    live = LiveEngine(Settings(index=root / "index"), LetterEmbedder())
    return client_of(live)


def _identity(client: TestClient, path: str) -> str:
    listed = client.get("/v1/documents").json()["documents"]
    return next(str(each["id"]) for each in listed if each["path"] == path)


def _read(client: TestClient, path: str, **query: int) -> dict[str, Any]:
    reply = client.get(f"/v1/documents/{_identity(client, path)}/text", params=query)
    assert reply.status_code == 200, reply.text
    body: dict[str, Any] = reply.json()
    return body


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_range_is_what_python_cuts(long_client: TestClient, data: st.DataObject) -> None:
    near = [0, PIECE - 1, PIECE, 2 * PIECE, len(LONG) - 1, len(LONG)]
    offsets = st.integers(0, len(LONG) - 1) | st.sampled_from(near[:-1])
    start = data.draw(offsets)
    end = start + data.draw(st.integers(1, MOST_CHARACTERS))
    body = _read(long_client, "long.txt", start=start, end=end)
    assert body["text"] == LONG[start:end]
    assert (body["start"], body["end"]) == (start, min(end, len(LONG)))
    assert body["length"] == len(LONG)


def test_parts_side_by_side_are_the_document(long_client: TestClient) -> None:
    whole, start = "", 0
    while start < len(LONG):
        body = _read(long_client, "long.txt", start=start)
        assert body["end"] - body["start"] == min(MOST_CHARACTERS, len(LONG) - start)
        whole, start = whole + body["text"], body["end"]
    assert whole == LONG


def test_a_part_tells_its_document_and_index(long_client: TestClient) -> None:
    identity = _identity(long_client, "short.md")
    body = _read(long_client, "short.md", start=9, end=12)
    whole = long_client.get(f"/v1/documents/{identity}").json()
    shared = {name: whole[name] for name in whole if name not in ("text", "headings", "pages")}
    assert {name: body[name] for name in shared} == shared
    assert body["text"] == whole["text"][9:12]
    assert body["headings"] == ["Über"]
    start = whole["text"].index("Bab")
    assert _read(long_client, "short.md", start=start)["headings"] == ["Über", "Unter"]


def test_pages_that_begin_in_a_range_are_told(tmp_path: Path) -> None:
    document = Document("d_1", "a.pdf", "A", "application/pdf", "0" * 64, "x" * 50, (0, 10, 30, 30))
    writer = TextWriter(tmp_path / "texts.sqlite")
    writer.add_passages([], [])
    writer.add_document(document, origin="source", digest="", resplit=0, form="{}")
    writer.close()
    texts = Texts([SegmentTexts(tmp_path / "texts.sqlite")])
    assert texts.pages_between("d_1", Span(0, 50)) == [10, 30, 30]
    assert texts.pages_between("d_1", Span(10, 30)) == []
    assert texts.pages_between("d_1", Span(9, 31)) == [10, 30, 30]
    assert [texts.place("d_1", at).page for at in (0, 9, 10, 29, 30, 49)] == [1, 1, 2, 2, 4, 4]
    with pytest.raises(KeyError, match="d_2"):
        texts.pages_between("d_2", Span(0, 1))


@pytest.mark.parametrize(
    ("query", "status", "kind", "says"),
    [
        (f"start={len(LONG)}", 416, "range-missing", f"has {len(LONG)} characters, and none at"),
        ("start=2147483648", 416, "range-missing", "ask for a smaller start"),
        ("start=5&end=5", 422, "range-invalid", "is 5 and has to be more than start, 5"),
        ("start=9&end=5", 422, "range-invalid", "is 5 and has to be more than start, 9"),
        (f"end={MOST_CHARACTERS + 1}", 422, "range-invalid", f"ask for {MOST_CHARACTERS} at most"),
        ("start=-1", 422, "request-invalid", "greater than or equal to 0"),
        ("end=0", 422, "request-invalid", "greater than or equal to 1"),
        ("start=1e3", 422, "request-invalid", "valid integer"),
        ("start=2147483649", 422, "request-invalid", "less than or equal to"),
        ("first=1", 422, "request-invalid", "Extra inputs"),
    ],
)
def test_nonsense_is_refused(
    long_client: TestClient, query: str, status: int, kind: str, says: str
) -> None:
    identity = _identity(long_client, "long.txt")
    reply = long_client.get(f"/v1/documents/{identity}/text?{query}")
    assert (reply.status_code, reply.json()["type"]) == (status, f"urn:citewell:problem:{kind}")
    assert says in reply.json()["detail"]


def test_an_unknown_document_has_no_text(long_client: TestClient) -> None:
    reply = long_client.get("/v1/documents/d_0/text")
    assert (reply.status_code, reply.json()["type"]) == (
        404,
        "urn:citewell:problem:document-missing",
    )
