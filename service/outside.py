"""Is a running service well? In: its address, a key. Out: findings, each with what to do.

Looks at it as any caller does, over HTTP, and changes nothing: it asks one question, made of
the first words of a document, and reads what the answer cites again.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

from index.doctor import Finding
from index.errors import CitewellError
from service.answer import IndexRef
from service.client.client import Client
from service.client.wire import Wire
from service.errors import ClientInvalid, ServiceRefused
from service.web.gate.headers import SECURITY

TIMEOUT = 30.0  # seconds without a byte, then a service counts as hanging
_WORDS, _READ = 12, 400  # words of the question, code points they are taken from
_UNKNOWN, _FORBIDDEN = 401, 403


@dataclass(frozen=True, slots=True)
class _Health:
    status: str


@dataclass(frozen=True, slots=True)
class _Facts:
    """What is looked at of ``GET /v1/index``."""

    index: IndexRef
    created: str
    documents: int
    passages: int
    model: str
    editable: bool


@dataclass(frozen=True, slots=True)
class _Part:
    text: str


@dataclass(frozen=True, slots=True)
class _Caller:
    client: Client
    wire: Wire


_Look = Callable[[_Caller], Iterator[Finding]]


def examine_service(url: str, key: str | None = None, timeout: float = TIMEOUT) -> list[Finding]:
    """All findings, in their order; stops where further ones would be blind.

    Raises ``ClientInvalid`` for what is no address of HTTP.
    """
    with closing(Wire(url, key, timeout, 0.0)) as wire, Client(url, key, timeout=timeout) as client:
        findings: list[Finding] = []
        for name, look, needed in _LOOKS:
            try:
                findings += look(_Caller(client, wire))
            except ClientInvalid:
                raise
            except CitewellError as error:
                findings.append(Finding(name, _said(error)))
                if needed:
                    break
        return findings


def _reached(caller: _Caller) -> Iterator[Finding]:
    yield Finding(f"citewell {caller.client.version()} answers at {caller.wire.place}", None)


def _alive(caller: _Caller) -> Iterator[Finding]:
    caller.wire.send("GET", "/healthz", _Health)
    index = caller.client.ready()
    yield Finding(f"ready, with generation {index.generation}", None)


def _index(caller: _Caller) -> Iterator[Finding]:
    facts = caller.wire.send("GET", "/v1/index", _Facts)
    told = (
        f"{facts.documents} documents as {facts.passages} passages of {facts.model}, "
        f"indexed {facts.created}"
    )
    empty = "there is nothing to answer from; add documents with `citewell add` or by upload"
    yield Finding(told, None if facts.documents else empty)
    yield Finding(f"this caller may read{' and change' * facts.editable} documents", None)


def _answered(caller: _Caller) -> Iterator[Finding]:
    """One question has passages, and what they cite is found again by their ids."""
    for document in islice(caller.client.documents(), 1):
        part = caller.wire.send(
            "GET", f"/v1/documents/{document.id}/text", _Part, {"params": {"end": _READ}}
        )
        began = time.perf_counter()
        response = caller.client.ask(" ".join(part.text.split()[:_WORDS]))
        milliseconds = 1000 * (time.perf_counter() - began)
        cited = [(each, caller.client.citation(each.id)) for each in response.passages]
        other = [each.id for each, found in cited if found.text != each.text]
        yield Finding(
            f"a question is answered in {milliseconds:.0f} ms, with {len(cited)} passages that "
            "are found again by their ids",
            _amiss(len(cited), other),
        )


def _amiss(cited: int, other: list[str]) -> str | None:
    """What is wrong with the passages of an answer, if anything is."""
    look = "check the index on its machine with `citewell doctor`"
    if not cited:
        return f"the words of a document found no passage; {look}"
    if other:
        return f"{', '.join(other)} cite other text than was answered; {look}"
    return None


def _guarded(caller: _Caller) -> Iterator[Finding]:
    sent = caller.wire.look("/healthz")
    other = [name for name, value in SECURITY.items() if sent.get(name) != value]
    problem = (
        f"{', '.join(other)}: missing or changed on the way; let the proxy pass on what citewell "
        "sends"
    )
    yield Finding(f"{len(SECURITY)} security headers", problem if other else None)


def _counted(caller: _Caller) -> Iterator[Finding]:
    caller.wire.look("/metrics")
    yield Finding("counts for Prometheus at /metrics", None)


# What is looked at, by what it is called when it fails, and whether all that follows needs it.
_LOOKS: tuple[tuple[str, _Look, bool], ...] = (
    ("a service of citewell", _reached, True),
    ("ready to answer", _alive, True),
    ("the index", _index, True),
    ("a question and its citations", _answered, False),
    ("security headers", _guarded, False),
    ("counts for Prometheus", _counted, False),
)


def _said(error: CitewellError) -> str:
    if isinstance(error, ServiceRefused) and error.status in (_UNKNOWN, _FORBIDDEN):
        return f"{error} (`citewell doctor --key-file FILE` sends the key in a file)"
    return str(error)
