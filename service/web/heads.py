"""HEAD. In: an ASGI application that answers GET. Out: the same, which answers HEAD as well.

Whoever asks whether there is something, and what its headers are, asks by HEAD (RFC 9110, section
9.3.2): probes, caches, ``curl -I``. The answer is made as for GET, and its body is not sent.
"""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """Has HEAD answered as GET is, without the body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        # In place: what is found out of the request (its route) is told in the scope.
        scope["method"] = "GET"
        try:
            await self._app(scope, receive, _without_body(send))
        finally:
            scope["method"] = "HEAD"


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    return send_head
