"""Which site's page asks. In: a request's Origin. Out: nothing, a refusal, an answer to CORS.

Any page in a browser may send a form to this service: headers that browsers set, and pages
cannot, tell the own page from others. Pages of other sites may ask only if their origin is
named in the settings, and then get the headers by which the browser lets them read the answer
(the Fetch standard's CORS protocol); keys are sent by the page itself, so no credentials are
allowed for.
"""

from urllib.parse import urlsplit

from starlette.responses import Response

from service.choices.safety import parted
from service.settings import Settings
from service.web.gate.hosts import place
from service.web.gate.visit import Visit
from service.web.problems import refusal

_PORTS = {"http": 80, "https": 443}
_METHODS = "GET, POST, PUT, PATCH, DELETE"
_SENT = "Authorization, Content-Type, Accept, If-None-Match, Last-Event-ID, MCP-Protocol-Version"
_READ = "ETag, Location, Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate, X-Request-ID"
_PREFLIGHT_SECONDS = 600


class OriginCheck:
    """Refuses what has effects and comes from a page of a site that is not named."""

    def __init__(self, settings: Settings) -> None:
        self._named = frozenset(parted(settings.origins))

    def check(self, visit: Visit) -> Response | None:
        """Refuse it, answer a named origin's preflight, or let it pass."""
        origins = visit.headers.getlist("origin")
        if self._named:
            visit.tell("vary", "Origin")
        if len(origins) == 1 and origins[0] in self._named:
            visit.tell("access-control-allow-origin", origins[0])
            visit.tell("access-control-expose-headers", _READ)
            return _preflight(visit)
        asks_leave = "access-control-request-method" in visit.headers
        if (visit.has_effects or asks_leave) and _is_foreign(visit):
            return refusal(
                403,
                "origin-refused",
                "this was sent by a page of another site, which may not ask here; start the "
                "service with CITEWELL_ORIGINS set to the origins that may",
            )
        return None


def _preflight(visit: Visit) -> Response | None:
    if visit.method != "OPTIONS" or "access-control-request-method" not in visit.headers:
        return None
    headers = {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _SENT,
        "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
    }
    return Response(status_code=204, headers=headers)


def _is_foreign(visit: Visit) -> bool:
    sites = visit.headers.getlist("sec-fetch-site")
    own = visit.headers.get("host", "")
    return any(site not in {"same-origin", "none"} for site in sites) or not all(
        _is_origin_of(origin, own) for origin in visit.headers.getlist("origin")
    )


def _is_origin_of(origin: str, own: str) -> bool:
    """Whether an Origin is that of the page at the Host ``own``."""
    try:
        scheme, where = urlsplit(origin)[:2]
    except ValueError:
        return False
    if scheme not in _PORTS:
        return False
    (host, port), (own_host, own_port) = place(where), place(own)
    default = _PORTS[scheme]
    return bool(host) and (host.lower(), port or default) == (
        own_host.lower(),
        own_port or default,
    )
