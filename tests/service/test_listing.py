"""GET /v1/documents: conditions, orders, and pages by their links."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from index.build import add_files, remove_documents
from index.sources import SourceFile
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder
from tests.service.corpora import index_of

TEXTS = {
    "a b/1.md": "---\ntags: [Garden]\ndate: 2024-05-01\n---\nBad cab. The cab faced.",
    "a b/2&.md": "---\ntags: [garden, lease]\ndate: 2023-05-01\n---\nDead beef.",
    "b/3.txt": "Dead beef in a cab.",
    "b/4.txt": "Hhhh.",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return index_of(tmp_path, TEXTS)


@pytest.fixture
def client(root: Path) -> TestClient:
    live = LiveEngine(Settings(index=root), LetterEmbedder())
    return TestClient(create_app(live), "http://127.0.0.1:8000")


def _listed(client: TestClient, url: str) -> tuple[list[str], dict[str, Any]]:
    reply = client.get(url)
    assert reply.status_code == 200
    body: dict[str, Any] = reply.json()
    return [each["path"] for each in body["documents"]], body


@pytest.mark.parametrize(
    ("query", "paths"),
    [
        ("", ["a b/1.md", "a b/2&.md", "b/3.txt", "b/4.txt"]),
        ("sort=-path", ["b/4.txt", "b/3.txt", "a b/2&.md", "a b/1.md"]),
        ("sort=-date", ["a b/1.md", "a b/2&.md", "b/4.txt", "b/3.txt"]),
        ("sort=size&path=b/*", ["b/4.txt", "b/3.txt"]),
        ("tags=GARDEN", ["a b/1.md", "a b/2&.md"]),
        ("tags=garden&tags=lease", ["a b/2&.md"]),
        ("path=*1.md&path=b/3*", ["a b/1.md", "b/3.txt"]),
        ("date_from=2023-05-01&date_before=2024-05-01", ["a b/2&.md"]),
        ("tags=none", []),
    ],
)
def test_conditions_and_orders(client: TestClient, query: str, paths: list[str]) -> None:
    found, body = _listed(client, f"/v1/documents?{query}")
    assert (found, body["total"], body["next"]) == (paths, len(paths), None)


def test_documents_are_listed_by_their_ids(client: TestClient) -> None:
    _, body = _listed(client, "/v1/documents?path=b/*")
    ids = "&".join(f"documents={each['id']}" for each in body["documents"])
    assert _listed(client, f"/v1/documents?{ids}")[0] == ["b/3.txt", "b/4.txt"]


def test_a_link_leads_to_the_next_page_with_the_same_conditions(client: TestClient) -> None:
    url: str | None = "/v1/documents?limit=1&sort=-size&path=a b/*&path=b/*&date_from=2000-01-01"
    pages = []
    while url:
        paths, body = _listed(client, url)
        pages.append(paths)
        assert body["total"] == 2
        url = body["next"]
    assert pages == [["a b/1.md"], ["a b/2&.md"]]


def test_pages_hold_while_documents_come_and_go(client: TestClient, root: Path) -> None:
    first, body = _listed(client, "/v1/documents?limit=2")
    assert first == ["a b/1.md", "a b/2&.md"]
    new = root.parent / "new.txt"
    new.write_text("Face.", "utf-8")
    add_files([SourceFile(new, "a b/0.txt"), SourceFile(new, "b/35.txt")], root, LetterEmbedder())
    remove_documents(["a b/2&.md"], root, LetterEmbedder())
    rest, body = _listed(client, body["next"])
    assert rest == ["b/3.txt", "b/35.txt"]
    assert _listed(client, body["next"])[0] == ["b/4.txt"]


@pytest.mark.parametrize(
    ("query", "kind", "field"),
    [
        ("tag=garden", "request-invalid", "tag"),
        ("sort=length", "request-invalid", "sort"),
        ("limit=0", "request-invalid", "limit"),
        ("path=", "request-invalid", "path.0"),
        ("cursor=x", "filter-invalid", "cursor"),
        ("documents=d_1", "filter-invalid", "documents.0"),
        ("date_before=2024", "filter-invalid", "date_before"),
    ],
)
def test_what_cannot_be_is_refused(client: TestClient, query: str, kind: str, field: str) -> None:
    reply = client.get(f"/v1/documents?{query}")
    problem = reply.json()
    assert (reply.status_code, problem["type"]) == (422, f"urn:citewell:problem:{kind}")
    assert problem["field"] == field
