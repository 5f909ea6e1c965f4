"""By which name the service is asked. In: a request's Host. Out: nothing, or a refusal.

A name of the web may be made to mean 127.0.0.1 or an address of the local network (DNS
rebinding), and a page under it then counts as the service's own. Its Host gives it away: only
names that the service is known by are answered.
"""

import re
from ipaddress import ip_address

from starlette.responses import Response

from service.choices.safety import parted
from service.settings import Settings
from service.web.gate.visit import Visit
from service.web.problems import refusal

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]@/,\s]+)(?::(\d{1,5}))?")


class HostCheck:
    """Answers loopback names always; on a public address its own name, those of the settings,
    and every address in digits, which no rebinding can forge."""

    def __init__(self, settings: Settings) -> None:
        self._local = is_loopback(settings.host)
        stated = parted(settings.hosts)
        self._any = "*" in stated
        self._names = {name.lower() for name in (settings.host, *stated)}

    def check(self, visit: Visit) -> Response | None:
        """Refuse a request by another name; 400 when it names none, or several (RFC 9112, 3.2)."""
        stated = visit.headers.getlist("host")
        name = place(stated[0])[0].lower() if len(stated) == 1 else ""
        if not name:
            return refusal(400, "host-invalid", "send one Host header that names this service")
        if self._any or self._is_known(name, stated[0].lower()):
            return None
        where = "http://127.0.0.1 or http://localhost" if self._local else "its address"
        return refusal(
            421,
            "host-refused",
            f"this service is not known by this name; use {where}, or start it with "
            "CITEWELL_HOSTS set to the names it is asked by",
        )

    def _is_known(self, name: str, with_port: str) -> bool:
        if is_loopback(name) or not self._names.isdisjoint({name, name.strip("[]"), with_port}):
            return True
        return not self._local and _is_address(name)


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.removeprefix("[").removesuffix("]")).is_loopback
    except ValueError:
        return False


def place(text: str) -> tuple[str, int | None]:
    """The host and the port of a place such as ``localhost:8000``; "" for what is none."""
    match = _HOST.fullmatch(text)
    if match is None:
        return "", None
    return match[1], int(match[2]) if match[2] else None


def _is_address(host: str) -> bool:
    try:
        ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
