"""How often each client may ask. In: requests. Out: nothing, or 429 with when to come again.

A token bucket for each key, or each address without one: it holds a minute's requests and
fills up evenly. The headers are those of draft-ietf-httpapi-ratelimit-headers.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from starlette.responses import Response

from service.web.gate.scopes import scope_needed
from service.web.gate.visit import Visit
from service.web.problems import refusal

MOST_BUCKETS = 10_000
_MINUTE = 60.0


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class RateLimit:
    """Counts what needs a key or would; the page and the probes are not counted.

    ``per_minute`` None sets no limit. Of more than ``MOST_BUCKETS`` clients those that asked
    longest ago are forgotten, and begin anew. Each process counts by itself. Safe between
    threads.
    """

    def __init__(self, per_minute: int | None, now: Callable[[], float] = time.monotonic) -> None:
        self._most = per_minute
        self._now = now
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def __len__(self) -> int:
        """How many clients are remembered."""
        return len(self._buckets)

    def check(self, visit: Visit) -> Response | None:
        """Count a request, or refuse it; either way the answer tells what is left."""
        if self._most is None or scope_needed(visit.method, visit.path) is None:
            return None
        left, wait = self._take(_client(visit), self._most)
        visit.tell("ratelimit-policy", f'"minute";q={self._most};w={int(_MINUTE)}')
        _tell_left(visit, left, self._most, wait)
        if not wait:
            return None
        detail = f"more than {self._most} requests a minute; come again in {math.ceil(wait)} s"
        return refusal(429, "too-many-requests", detail, {"Retry-After": str(math.ceil(wait))})

    def charge(self, visit: Visit, more: int) -> None:
        """Count so many requests more for one that was let pass: as it is answered all the same,
        the next ones of this client wait until they are made up for."""
        if self._most is None or scope_needed(visit.method, visit.path) is None:
            return
        with self._lock:
            bucket = self._buckets.get(_client(visit))
            if bucket is None:
                return
            bucket.tokens -= more
            left = bucket.tokens
        _tell_left(visit, left, self._most)

    def _take(self, client: str, most: int) -> tuple[float, float]:
        """The tokens left, and the seconds until there is one, 0 if one was taken."""
        now = self._now()
        with self._lock:
            bucket = self._buckets.setdefault(client, _Bucket(most, now))
            self._buckets.move_to_end(client)
            if len(self._buckets) > MOST_BUCKETS:
                self._buckets.popitem(last=False)
            bucket.tokens = min(most, bucket.tokens + (now - bucket.at) * most / _MINUTE)
            bucket.at = now
            if bucket.tokens < 1:
                return bucket.tokens, (1 - bucket.tokens) * _MINUTE / most
            bucket.tokens -= 1
            return bucket.tokens, 0.0


def _tell_left(visit: Visit, left: float, most: int, wait: float = 0.0) -> None:
    """How many requests are left; the seconds until the next (when refused), or all of them."""
    seconds = wait or (most - left) / most * _MINUTE
    visit.tell("ratelimit", f'"minute";r={max(0, math.floor(left))};t={math.ceil(seconds)}')


def _client(visit: Visit) -> str:
    """Whose requests are counted together: a key's by its digest, or those of an address. One
    client may have 2^64 addresses of IPv6, so these count by their first half."""
    if visit.key:
        return visit.key.sha256
    try:
        address = ip_address(visit.address)
    except ValueError:
        return visit.address
    return f"{int(address) >> 64:x}/64" if isinstance(address, IPv6Address) else str(address)
