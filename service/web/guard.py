"""What every request passes. In: an ASGI application. Out: the same behind the gate.

Host, Origin, key, rate, and only then the body; each may refuse, and every answer bears the
security headers.
"""

import logging
from collections.abc import Collection, Mapping
from functools import partial
from types import MappingProxyType

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from service.errors import KeysUnusable
from service.settings import Settings
from service.web.gate.access import Access
from service.web.gate.bodies import MOST_BYTES, hurried, read_body, replay
from service.web.gate.headers import send_with
from service.web.gate.hosts import HostCheck
from service.web.gate.origins import OriginCheck
from service.web.gate.rates import RateLimit
from service.web.gate.visit import Visit
from service.web.problems import refusal
from service.web.stopping import Stopping

__all__ = ["MOST_BYTES", "Gate", "Guard"]
_NO_LONGER: Mapping[tuple[str, str], int] = MappingProxyType({})
logger = logging.getLogger(__name__)


class Gate:
    """What the settings allow; refuses a request by what is known before its body."""

    def __init__(self, settings: Settings, stopping: Stopping) -> None:
        """Raises ``KeysUnusable`` when there is a file of keys that cannot be obeyed."""
        self.seconds = settings.body_timeout_s
        access = Access(settings)
        rates = RateLimit(settings.rate)
        self.charge = rates.charge
        # The key is looked up before the rate, as each key has its own, and refused after it:
        # whoever tries keys is slowed down.
        self._checks = (
            HostCheck(settings).check,
            OriginCheck(settings).check,
            stopping.check,
            access.identify,
            rates.check,
            access.check,
        )

    def refused(self, visit: Visit) -> Response | None:
        """The first refusal or other answer of the checks, if any."""
        try:
            return next(filter(None, (check(visit) for check in self._checks)), None)
        except KeysUnusable as error:
            logger.error("nobody is answered: %s", error)  # noqa: TRY400 - it says what to do
            # The reason names a place on this machine: it is for the log alone.
            detail = "the service cannot obey its keys, and its log says why; ask whoever runs it"
            return refusal(503, "keys-unusable", detail, {"Retry-After": "30"})


class Guard:
    """Refuses what the gate does not let pass, before an application sees it.

    ``limited`` are the methods and paths of routes that limit the length of their bodies
    themselves, as they come, ``longer`` those whose bodies may have more bytes, and how many.
    """

    def __init__(
        self,
        app: ASGIApp,
        gate: Gate,
        limited: Collection[tuple[str, str]] = (),
        longer: Mapping[tuple[str, str], int] = _NO_LONGER,
    ) -> None:
        self._app = app
        self._gate = gate
        self._limited = limited
        self._longer = longer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "websocket":  # there is none, and it would pass the gate unseen
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visit = Visit.of(scope)
        send = send_with(send, visit.told)
        if refused := self._gate.refused(visit):
            await refused(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["key"], state["charge"] = visit.key, partial(self._gate.charge, visit)
        route = (visit.method, visit.path)
        if route in self._limited:
            await self._app(scope, hurried(receive, self._gate.seconds), send)
            return
        most = self._longer.get(route, MOST_BYTES)
        body = await read_body(receive, visit.headers, most, self._gate.seconds)
        if isinstance(body, Response):
            await body(scope, receive, send)
            return
        await self._app(scope, replay(body, receive), send)
