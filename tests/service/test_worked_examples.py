"""The worked examples of openapi.json are what a real server answers, and as described."""

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from service.web.described import EXAMPLES, LINKS, OPERATIONS
from tests.conftest import serving
from tests.service.worked import REQUESTS, answer_of, differing, send, stable

WORKED: dict[str, dict[str, Any]] = json.loads(EXAMPLES.read_text("utf-8"))


@pytest.fixture
def openapi(steady: TestClient) -> dict[str, Any]:
    """The document at /openapi.json."""
    document: dict[str, Any] = steady.get("/openapi.json").json()
    return document


def _operations(openapi: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {o["operationId"]: o for methods in openapi["paths"].values() for o in methods.values()}


def test_every_operation_has_a_name_that_stays_and_a_worked_example(
    openapi: dict[str, Any],
) -> None:
    places = {(m, path) for path, methods in openapi["paths"].items() for m in methods}
    assert places == set(OPERATIONS)
    assert set(_operations(openapi)) == set(OPERATIONS.values()) == set(WORKED)
    assert [{**w, "status": 0, "answer": 0} for w in WORKED.values()] == [
        {**given, "status": 0, "answer": 0} for given in REQUESTS.values()
    ]


@pytest.mark.parametrize("name", WORKED)
def test_an_example_is_as_its_schemas_say(openapi: dict[str, Any], name: str) -> None:
    operation = _operations(openapi)[name]
    contents = list(operation.get("requestBody", {}).get("content", {}).values())
    response = operation["responses"][str(WORKED[name]["status"])]["content"]
    contents += [media for kind, media in response.items() if kind != "text/event-stream"]
    assert contents
    for content in contents:
        schema = {**openapi, **content["schema"]}
        Draft202012Validator(schema).validate(content["examples"]["worked"]["value"])


@pytest.mark.model
def test_a_server_answers_the_examples_as_documented(seed_index: Path, tmp_path: Path) -> None:
    shutil.copytree(seed_index, tmp_path / "index")
    with (
        serving(tmp_path / "index") as url,
        httpx.Client(base_url=url, timeout=60, trust_env=False) as client,
    ):
        for name, example in WORKED.items():
            reply = send(client, name, example)
            assert reply.status_code == example["status"], name
            found, documented = stable(answer_of(reply), name), stable(example["answer"], name)
            assert differing(found, documented, name) == []


def test_links_lead_from_operations_to_operations(openapi: dict[str, Any]) -> None:
    operations = _operations(openapi)
    for source, target in LINKS:
        needed = {p["name"] for p in operations[target].get("parameters", []) if p["required"]}
        linked = [
            response["links"][target]
            for status, response in operations[source]["responses"].items()
            if status.startswith("2")
        ]
        assert linked
        assert all(set(link.get("parameters", {})) == needed for link in linked)


def test_every_status_says_what_it_means(openapi: dict[str, Any]) -> None:
    described = [
        (name, status, response["description"])
        for name, operation in _operations(openapi).items()
        for status, response in operation["responses"].items()
    ]
    empty = {"Problem", "Successful Response", "Validation Error", ""}
    assert [row for row in described if row[2] in empty] == []


def _led_to(source: str, target: str) -> dict[str, Any]:
    """What a link takes out of the source's worked example, by parameter."""
    found = {}
    for name, expression in LINKS[source, target].get("parameters", {}).items():
        kind, _, pointer = expression.partition("#/")
        if kind == "$response.body":
            value = WORKED[source]["answer"]
            for part in pointer.split("/"):
                value = value[int(part) if part.isdecimal() else part]
        else:
            value = WORKED[source]["path"][expression.removeprefix("$request.path.")]
        found[name] = value
    return found


def test_links_take_from_an_answer_what_the_next_request_needs() -> None:
    citation, lease = WORKED["get_citation"]["path"], WORKED["get_document"]["path"]
    assert _led_to("ask", "get_citation") == _led_to("retrieve", "get_citation") == citation
    assert _led_to("add_documents", "get_document") == lease
    assert _led_to("add_documents", "remove_document") == lease
    assert _led_to("get_document", "get_document_text") == lease
    assert _led_to("get_document", "remove_document") == WORKED["remove_document"]["path"]
    seed = {"document_id": WORKED["list_documents"]["answer"]["documents"][0]["id"]}
    for source in ("ask", "retrieve", "get_citation", "list_documents"):
        assert _led_to(source, "get_document") == seed
    assert _led_to("list_documents", "get_document_text") == seed
