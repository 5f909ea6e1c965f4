"""Records of the log as lines. In: a log record. Out: a line of text, or a JSON object.

Nothing that was sent can end a line or steer a terminal: control characters are escaped in
both forms. Both bear the ids of the request that is worked on.
"""

import json
import logging
import re
from datetime import UTC, datetime

from service.watching.failure import told_failure
from service.watching.request import current_work

# Also what ends a line for some programs (NEL, LS, PS), and what reorders one (bidi controls).
_STEERING = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_PLAIN = re.compile(r"[\w.,:/{}~+@%\[\]-]+", re.ASCII)
Fields = dict[str, str | int | float | None]


class Lines(logging.Formatter):
    """What both forms share; with ``whole`` exceptions are logged with their messages. Of several
    processes each has its number as ``worker``."""

    def __init__(self, *, whole: bool = False, worker: int | None = None) -> None:
        super().__init__()
        self._whole = whole
        self._worker = worker

    def _facts(self, record: logging.LogRecord) -> Fields:
        """The ids of the request, and the record's own ``fields``."""
        work = current_work()
        ids: Fields = {"worker": self._worker}
        if work is not None:
            ids |= {
                "request_id": work.id,
                "trace_id": work.trace.trace_id,
                "span_id": work.trace.span_id,
            }
        told: Fields = getattr(record, "fields", {})
        return {name: value for name, value in (ids | told).items() if value is not None}

    def _failure(self, record: logging.LogRecord) -> str:
        error = record.exc_info[1] if record.exc_info else None
        return told_failure(error, whole=self._whole) if error else ""


class TextLines(Lines):
    """``TIME LEVEL LOGGER: MESSAGE name=value ...``; a traceback follows, each of its lines
    indented, so that none can be taken for a record."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        facts = "".join(f" {name}={_value(v)}" for name, v in self._facts(record).items())
        message = escaped(record.getMessage().strip())
        lines = [f"{_time(record)} {record.levelname} {record.name}: {message}{facts}"]
        lines += [f"    {escaped(line)}" for line in self._failure(record).splitlines()]
        return "\n".join(lines)


class JsonLines(Lines):
    """An object a record: ``time``, ``level``, ``logger``, ``message``, what is known."""

    def format(self, record: logging.LogRecord) -> str:
        """One record."""
        line: Fields = {
            "time": _time(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage().strip(),
            **self._facts(record),
        }
        if failure := self._failure(record):
            line["exception"] = failure
        return escaped(json.dumps(line))  # DEL is what JSON leaves as it is


def escaped(text: str) -> str:
    """The text without what ends lines or steers terminals: escapes as Python writes them."""
    return _STEERING.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _value(value: str | int | float | None) -> str:
    """A value that ends where it ends: in quotes if need be."""
    text = str(value)
    return text if _PLAIN.fullmatch(text) else escaped(json.dumps(text, ensure_ascii=False))


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
