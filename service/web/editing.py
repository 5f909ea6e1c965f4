"""Who may write. In: the settings, a request's headers. Out: nothing, or a refusal.

Any page in a browser may send a form to 127.0.0.1, and a name of the web may be made to mean
127.0.0.1 (DNS rebinding): the headers that browsers set, and pages cannot, tell them apart.
"""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from service.errors import EditingRefused
from service.settings import Settings

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]@/]+)(?::(\d{1,5}))?")
_PORTS = {"http": 80, "https": 443}


def check_editing(settings: Settings, headers: Headers) -> None:
    """Raise ``EditingRefused`` unless a request with these headers may change documents."""
    if not (is_loopback(settings.host) if settings.editing is None else settings.editing):
        raise EditingRefused(
            "documents cannot be changed over HTTP here; set CITEWELL_EDITING=true, or listen on "
            "127.0.0.1 alone"
        )
    if reason := why_foreign(settings, headers):
        raise EditingRefused(f"documents are not to be changed {reason}")


def why_foreign(settings: Settings, headers: Headers) -> str | None:
    """Why a request with these headers may write nothing here, or None if it may.

    The end of a sentence.
    """
    if is_loopback(settings.host) and not is_loopback(_parted(headers.get("host", ""))[0]):
        return (
            "under this name: this service is for this machine; use the address "
            "http://127.0.0.1 or http://localhost"
        )
    if _is_foreign(headers):
        return "by a page of another site"
    return None


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def _is_foreign(headers: Headers) -> bool:
    sites = headers.getlist("sec-fetch-site")
    own = headers.get("host", "")
    return any(site not in {"same-origin", "none"} for site in sites) or not all(
        _is_origin_of(origin, own) for origin in headers.getlist("origin")
    )


def _is_origin_of(origin: str, own: str) -> bool:
    """Whether an Origin is that of the page at the Host ``own``."""
    try:
        scheme, place = urlsplit(origin)[:2]
    except ValueError:
        return False
    if scheme not in _PORTS:
        return False
    (host, port), (own_host, own_port) = _parted(place), _parted(own)
    default = _PORTS[scheme]
    return bool(host) and (host.lower(), port or default) == (
        own_host.lower(),
        own_port or default,
    )


def _parted(place: str) -> tuple[str, int | None]:
    """The host and the port of a place such as ``localhost:8000``; "" for what is none."""
    match = _HOST.fullmatch(place)
    if match is None:
        return "", None
    return match[1], int(match[2]) if match[2] else None
