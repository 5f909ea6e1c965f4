"""POST /v1/documents/{id}/restore and GET /v1/index."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from index.current import current_manifest
from service.keys.key import Scope
from service.keys.keyfile import add_key
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder

DOCUMENTS = "/v1/documents"


def _first(client: TestClient) -> str:
    return str(client.get(DOCUMENTS).json()["documents"][0]["id"])


def test_a_removal_is_taken_back_and_questions_find_it(client: TestClient) -> None:
    identity = _first(client)
    before = client.get(f"{DOCUMENTS}/{identity}").json()
    client.delete(f"{DOCUMENTS}/{identity}")
    assert client.get(f"{DOCUMENTS}/{identity}").status_code == 404
    reply = client.post(f"{DOCUMENTS}/{identity}/restore")
    assert reply.status_code == 200
    assert reply.json()["document"]["id"] == identity
    after = client.get(f"{DOCUMENTS}/{identity}").json()
    assert reply.json()["index"] == after.pop("index")
    assert {**after, "index": before["index"]} == before
    chosen = {"question": "dead beef", "filter": {"documents": [identity]}}
    found = client.post("/v1/retrieve", json=chosen).json()["passages"]
    assert {each["document"]["id"] for each in found} == {identity}


def test_what_is_there_or_was_erased_does_not_come_back(client: TestClient) -> None:
    identity = _first(client)
    there = client.post(f"{DOCUMENTS}/{identity}/restore")
    assert (there.status_code, there.json()["type"]) == (409, "urn:citewell:problem:document-there")
    client.delete(f"{DOCUMENTS}/{identity}?erase=true")
    gone = client.post(f"{DOCUMENTS}/{identity}/restore")
    assert (gone.status_code, gone.json()["type"]) == (404, "urn:citewell:problem:document-missing")
    assert "add its file again" in gone.json()["detail"]


def test_a_newer_document_of_the_path_is_not_replaced(client: TestClient) -> None:
    listed = client.get(DOCUMENTS).json()["documents"]
    one = next(each for each in listed if each["path"] == "one.txt")
    client.delete(f"{DOCUMENTS}/{one['id']}")
    client.post(DOCUMENTS, files={"file": ("one.txt", b"Cab.")})
    assert client.post(f"{DOCUMENTS}/{one['id']}/restore").status_code == 409
    assert client.get(f"{DOCUMENTS}/{one['id']}").json()["text"] == "Cab."


def test_the_index_is_told(client: TestClient, small_index: Path) -> None:
    manifest = current_manifest(small_index)
    told = client.get("/v1/index").json()
    assert told == {
        "index": {"generation": 1, "digest": manifest.digest},
        "created": manifest.created,
        "documents": 3,
        "passages": manifest.counts.passages,
        "tokens": manifest.counts.tokens,
        "model": "letters",
        "editable": True,
        "report": None,
    }
    client.delete(f"{DOCUMENTS}/{_first(client)}")
    after = client.get("/v1/index").json()
    assert (after["documents"], after["index"]["generation"]) == (2, 2)


@pytest.mark.parametrize(("scope", "editable"), [("read", False), ("write", True)])
def test_the_index_tells_each_key_what_it_may(
    small_index: Path, scope: Scope, editable: bool
) -> None:
    key = add_key(small_index.with_name(f"{small_index.name}.keys.json"), "a", scope)
    app = create_app(LiveEngine(Settings(index=small_index), LetterEmbedder()))
    client = TestClient(app, "http://127.0.0.1:8000")
    told = client.get("/v1/index", headers={"Authorization": f"Bearer {key}"})
    assert told.json()["editable"] is editable


def test_where_editing_is_forbidden_nobody_may(small_index: Path) -> None:
    settings = Settings(index=small_index, editing=False)
    client = TestClient(create_app(LiveEngine(settings, LetterEmbedder())), "http://127.0.0.1:8000")
    assert client.get("/v1/index").json()["editable"] is False
    reply = client.post(f"{DOCUMENTS}/{_first(client)}/restore")
    assert (reply.status_code, reply.json()["type"]) == (
        403,
        "urn:citewell:problem:editing-refused",
    )
