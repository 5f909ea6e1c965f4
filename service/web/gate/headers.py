"""What every answer bears. In: a way to send. Out: the same, with the security headers."""

from collections.abc import Sequence

from starlette.types import Message, Send

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_UNUSED = ("camera", "geolocation", "microphone", "payment", "usb")
SECURITY = {
    "content-security-policy": CONTENT_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": ", ".join(f"{name}=()" for name in _UNUSED),
}
HEADERS = [(name.encode(), value.encode()) for name, value in SECURITY.items()]


def send_with(send: Send, told: Sequence[tuple[bytes, bytes]]) -> Send:
    """Send with the security headers and what is ``told`` of this request."""

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = message.get("headers", [])
            # An answer that states a policy of its own is shown by that alone.
            stated = {name.lower() for name, _ in headers}
            added = [pair for pair in HEADERS if pair[0] not in stated]
            message["headers"] = [*headers, *told, *added]
        await send(message)

    return send_with_headers
