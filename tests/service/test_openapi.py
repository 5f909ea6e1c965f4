"""The description of the API is true: responses are what openapi.json says."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

CHAT = ("/v1/chat/completions", "/v1/chat/completions")
BATCH = ("/v1/ask/batch", "/v1/ask/batch")
OPENAI = {CHAT[0], "/v1/models", "/v1/models/{model}"}  # their errors have OpenAI's form
REQUESTS: list[tuple[str, str, str, object, int]] = [
    ("POST", "/v1/ask", "/v1/ask", {"question": "bab?"}, 200),
    ("POST", "/v1/ask", "/v1/ask", {"question": "quiz", "top_k": 50}, 200),
    ("POST", "/v1/ask", "/v1/ask", {"question": "Why?", "previous": {"question": "bab?"}}, 200),
    ("POST", "/v1/ask", "/v1/ask", {"question": "Why?", "previous": {"question": ""}}, 422),
    ("POST", "/v1/ask", "/v1/ask", {"question": ""}, 422),
    ("POST", "/v1/ask", "/v1/ask", {"question": "a" * 70_000}, 413),
    ("POST", *BATCH, {"questions": [{"question": "bab?"}, {"question": " "}]}, 200),
    ("POST", *BATCH, {"questions": []}, 422),
    ("POST", "/v1/retrieve", "/v1/retrieve", {"question": "bab?"}, 200),
    ("GET", "/v1/documents", "/v1/documents", None, 200),
    ("GET", "/v1/documents?limit=0", "/v1/documents", None, 422),
    ("GET", "/v1/documents/x", "/v1/documents/{document_id}", None, 404),
    ("GET", "/v1/documents/x/text", "/v1/documents/{document_id}/text", None, 404),
    ("GET", "/v1/documents/x/text?end=0", "/v1/documents/{document_id}/text", None, 422),
    ("GET", "/v1/index", "/v1/index", None, 200),
    ("GET", "/v1/suggestions", "/v1/suggestions", None, 200),
    ("POST", "/v1/documents/x/restore", "/v1/documents/{document_id}/restore", None, 404),
    ("POST", "/v1/documents", "/v1/documents", {}, 415),
    ("DELETE", "/v1/documents/x", "/v1/documents/{document_id}", None, 404),
    ("DELETE", "/v1/documents/x?erase=x", "/v1/documents/{document_id}", None, 422),
    ("POST", "/v1/feedback", "/v1/feedback", {"question": "a", "verdict": "right"}, 201),
    ("POST", "/v1/feedback", "/v1/feedback", {"question": "a", "verdict": "so"}, 422),
    ("POST", *CHAT, {"model": "citewell", "messages": [{"role": "user", "content": "a"}]}, 200),
    ("POST", *CHAT, {"model": "other", "messages": [{"role": "user", "content": "a"}]}, 404),
    ("POST", *CHAT, {"model": "citewell", "messages": []}, 400),
    ("POST", *CHAT, {"model": "a" * 2**21}, 413),
    ("GET", "/v1/models", "/v1/models", None, 200),
    ("GET", "/v1/models/citewell", "/v1/models/{model}", None, 200),
    ("GET", "/v1/models/other", "/v1/models/{model}", None, 404),
    ("GET", "/healthz", "/healthz", None, 200),
    ("GET", "/readyz", "/readyz", None, 200),
]


@pytest.fixture
def openapi(steady: TestClient) -> dict[str, Any]:
    """The document at /openapi.json."""
    document: dict[str, Any] = steady.get("/openapi.json").json()
    return document


def _values(node: object, key: str) -> Iterator[Any]:
    """Everything that stands under ``key`` anywhere in a JSON value."""
    if isinstance(node, dict):
        if key in node:
            yield node[key]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from _values(item, key)


def _resolved(document: dict[str, Any], reference: str) -> object:
    node: Any = document
    for part in reference.removeprefix("#/").split("/"):
        node = node.get(part)
        if node is None:
            return None
    return node


def _schema(document: dict[str, Any], route: str, method: str, status: int) -> dict[str, Any]:
    content = document["paths"][route][method.lower()]["responses"][str(status)]["content"]
    (schema,) = (media["schema"] for kind, media in content.items() if "json" in kind)
    return {**document, **schema}  # so that references into the document resolve


def test_the_document_names_itself(openapi: dict[str, Any]) -> None:
    assert openapi["openapi"].startswith("3.1")
    assert openapi["info"]["title"] == "citewell"
    routes = {"/v1/ask", "/v1/retrieve", "/v1/documents", "/v1/documents/{document_id}"}
    assert routes | {"/healthz", "/readyz"} <= set(openapi["paths"])


def test_every_reference_leads_somewhere(openapi: dict[str, Any]) -> None:
    references = set(_values(openapi, "$ref"))
    assert references
    assert [r for r in sorted(references) if _resolved(openapi, r) is None] == []


def test_every_schema_is_a_schema(openapi: dict[str, Any]) -> None:
    for schema in [*openapi["components"]["schemas"].values(), *_values(openapi, "schema")]:
        Draft202012Validator.check_schema(schema)


def test_operations_have_names_of_their_own(openapi: dict[str, Any]) -> None:
    operations = [each for methods in openapi["paths"].values() for each in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)


def test_every_error_is_described_as_a_problem(openapi: dict[str, Any]) -> None:
    described = {
        (route, status): list(response["content"])
        for route, methods in openapi["paths"].items()
        for operation in methods.values()
        for status, response in operation["responses"].items()
        if int(status) >= 400 and route not in OPENAI
    }
    wrong = {k: media for k, media in described.items() if media != ["application/problem+json"]}
    assert described
    assert wrong == {}


@pytest.mark.parametrize(("method", "path", "route", "body", "status"), REQUESTS)
def test_a_response_is_as_described(
    steady: TestClient,
    openapi: dict[str, Any],
    method: str,
    path: str,
    route: str,
    body: object,
    status: int,
) -> None:
    reply = steady.request(method, path, json=body)
    assert reply.status_code == status
    Draft202012Validator(_schema(openapi, route, method, status)).validate(reply.json())


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ({"new.md": "# Ggg\n\nggg", "bad.txt": b"\xff"}, 201),
        ({"one.txt": "Aaa bbb. Ccc ddd eee.\n\nFff ggg hhh.\n"}, 200),
        ({"../a.txt": "a"}, 422),
    ],
)
def test_an_upload_is_as_described(
    client: TestClient, openapi: dict[str, Any], files: dict[str, str | bytes], status: int
) -> None:
    reply = client.post("/v1/documents", files=[("file", file) for file in files.items()])
    assert reply.status_code == status
    schema = _schema(openapi, "/v1/documents", "POST", status)
    Draft202012Validator(schema).validate(reply.json())


def test_an_upload_is_described_as_a_form(openapi: dict[str, Any]) -> None:
    form = openapi["paths"]["/v1/documents"]["post"]["requestBody"]["content"]
    assert list(form) == ["multipart/form-data"]
    schema = form["multipart/form-data"]["schema"]
    assert (set(schema["properties"]), schema["required"]) == (
        {"file", "path", "tags", "date"},
        ["file"],
    )


def test_the_example_of_feedback_is_as_described(openapi: dict[str, Any]) -> None:
    route = openapi["paths"]["/v1/feedback"]["post"]
    (media,) = route["requestBody"]["content"].values()
    schema = openapi["components"]["schemas"]["FeedbackRequest"]
    assert media["schema"] == {"$ref": "#/components/schemas/FeedbackRequest"}
    validator = Draft202012Validator({**openapi, **schema})
    (example,) = schema["examples"]
    assert set(example) == set(schema["properties"])
    validator.validate(example)
    assert not validator.is_valid(example | {"passages": [{"document": "d", "start": 0}]})


def test_a_removal_is_as_described(client: TestClient, openapi: dict[str, Any]) -> None:
    identity = client.get("/v1/documents").json()["documents"][0]["id"]
    removal = client.delete(f"/v1/documents/{identity}").json()
    schema = _schema(openapi, "/v1/documents/{document_id}", "DELETE", 200)
    Draft202012Validator(schema).validate(removal)


def test_a_document_is_as_described(client: TestClient, openapi: dict[str, Any]) -> None:
    identity = client.get("/v1/documents").json()["documents"][0]["id"]
    document = client.get(f"/v1/documents/{identity}").json()
    schema = _schema(openapi, "/v1/documents/{document_id}", "GET", 200)
    Draft202012Validator(schema).validate(document)


def test_the_description_refuses_what_the_contract_does_not_know(openapi: dict[str, Any]) -> None:
    validator = Draft202012Validator(_schema(openapi, "/v1/ask", "POST", 200))
    assert not validator.is_valid({"id": "a"})
    request = openapi["components"]["schemas"]["AskRequest"]
    assert request["additionalProperties"] is False
    assert request["required"] == ["question"]
