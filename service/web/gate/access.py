"""Who asks, and whether they may. In: a request's Authorization. Out: its key, or a refusal.

Keys are sent as RFC 6750, section 2.1 says (``Authorization: Bearer``), and nowhere else: in an
address they would end up in logs and histories.
"""

import shlex

from starlette.responses import Response

from index.current import DEFAULT_INDEX
from service.errors import KeyNeeded
from service.keys.key import Scope
from service.keys.keyfile import key_file
from service.keys.ring import KeyRing
from service.settings import Settings
from service.web.gate.hosts import is_loopback
from service.web.gate.scopes import scope_needed
from service.web.gate.visit import Visit
from service.web.problems import refusal

_CHALLENGE = 'Bearer realm="citewell"'
_MAKE = "`citewell key add` makes one"


class Access:
    """Demands keys on a public address, and everywhere once there is a file of keys, unless the
    settings open the service."""

    def __init__(self, settings: Settings) -> None:
        """Raises ``KeysUnusable`` when there is a file of keys that cannot be obeyed."""
        self._open = settings.open
        self._public = not is_loopback(settings.host)
        self._host = settings.host
        self._ring = KeyRing(key_file(settings.index, settings.keys))
        elsewhere = settings.index != DEFAULT_INDEX and settings.keys is None
        self._where = f" --index {shlex.quote(str(settings.index))}" if elsewhere else ""

    @property
    def demanded(self) -> bool:
        """Whether requests need keys."""
        return not self._open and (self._public or self._ring.seen)

    def check_start(self) -> None:
        """Raise ``KeyNeeded`` where the service would listen in the open and answer nobody."""
        if not self._open and self._public and not self._ring.keys():
            raise KeyNeeded(
                f"{self._host} can be reached from other machines, and there is no key: make one "
                f"with `citewell key add --name NAME{self._where}`, or listen on 127.0.0.1, or, if "
                "everyone who reaches it may read all documents, set CITEWELL_OPEN=true (--open)"
            )

    def identify(self, visit: Visit) -> Response | None:
        """Note whose key a request bears; raises ``KeysUnusable``."""
        sent = _sent(visit)
        if sent is not None and self.demanded:
            visit.key = self._ring.find(sent)
        return None

    def check(self, visit: Visit) -> Response | None:
        """Refuse a request without the key it needs: 401 without one that is known, 403 when the
        key does not allow it (RFC 6750, section 3.1)."""
        needed = scope_needed(visit.method, visit.path)
        if needed is None or not self.demanded:
            return None
        if visit.key is None:
            return _unknown(sent=_sent(visit) is not None)
        return None if visit.key.allows(needed) else _not_enough(visit.key.name, needed)


def _sent(visit: Visit) -> str | None:
    """The key as it was sent; what is no Bearer authorisation is none."""
    stated = visit.headers.getlist("authorization")
    scheme, _, sent = stated[0].partition(" ") if len(stated) == 1 else ("", "", "")
    return sent.strip() if scheme.lower() == "bearer" else None


def _unknown(*, sent: bool) -> Response:
    if not sent:
        detail = f"this service asks for a key: send Authorization: Bearer KEY; {_MAKE}"
        return refusal(401, "key-missing", detail, {"WWW-Authenticate": _CHALLENGE})
    detail = f"the key is not known here: it is mistyped, or was revoked; {_MAKE}"
    challenge = f'{_CHALLENGE}, error="invalid_token"'
    return refusal(401, "key-unknown", detail, {"WWW-Authenticate": challenge})


def _not_enough(name: str, needed: Scope) -> Response:
    detail = f"the key {name} does not allow this: it takes one of the scope {needed}; {_MAKE}"
    challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{needed}"'
    return refusal(403, "scope-missing", detail, {"WWW-Authenticate": challenge})
