"""JSON Lines. In: bytes. Out: Parsed: one block for each record, a line "key: value" each.

Keys of nested objects are joined by dots, places in a list are counted from 1; numbers stay as
they are written. What is null or empty is left out.
"""

import json
from collections.abc import Iterator

from index.errors import FileRefused
from index.formats.encoding import decode
from index.formats.parsed import Builder, Parsed, collapse

Json = dict[str, "Json"] | list["Json"] | str | bool | None
"""What a line holds; numbers are read as they are written, as strings."""


def read_json_lines(content: bytes) -> Parsed:
    """Read records; raises ``FileRefused`` naming the first line that is no JSON."""
    builder = Builder()
    for number, line in enumerate(decode(content).split("\n"), start=1):
        if line.strip():
            fields = "\n".join(_fields(_record(line, number)))
            if fields:
                builder.add(fields)
    return builder.build()


def _record(line: str, number: int) -> Json:
    try:
        record: Json = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
        line.encode()
        json.dumps(record, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise FileRefused(f"holds half a character in line {number}; correct the line") from error
    except RecursionError as error:
        raise FileRefused(f"is nested too deeply in line {number}; flatten the line") from error
    except ValueError as error:
        raise FileRefused(f"is no JSON in line {number}: {error}; correct the line") from error
    return record


def _fields(record: Json) -> Iterator[str]:
    waiting: list[tuple[str, Json]] = [("", record)]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            inner = [(_join(key, str(name)), part) for name, part in value.items()]
            waiting.extend(reversed(inner))
        elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
            inner = [(_join(key, str(place)), part) for place, part in enumerate(value, start=1)]
            waiting.extend(reversed(inner))
        else:
            shown = collapse(_shown(value))
            if shown:
                yield f"{key}: {shown}" if key else shown


def _join(key: str, name: str) -> str:
    return ".".join(filter(None, (key, collapse(name))))


def _shown(value: Json) -> str:
    if isinstance(value, list):
        return ", ".join(filter(None, map(_shown, value)))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
