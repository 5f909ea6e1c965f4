"""Errors to HTTP. In: any exception. Out: RFC 9457 ``application/problem+json``.

The one place that maps citewell's errors to statuses.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from index.errors import CitewellError, IndexUnusable
from service.errors import CitationMismatch, DocumentMissing, QuestionInvalid

MEDIA_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    detail: str


class Problem(BaseModel):
    """The body of every error (RFC 9457); ``field`` and ``errors`` for bad input."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[FieldError] | None = None


def problem_schemas() -> dict[str, Any]:
    """The schemas of ``Problem`` and its parts, by their names in openapi.json."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return {"Problem": schema, **parts}


def problem(
    status: int,
    kind: str,
    detail: str,
    errors: list[FieldError] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for one problem; ``kind`` is the last part of its type."""
    body = Problem(
        type=f"urn:citewell:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        field=errors[0].field if errors else None,
        errors=errors,
    )
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def add_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the application leave it as a problem."""
    app.add_exception_handler(CitewellError, _explained)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _explained(_request: Request, error: Exception) -> JSONResponse:
    match error:
        case QuestionInvalid():
            fields = [FieldError(field=error.field, detail=error.detail)]
            return problem(422, "question-invalid", str(error), fields)
        case DocumentMissing():
            return problem(404, "document-missing", str(error))
        case IndexUnusable():
            logger.error("%s", error)
            return problem(503, "index-unusable", str(error), headers={"Retry-After": "5"})
        case CitationMismatch():
            return problem(500, "citation-mismatch", str(error))
    logger.error("%s", error)
    return problem(503, "unavailable", str(error))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    stated = request.headers.get("content-type", "")
    if first["loc"] == ("body",) and first["type"] != "missing" and "json" not in stated:
        return problem(415, "not-json-type", "send the body with Content-Type: application/json")
    if first["type"] == "json_invalid":
        reason = first.get("ctx", {}).get("error", first["msg"])
        return problem(400, "not-json", f"the body is not JSON ({reason}); send a JSON object")
    errors = [_field_error(item) for item in error.errors()]
    detail = "; ".join(f"{item.field}: {item.detail}" for item in errors)
    return problem(422, "request-invalid", detail, errors)


def _field_error(item: dict[str, Any]) -> FieldError:
    # The first part of a location says body, query or path; the value is not repeated.
    place = [str(part) for part in item["loc"][1:]] or [str(item["loc"][0])]
    return FieldError(field=".".join(place), detail=item["msg"])


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    detail = f"{error.detail}; /openapi.json lists what there is"
    return problem(error.status_code, kind, detail, headers=error.headers)


async def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # Starlette logs the traceback itself after this handler.
    return problem(500, "unexpected", "an unexpected error was logged; the question is not lost")
