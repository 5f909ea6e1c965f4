"""Errors as OpenAI's clients read them. In: problems. Out: OpenAI's error envelope.

Every problem on these paths is turned into the envelope.
"""

import json
from typing import Any

from pydantic import BaseModel
from starlette.types import ASGIApp

from service.web.reworded import Reworded, Rewording

PATHS = ("/v1/chat", "/v1/models")
_KINDS = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class ChatError(BaseModel):
    """What is wrong, in a sentence; ``param`` names the field, ``code`` the problem."""

    message: str
    type: str
    param: str | None
    code: str | None


class ChatErrorBody(BaseModel):
    """The envelope of every error of these routes."""

    error: ChatError


def error_body(status: int, problem: dict[str, Any]) -> dict[str, Any]:
    """The envelope of a problem (RFC 9457) that leaves with this status."""
    kind = "server_error" if status >= 500 else _KINDS.get(status, "invalid_request_error")
    code = str(problem["type"]).rpartition(":")[2].replace("-", "_")
    error = ChatError(message=problem["detail"], type=kind, param=problem.get("field"), code=code)
    return ChatErrorBody(error=error).model_dump()


def described_errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What openapi.json says of a route's errors."""
    return {status: {"description": "Error", "model": ChatErrorBody} for status in statuses}


def openai_errors(app: ASGIApp) -> Rewording:
    """The application whose problems on the paths of OpenAI's API are in its envelope."""
    return Rewording(app, PATHS, _enveloped)


def _enveloped(status: int, problem: dict[str, Any]) -> Reworded:
    # OpenAI's API answers 400 to what cannot be, which its clients tell from other errors.
    status = 400 if status == 422 else status
    body = json.dumps(error_body(status, problem), ensure_ascii=False).encode()
    return Reworded(status, "application/json", body)
