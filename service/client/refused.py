"""Refusals. In: the status, headers and body of an answer. Out: ServiceRefused.

What comes from between, such as a proxy's page, is told in the same form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from pydantic import TypeAdapter, ValidationError

from service.errors import ServiceRefused, Told

_LONGEST_SHOWN = 200  # characters of what is no problem


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is read of a problem (RFC 9457)."""

    detail: str
    status: int = 500
    type: str = "about:blank"
    title: str = ""
    field: str | None = None
    request_id: str | None = None


_PROBLEM = TypeAdapter(_Problem)


def refused(status: int, headers: Mapping[str, str], body: bytes) -> ServiceRefused:
    """The error for an answer that is none; ``headers`` have names in lower case or find them
    in any. A ``status`` of 0 stands for the one that the problem tells."""
    try:
        told = _PROBLEM.validate_json(body)
    except ValidationError:
        told = _Problem(_shown(body))
    status = status or told.status
    return ServiceRefused(
        Told(
            status,
            told.type,
            told.title or _phrase(status),
            told.detail,
            told.field,
            told.request_id or headers.get("x-request-id"),
            _seconds(headers.get("retry-after")),
        )
    )


def _shown(body: bytes) -> str:
    """The beginning of a text of others, without what steers a terminal."""
    text = body[: 4 * _LONGEST_SHOWN].decode("utf-8", "replace")
    visible = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(visible.split())[:_LONGEST_SHOWN]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"status {status}"


def _seconds(stated: str | None) -> float | None:
    """Retry-After (RFC 9110, section 10.2.3): seconds, or a date."""
    if stated is None:
        return None
    if stated.isascii() and stated.isdigit():
        return float(stated)
    try:
        until = parsedate_to_datetime(stated)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
