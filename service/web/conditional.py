"""Answers that a client holds already. In: an ASGI application. Out: the same, with ETag and 304.

The tag of an answer to GET is a digest of its bytes, so that whatever changes them changes it:
the index, a citation's standing, a new version. Who names it in If-None-Match is answered 304
without a body (RFC 9110, section 13). What a key may be demanded for is marked private.
"""

import re
from collections.abc import Collection, Mapping
from email.utils import parsedate
from hashlib import sha256
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.gate.scopes import scope_needed

FRESH = frozenset({"/healthz", "/readyz", "/metrics"})  # what is asked for what is so just now
_METHODS = {"GET", "HEAD"}
# What a 304 tells of the answer it stands for (RFC 9110, section 15.4.5).
_KEPT = {"cache-control", "content-location", "date", "etag", "expires", "vary"}
_OPAQUE = re.compile(r'"[\x21\x23-\x7e\x80-\xff]*"')  # an entity tag without its W/
_HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "a strong entity tag of this answer, to be sent in If-None-Match",
        "schema": {"type": "string"},
    },
    "Cache-Control": {
        "description": "the client may keep the answer, for itself where a key may be demanded, "
        "and asks again before it uses it",
        "schema": {"type": "string"},
    },
}
_PARAMETER: dict[str, Any] = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "entity tags of answers that the client holds, with commas between, or `*`",
    "schema": {"type": "string"},
}


def content_tag(content: bytes) -> str:
    """The strong entity tag of an answer with these bytes."""
    return f'"{sha256(content).hexdigest()[:32]}"'


def is_unmodified(asked: Headers, told: Mapping[str, str]) -> bool:
    """Whether a client that sent the headers ``asked`` holds an answer with those ``told``.

    If-None-Match is compared weakly, and counts alone where it is sent; If-Modified-Since
    counts for answers that tell when they were last modified.
    """
    stated = asked.getlist("if-none-match")
    if stated:
        named = [tag for line in stated for tag in _OPAQUE.findall(line)]
        is_any = [line.strip() for line in stated] == ["*"]
        return "etag" in told and (is_any or told["etag"].removeprefix("W/") in named)
    since = parsedate(asked.get("if-modified-since", ""))
    modified = parsedate(told.get("last-modified", ""))
    return since is not None and modified is not None and modified <= since


class Conditional:
    """Tags the answers to GET, but for those at the ``fresh`` paths, and sends 304 instead."""

    def __init__(self, app: ASGIApp, fresh: Collection[str] = FRESH) -> None:
        self._app = app
        self._fresh = fresh

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        is_http = scope["type"] == "http"
        if is_http and scope["method"] in _METHODS and scope["path"] not in self._fresh:
            send = _Answer(scope, send).send
        await self._app(scope, receive, send)


class _Answer:
    """An answer on its way; one without a tag is held back until all its bytes are known."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._asked = Headers(scope=scope)
        self._is_get = scope["method"] == "GET"
        is_open = scope_needed(scope["method"], scope["path"]) is None
        self._caching = "no-cache" if is_open else "private, no-cache"
        self._send = send
        self._held: Message | None = None
        self._parts: list[bytes] = []
        self._over = False

    async def send(self, message: Message) -> None:
        """Pass on a part of the answer, or keep it."""
        if message["type"] == "http.response.start" and message["status"] in (200, 206):
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers.setdefault("cache-control", self._caching)
            message = {**message, "headers": headers.raw}
            if "etag" in headers or not self._is_get or message["status"] != 200:
                await self._begin(message)
            else:
                self._held = message
        elif self._held is not None:
            self._parts.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._tag(self._held, b"".join(self._parts))
        elif not self._over:
            await self._send(message)

    async def _tag(self, start: Message, content: bytes) -> None:
        headers = MutableHeaders(raw=start["headers"])
        headers["etag"] = content_tag(content)
        self._held = None
        await self._begin(start)
        if not self._over:
            await self._send({"type": "http.response.body", "body": content})

    async def _begin(self, start: Message) -> None:
        """Send the head of the answer, or all of a 304."""
        headers = Headers(raw=start["headers"])
        if not is_unmodified(self._asked, headers):
            await self._send(start)
            return
        self._over = True
        kept = [(name, value) for name, value in start["headers"] if name.decode() in _KEPT]
        await self._send({"type": "http.response.start", "status": 304, "headers": kept})
        await self._send({"type": "http.response.body", "body": b""})


def describe_tags(document: dict[str, Any]) -> None:
    """Tell in an OpenAPI document which answers are tagged, and the 304."""
    for path, operations in document["paths"].items():
        operation = operations.get("get")
        if operation is None or path in FRESH:
            continue
        operation.setdefault("parameters", []).append(dict(_PARAMETER))
        operation["responses"]["200"]["headers"] = dict(_HEADERS)
        operation["responses"]["304"] = {
            "description": "The client holds this answer: If-None-Match names its ETag",
            "headers": dict(_HEADERS),
        }
