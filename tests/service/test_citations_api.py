"""GET /v1/citations/{id}: the text of a citation, as long as a generation holds it."""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from index.passage import Span, stable_id
from index.rollback import roll_back
from index.store import prune
from service.citing.reference import reference_to

ROUTE = "/v1/citations/{citation_id}"
CITATION = {
    "id": str,
    "text": str,
    "document": dict,
    "start": int,
    "end": int,
    "page": type(None),
    "headings": list,
    "sha256": str,
    "generation": int,
    "status": str,
    "now": list,
    "note": type(None),
    "index": dict,
}


@pytest.fixture
def passage(client: TestClient) -> dict[str, Any]:
    """The best passage of an answer; it is cut from ``two.txt``."""
    found: dict[str, Any] = client.post("/v1/ask", json={"question": "bab?"}).json()["passages"][0]
    assert found["document"]["path"] == "two.txt"
    return found


def _cited(client: TestClient, passage: dict[str, Any]) -> dict[str, Any]:
    """What the passage's id resolves to, which is as openapi.json describes it."""
    reply = client.get(f"/v1/citations/{passage['id']}")
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "application/json"
    openapi = client.get("/openapi.json").json()
    content = openapi["paths"][ROUTE]["get"]["responses"]["200"]["content"]
    schema = {**openapi, **content["application/json"]["schema"]}
    body: dict[str, Any] = reply.json()
    Draft202012Validator(schema).validate(body)
    same = ("id", "text", "start", "end", "document", "page", "headings")
    assert {name: body[name] for name in same} == {name: passage[name] for name in same}
    return body


def _problem(client: TestClient, identity: str, status: int) -> dict[str, Any]:
    reply = client.get(f"/v1/citations/{identity}")
    assert reply.status_code == status
    assert reply.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = reply.json()
    return body


def _replace(client: TestClient, text: str) -> None:
    reply = client.post("/v1/documents", files={"file": ("two.txt", text)})
    assert reply.json()["changed"] == ["two.txt"]


def test_a_passage_resolves_in_the_shape_of_the_contract(
    client: TestClient, passage: dict[str, Any]
) -> None:
    body = _cited(client, passage)
    assert {name: type(value) for name, value in body.items()} == CITATION
    assert (body["status"], body["generation"]) == ("current", 1)
    assert body["now"] == [{"start": passage["start"], "end": passage["end"]}]
    assert body["index"] == client.get("/readyz").json()["index"]


def test_it_resolves_through_the_changes_of_its_document(
    client: TestClient, passage: dict[str, Any], small_index: Path
) -> None:
    whole = client.get(f"/v1/documents/{passage['document']['id']}").json()["text"]
    _replace(client, f"Ggg. {whole}")
    body = _cited(client, passage)
    start = passage["start"] + 5
    assert (body["status"], body["generation"], body["index"]["generation"]) == ("moved", 1, 2)
    assert body["now"] == [{"start": start, "end": start + len(passage["text"])}]
    assert f"characters {start} to " in body["note"]

    _replace(client, "Ggg.")
    assert _cited(client, passage)["status"] == "changed"
    roll_back(small_index, 1)
    assert _cited(client, passage)["status"] == "current"
    roll_back(small_index, 3)
    prune(small_index)
    missing = _problem(client, passage["id"], 404)
    assert missing["type"] == "urn:citewell:problem:citation-missing"
    assert "of 'two.txt': the document has changed" in missing["detail"]


def test_a_removed_document_is_gone_until_it_is_erased(
    client: TestClient, passage: dict[str, Any]
) -> None:
    client.delete(f"/v1/documents/{passage['document']['id']}")
    body = _cited(client, passage)
    assert (body["status"], body["now"]) == ("gone", [])
    other = client.get("/v1/documents").json()["documents"][0]["id"]
    assert client.delete(f"/v1/documents/{other}?erase=true").json()["erased"] is True
    detail = _problem(client, passage["id"], 404)["detail"]
    assert f"no generation of this index holds a document '{passage['document']['id']}'" in detail


@pytest.mark.parametrize(
    "identity", ["x", "p_1", "d_0000000000000000", "%00", "%ff", "%F0%9F%98%80", "p_" + "0" * 5000]
)
def test_what_is_no_citations_id_is_not_found(client: TestClient, identity: str) -> None:
    body = _problem(client, identity, 404)
    assert body["type"] == "urn:citewell:problem:citation-missing"
    assert "is no citation's id; take the id of a passage" in body["detail"]


def test_a_text_changed_below_the_service_is_not_sent(
    client: TestClient, small_index: Path, caplog: pytest.LogCaptureFixture
) -> None:
    connection = sqlite3.connect(next(small_index.rglob("texts.sqlite")))
    connection.execute("UPDATE pieces SET text = replace(text, 'bab', 'zab')")
    connection.commit()
    connection.close()
    # Nothing was read before, so that SQLite has no page of it in memory.
    cited = reference_to(stable_id("d", "two.txt"), Span(0, 8), "Hhh hhh!")
    body = _problem(client, cited.id, 500)
    assert body["type"] == "urn:citewell:problem:citation-mismatch"
    assert "zab" not in str(body)
    assert "a citation was not sent" in caplog.text


def test_a_damaged_earlier_generation_is_told(
    client: TestClient,
    passage: dict[str, Any],
    small_index: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    file = next(small_index.rglob("texts.sqlite"))
    _replace(client, "Ggg.")
    with file.open("ab") as stream:
        stream.write(b"x")
    body = _problem(client, passage["id"], 500)
    assert body["type"] == "urn:citewell:problem:citation-mismatch"
    assert "was changed after it was written" in body["detail"]
    assert "a citation was not sent" in caplog.text


def test_without_an_index_nothing_resolves(
    client: TestClient, passage: dict[str, Any], small_index: Path
) -> None:
    shutil.rmtree(small_index)
    body = _problem(client, passage["id"], 503)
    assert body["type"] == "urn:citewell:problem:index-unusable"


def test_requests_are_counted_by_route(client: TestClient, passage: dict[str, Any]) -> None:
    client.get(f"/v1/citations/{passage['id']}")
    counted = f'citewell_requests_total{{method="GET",route="{ROUTE}",status="200"}} 1.0'
    assert counted in client.get("/metrics").text.splitlines()
