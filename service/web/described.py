"""What openapi.json says beyond the routes. In: the document that FastAPI makes. Out: the same
with names that stay, worked examples, what each status means, and links between operations.

The examples are ``examples.json``: by operation a request and its answer, as a server gave it.
A test sends each request to a real server and compares.
"""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

EXAMPLES = Path(__file__).with_name("examples.json")

# The operationIds that programs may rely on, by method and path.
OPERATIONS = {
    ("post", "/v1/ask"): "ask",
    ("post", "/v1/ask/batch"): "ask_batch",
    ("post", "/v1/retrieve"): "retrieve",
    ("get", "/v1/suggestions"): "suggest_questions",
    ("get", "/v1/citations/{citation_id}"): "get_citation",
    ("get", "/v1/documents"): "list_documents",
    ("get", "/v1/documents/{document_id}"): "get_document",
    ("get", "/v1/documents/{document_id}/text"): "get_document_text",
    ("post", "/v1/documents"): "add_documents",
    ("delete", "/v1/documents/{document_id}"): "remove_document",
    ("post", "/v1/documents/{document_id}/restore"): "restore_document",
    ("get", "/v1/index"): "get_index",
    ("post", "/v1/feedback"): "give_feedback",
    ("get", "/v1/feedback/questions"): "export_feedback",
    ("post", "/v1/chat/completions"): "create_chat_completion",
    ("get", "/v1/models"): "list_models",
    ("get", "/v1/models/{model}"): "get_model",
    ("get", "/healthz"): "get_health",
    ("get", "/readyz"): "get_readiness",
    ("get", "/metrics"): "get_metrics",
}

# Where what an operation needs stands in the answer of another (OpenAPI 3.1, Link Object): by
# source and target, parameters or a body.
_CITED = {"citation_id": "$response.body#/passages/0/id"}
_FOUND = {"document_id": "$response.body#/passages/0/document/id"}
_TAKEN = {"document_id": "$response.body#/documents/0/id"}
_NAMED = {"document_id": "$request.path.document_id"}
LINKS: dict[tuple[str, str], dict[str, Any]] = {
    ("ask", "get_citation"): {"parameters": _CITED},
    ("ask", "get_document"): {"parameters": _FOUND},
    ("ask", "give_feedback"): {
        "requestBody": {
            "question": "$response.body#/question",
            "verdict": "right",
            "answer_id": "$response.body#/id",
        }
    },
    ("retrieve", "get_citation"): {"parameters": _CITED},
    ("retrieve", "get_document"): {"parameters": _FOUND},
    ("suggest_questions", "ask"): {
        "requestBody": {"question": "$response.body#/questions/0/question"}
    },
    ("get_citation", "get_document"): {
        "parameters": {"document_id": "$response.body#/document/id"}
    },
    ("list_documents", "get_document"): {"parameters": _TAKEN},
    ("add_documents", "get_document"): {"parameters": _TAKEN},
    ("add_documents", "remove_document"): {"parameters": _TAKEN},
    ("get_document", "remove_document"): {"parameters": _NAMED},
    ("remove_document", "restore_document"): {"parameters": _NAMED},
    ("get_document", "get_document_text"): {"parameters": _NAMED},
    ("list_documents", "get_document_text"): {"parameters": _TAKEN},
    ("list_models", "get_model"): {"parameters": {"model": "$response.body#/data/0/id"}},
}

_MEANINGS = {
    200: "Done",
    201: "Taken in and on the disk",
    400: "The body is not what its Content-Type says",
    401: "No key that is known here was sent",
    403: "Not to be done by this caller",
    404: "The index holds nothing of this id",
    408: "The body did not come in time",
    409: "The document that is to be brought back is there",
    413: "The body has too many bytes",
    415: "The Content-Type is none that is read here",
    416: "The document has no characters there",
    421: "The service is not known by this Host",
    422: "A value is not one that can be; `field` and `errors` name it",
    429: "More requests in a minute than are allowed; Retry-After says when to try again",
    500: "What was to be sent is not what was indexed, or an unexpected error was logged",
    503: "There is no usable index, or it is being written; Retry-After says when to try again",
}


def describe(document: dict[str, Any]) -> None:
    """Complete a document of OpenAPI, in place."""
    examples = json.loads(EXAMPLES.read_text("utf-8"))
    for place, operation in _operations(document):
        name = OPERATIONS.get(place, operation["operationId"])
        operation["operationId"] = name
        for status, response in operation["responses"].items():
            _explain(int(status), response)
            if status.startswith("2"):
                _link(name, response)
        if name in examples:
            _show(operation, examples[name])


def _operations(
    document: dict[str, Any],
) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield (method, path), operation


def _explain(status: int, response: dict[str, Any]) -> None:
    """A status' meaning, where the route gives no better one, and an example of the problem."""
    if response["description"] in ("Problem", "Error", "Successful Response", "Validation Error"):
        response["description"] = _MEANINGS.get(status, HTTPStatus(status).phrase)
    if status in (429, 503):
        response["headers"] = {
            "Retry-After": {"description": "seconds to wait", "schema": {"type": "string"}}
        }


def _link(name: str, response: dict[str, Any]) -> None:
    links = {
        target: {"operationId": target, **values}
        for (source, target), values in LINKS.items()
        if source == name
    }
    if links:
        response["links"] = links


def _show(operation: dict[str, Any], example: dict[str, Any]) -> None:
    """Put an example's request and answer where tools look for them."""
    for parameter in operation.get("parameters", []):
        given = {**example.get("path", {}), **example.get("query", {})}
        if parameter["name"] in given:
            parameter["example"] = given[parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["examples"] = {"worked": {"value": example["request"]}}
    media = operation["responses"][str(example["status"])]["content"]
    for kind in media.keys() & {"application/json", "application/jsonl", "text/plain"}:
        media[kind]["examples"] = {"worked": {"value": example["answer"]}}
