"""Requests over HTTP. In: a method, a path, what is sent. Out: records, events, or an error.

The only module of the client that knows httpx: whatever goes wrong leaves it as an error of
``service.errors``, none of which holds the key or a password of the address.
"""

import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from service.client.refused import refused
from service.errors import (
    ClientInvalid,
    ReplyInvalid,
    ServiceRefused,
    ServiceSlow,
    ServiceUnreachable,
)
from service.serversent import server_sent

EVENTS = "text/event-stream"
_SHORTEST_WAIT = 1.0  # seconds, however soon a service says to come again
# What was begun and given up may have been done: it is not sent again by itself.
_GIVEN_UP = "urn:citewell:problem:stopped"
_NOTHING: Mapping[str, Any] = MappingProxyType({})
_Record = TypeVar("_Record")


class Wire:
    """Connections to one service, safe between threads; ``place`` is its address as shown."""

    def __init__(self, url: str, key: str | None, timeout: float, patience: float) -> None:
        """Raises ``ClientInvalid`` for what is no address of HTTP and what cannot be a key."""
        self.place = _place(url)
        self._patience = patience
        headers = {} if key is None else {"Authorization": f"Bearer {_checked(key)}"}
        self._client = httpx.Client(base_url=url, timeout=timeout, headers=headers)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def send(
        self, method: str, path: str, kind: type[_Record], sent: Mapping[str, Any] = _NOTHING
    ) -> _Record:
        """The record that answers; ``sent`` is what ``httpx.Client.request`` takes."""
        reply = self._patiently(lambda: self._reply(method, path, sent))
        return self.read(reply.content, kind)

    def events(
        self, path: str, body: Mapping[str, object]
    ) -> Generator[tuple[bytes, bytes], None, None]:
        """The name and data of each event that answers a POST, as they come."""
        reply = self._patiently(lambda: self._opened(path, body))
        try:
            with self._explained():
                yield from server_sent(reply.iter_bytes())
        finally:
            reply.close()

    def look(self, path: str) -> Mapping[str, str]:
        """The headers of what answers a GET, by names in any case."""
        return self._patiently(lambda: self._reply("GET", path, _NOTHING)).headers

    def read(self, content: bytes, kind: type[_Record]) -> _Record:
        """A record out of its JSON; raises ``ReplyInvalid``."""
        try:
            record: _Record = _reader(kind).validate_json(content)  # type: ignore[arg-type]
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            raise self.invalid(f"{where}: {first['msg']}" if where else first["msg"]) from error
        return record

    def invalid(self, reason: str) -> ReplyInvalid:
        """The error for an answer that has not the form of citewell's."""
        return ReplyInvalid(
            f"the reply is no answer of citewell ({reason}); check that {self.place} is a "
            "citewell service, of the version of this client"
        )

    def broken(self, reason: str) -> ServiceUnreachable:
        """The error for an answer that did not come, or not whole."""
        return ServiceUnreachable(
            f"no whole answer came from {self.place} ({reason}); start it with `citewell serve`, "
            "or correct the address"
        )

    def _reply(self, method: str, path: str, sent: Mapping[str, Any]) -> httpx.Response:
        with self._explained():
            reply = self._client.request(method, path, **sent)
        _check(reply)
        return reply

    def _opened(self, path: str, body: Mapping[str, object]) -> httpx.Response:
        with self._explained():
            headers = {"Accept": EVENTS}
            asked = self._client.build_request("POST", path, json=body, headers=headers)
            reply = self._client.send(asked, stream=True)
            if reply.is_success and reply.headers.get("content-type", "").startswith(EVENTS):
                return reply
            try:
                reply.read()
            finally:
                reply.close()
        _check(reply)
        raise self.invalid(f"{EVENTS} was asked for, and something else came")

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ReadTimeout, httpx.WriteTimeout) as error:
            raise ServiceSlow(
                f"{self.place} sent nothing for {self._client.timeout.read:g} s; give it more time "
                "(timeout), or ask again"
            ) from error
        except (httpx.InvalidURL, UnicodeEncodeError) as error:
            raise ClientInvalid(f"this cannot be sent ({error}); send valid text") from error
        except httpx.HTTPError as error:
            raise self.broken(str(error) or type(error).__name__) from error

    def _patiently(self, ask: Callable[[], httpx.Response]) -> httpx.Response:
        """What ``ask`` gives, asked again when the service says, as long as patience lasts."""
        end = time.monotonic() + self._patience
        while True:
            try:
                return ask()
            except ServiceRefused as error:
                if error.retry_after is None or error.type == _GIVEN_UP:
                    raise
                seconds = max(error.retry_after, _SHORTEST_WAIT)
                if time.monotonic() + seconds > end:
                    raise
            time.sleep(seconds)


def _check(reply: httpx.Response) -> None:
    if not reply.is_success:
        raise refused(reply.status_code, reply.headers, reply.content)


@cache
def _reader(kind: type) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _place(url: str) -> str:
    """An address without its password, as it can be shown."""
    # The address itself is not repeated: it may hold a password.
    try:
        parsed = httpx.URL(url)
    except (httpx.InvalidURL, TypeError) as error:
        raise ClientInvalid(f"the address is none ({error}); write http://HOST:PORT") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ClientInvalid("the address is none of HTTP; write http://HOST:PORT")
    return f"{parsed.scheme}://{parsed.netloc.decode('ascii')}{parsed.path.rstrip('/')}"


def _checked(key: str) -> str:
    if not (key.isascii() and key.isprintable() and key.strip() == key and key):
        raise ClientInvalid("the key holds what no key holds; give it as `citewell key add` did")
    return key
