"""Requests as the gate sees them. In: headers. Out: a Visit."""

from collections.abc import Sequence

from starlette.datastructures import Headers

from service.web.gate.visit import Visit


def visit(
    headers: Sequence[tuple[str, str]] = (),
    method: str = "POST",
    path: str = "/v1/ask",
    address: str = "127.0.0.1",
    **named: str,
) -> Visit:
    """A request with these headers."""
    both = [*headers, *named.items()]
    raw = [(name.encode(), value.encode("latin-1")) for name, value in both]
    return Visit(method, path, Headers(raw=raw), address)
