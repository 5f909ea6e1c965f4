"""What every request passes. In: an ASGI application. Out: the same with limits and headers."""

from collections.abc import Collection, Mapping
from types import MappingProxyType

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.web.problems import too_large

MOST_BYTES = 64 * 1024  # of a request's body: a question of 2,000 characters fits ten times
CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_NO_LONGER: Mapping[tuple[str, str], int] = MappingProxyType({})
_HEADERS = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]


class Guard:
    """Refuses bodies over ``MOST_BYTES`` and adds the security headers to every response.

    ``limited`` are the methods and paths of routes that limit their bodies themselves, as they
    come, ``longer`` those whose bodies may have more bytes, and how many.
    """

    def __init__(
        self,
        app: ASGIApp,
        limited: Collection[tuple[str, str]] = (),
        longer: Mapping[tuple[str, str], int] = _NO_LONGER,
    ) -> None:
        self._app = app
        self._limited = limited
        self._longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        route = (scope["method"], scope["path"])
        if route in self._limited:
            await self._app(scope, receive, send_with_headers)
            return
        most = self._longer.get(route, MOST_BYTES)
        body = await _read_body(receive, most)
        if body is None:
            detail = f"the body is longer than {most} bytes; send less"
            await too_large(detail)(scope, receive, send_with_headers)
            return
        await self._app(scope, _replay(body, receive), send_with_headers)


async def _read_body(receive: Receive, most: int) -> bytes | None:
    """The whole body, or None as soon as it is too long or the client is gone."""
    body = bytearray()
    while True:
        message = await receive()
        chunk: bytes = message.get("body", b"")
        body += chunk
        if len(body) > most or message["type"] == "http.disconnect":
            return None
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def replayed() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replayed
