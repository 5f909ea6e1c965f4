"""Errors to HTTP. In: any exception. Out: RFC 9457 ``application/problem+json``.

The one place that maps citewell's errors to statuses.
"""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match

from index.errors import CitewellError, FilterInvalid, IndexBusy, IndexUnusable
from service.errors import (
    BodyTooSlow,
    ChatInvalid,
    ChatModelMissing,
    CitationIdInvalid,
    CitationMismatch,
    CitationMissing,
    ClientGone,
    DocumentMissing,
    DocumentRefused,
    DocumentThere,
    EditingRefused,
    FeedbackInvalid,
    FieldInvalid,
    Overloaded,
    QuestionInvalid,
    RangeInvalid,
    RangeMissing,
    ReportMissing,
    TurnedAway,
    UploadTooLarge,
)
from service.watching.request import current_work

MEDIA_TYPE = "application/problem+json"
# The body was not read to its end, so that what follows on the connection is no request.
_CLOSE = {"Connection": "close"}
_DEADLINE = "deadline-passed"
# What FastAPI says of a body that is not of UTF-8, too deep, or whose numbers are too long.
_UNREADABLE = "There was an error parsing the body"
_NOT_JSON = (
    "the body cannot be read as JSON (it is not of UTF-8, is nested too deeply, or holds a number "
    "that is too long); send a JSON object"
)
GONE = 499  # as nginx logs it: the client did not wait for the answer; nobody receives it
logger = logging.getLogger(__name__)


class FieldError(BaseModel):
    """What is wrong with one field of the request."""

    field: str
    detail: str


class Problem(BaseModel):
    """The body of every error (RFC 9457); ``field`` and ``errors`` for bad input, and
    ``request_id`` as in the log and in the header X-Request-Id."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    errors: list[FieldError] | None = None
    request_id: str | None = None


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
    body = _told(status, kind, detail, errors)
    return JSONResponse(
        body.model_dump(exclude_none=True), status, headers=headers, media_type=MEDIA_TYPE
    )


def problem_of(error: CitewellError) -> Problem:
    """What a response to this error would say, as a part of another response."""
    if isinstance(error, TurnedAway):
        return _told(503, _DEADLINE, str(error))
    status, kind, _ = _row(error)
    return _told(status, kind, str(error), _fields(error))


def _told(status: int, kind: str, detail: str, errors: list[FieldError] | None = None) -> Problem:
    return Problem(
        type=f"urn:citewell:problem:{kind}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        field=errors[0].field if errors else None,
        errors=errors,
        request_id=work.id if (work := current_work()) else None,
    )


def refusal(
    status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The response to a request whose body is not read, after which the connection ends."""
    return problem(status, kind, detail, headers={**_CLOSE, **(headers or {})})


def too_large(detail: str) -> JSONResponse:
    """The response to a body of too many bytes."""
    return refusal(413, "too-large", detail)


def turned_away(error: TurnedAway) -> Response:
    """The response to a question that had no turn, or not the time to be answered."""
    match error:
        case ClientGone():
            return Response(status_code=GONE)
        case Overloaded():
            retry = {"Retry-After": str(error.seconds)}
            return problem(503, "overloaded", str(error), headers=retry)
    return problem(503, _DEADLINE, str(error), headers={"Retry-After": "5"})


def described_problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What openapi.json says of a route's errors."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "Problem", "content": content} for status in statuses}


def add_problem_handlers(app: FastAPI) -> None:
    """Make every failure of the application leave it as a problem."""
    app.add_exception_handler(TurnedAway, _turned_away)
    app.add_exception_handler(CitewellError, _explained)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


# The first that an error is an instance of: status, last part of the type, headers.
_EXPLAINED: list[tuple[type[CitewellError], int, str, dict[str, str]]] = [
    (QuestionInvalid, 422, "question-invalid", {}),
    (FilterInvalid, 422, "filter-invalid", {}),
    (FeedbackInvalid, 422, "feedback-invalid", {}),
    (RangeInvalid, 422, "range-invalid", {}),
    (ChatInvalid, 400, "chat-invalid", {}),
    (ChatModelMissing, 404, "model-not-found", {}),
    (DocumentRefused, 422, "document-refused", {}),
    (EditingRefused, 403, "editing-refused", _CLOSE),
    (UploadTooLarge, 413, "too-large", _CLOSE),
    (BodyTooSlow, 408, "too-slow", _CLOSE),
    (DocumentMissing, 404, "document-missing", {}),
    (ReportMissing, 404, "report-missing", {}),
    (DocumentThere, 409, "document-there", {}),
    (RangeMissing, 416, "range-missing", {}),
    (CitationIdInvalid, 404, "citation-missing", {}),
    (CitationMissing, 404, "citation-missing", {}),
    (IndexUnusable, 503, "index-unusable", {"Retry-After": "5"}),
    (IndexBusy, 503, "index-busy", {"Retry-After": "30"}),
    (CitationMismatch, 500, "citation-mismatch", {}),
    (CitewellError, 503, "unavailable", {}),
]


async def _turned_away(_request: Request, error: Exception) -> Response:
    assert isinstance(error, TurnedAway)
    return turned_away(error)


async def _explained(_request: Request, error: Exception) -> JSONResponse:
    status, kind, headers = _row(error)
    if status == 503:
        logger.error("%s", error)
    return problem(status, kind, str(error), _fields(error), headers)


def _row(error: Exception) -> tuple[int, str, dict[str, str]]:
    return next(row[1:] for row in _EXPLAINED if isinstance(error, row[0]))


def _fields(error: Exception) -> list[FieldError] | None:
    match error:
        case FieldInvalid() | FilterInvalid():
            return [FieldError(field=error.field, detail=error.detail)]
        case DocumentRefused():
            return [FieldError(field=item.field, detail=str(item)) for item in error.refused]
    return None


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


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.detail == _UNREADABLE:
        return problem(400, "not-json", _NOT_JSON)
    kind = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    detail = f"{error.detail}; /openapi.json lists what there is"
    headers = _allowed(request) if error.status_code == 405 else error.headers
    return problem(error.status_code, kind, detail, headers=headers)


def _allowed(request: Request) -> dict[str, str]:
    """The methods of the path, of all its routes; Starlette tells those of the first alone."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= getattr(route, "methods", None) or set()
    if "GET" in methods:
        methods.add("HEAD")
    # Where no route matches, a mounted application has answered: that of the page's files.
    return {"Allow": ", ".join(sorted(methods or {"GET", "HEAD"}))}


async def _unexpected(_request: Request, _error: Exception) -> JSONResponse:
    # Starlette logs the traceback itself after this handler.
    return problem(500, "unexpected", "an unexpected error was logged; the question is not lost")
