"""Errors as OpenAI's clients read them. In: problems. Out: OpenAI's error envelope.

Every problem on these paths is turned into the envelope at the outermost place, so that what
the guard refuses before a route is reached has the form too.
"""

import json
from typing import Any

from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.problems import MEDIA_TYPE

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


class OpenAIErrors:
    """An ASGI application whose problems on the paths of OpenAI's API are in its envelope."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and _is_openai(scope["path"]):
            send = _Enveloped(send).send
        await self._app(scope, receive, send)


def _is_openai(path: str) -> bool:
    return any(path == root or path.startswith(f"{root}/") for root in PATHS)


class _Enveloped:
    """Passes a response on; a problem only when it is whole, in its other form."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and _is_problem(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._send_envelope(self._start)

    async def _send_envelope(self, start: Message) -> None:
        # OpenAI's API answers 400 to what cannot be, which its clients tell from other errors.
        status = 400 if start["status"] == 422 else start["status"]
        body = json.dumps(error_body(status, json.loads(self._body)), ensure_ascii=False).encode()
        headers = MutableHeaders(raw=list(start["headers"]))
        headers["Content-Type"] = "application/json"
        headers["Content-Length"] = str(len(body))
        await self._send({**start, "status": status, "headers": headers.raw})
        await self._send({"type": "http.response.body", "body": body})


def _is_problem(start: Message) -> bool:
    return Headers(raw=list(start["headers"])).get("content-type") == MEDIA_TYPE
