"""What the API promises to programs. In: its openapi.json. Out: a line for each part.

``promised.txt`` holds the lines that were given out. ``python -m tests.service.promised`` adds
those that are new to it, and refuses when one that was given out is kept no longer: then the
change belongs into another version of the API (``/v2``), not into the file.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from index.build import build_index
from service.live import LiveEngine
from service.settings import Settings
from service.web.app import create_app
from tests.fakes import LetterEmbedder

FILE = Path(__file__).with_name("promised.txt")
# What docs/clients.md excepts: values that explain a ranking and a confidence, and reasons.
_EXCEPTED = ("Scores.", "HTTPValidationError", "ValidationError")
_OPEN = {"Absence.reason", "CitewellFields.reason"}
_PARTS = "components", "schemas"


def given_out() -> list[str]:
    """The lines that programs rely on."""
    return FILE.read_text("utf-8").splitlines()


def promises(document: dict[str, Any]) -> list[str]:
    """What openapi.json says, a line for each operation, parameter, field and problem."""
    return sorted(set(_lines(document)))


def broken(given: list[str], now: list[str]) -> list[str]:
    """What a program that relies on ``given`` would miss now, or would have to send besides."""
    old, known = set(given), {_owner(line) for line in given}
    asked = {line for line in now if line.endswith(" needed") and _owner(line) in known}
    return sorted((old - set(now)) | (asked - old))


def _owner(line: str) -> str:
    return line.split(maxsplit=1)[0].partition(".")[0]


def _lines(document: dict[str, Any]) -> Iterator[str]:
    sent: set[str] = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"]
            yield f"{name} is {method.upper()} {path}"
            for given in operation.get("parameters", []):
                need = _need(given["required"])
                yield f"{name} takes {given['in']} {given['name']}: {_kind(given['schema'])}{need}"
            contents = operation.get("requestBody", {}).get("content", {})
            for media, content in contents.items():
                yield f"{name} takes {media}: {_kind(content['schema'])}"
                yield from _fields(name, content["schema"], asked=True)
                sent |= set(_named(document, content["schema"], frozenset()))
            for status, response in operation["responses"].items():
                if status.startswith("2"):
                    for media, content in response["content"].items():
                        yield f"{name} answers {status} {media}: {_kind(content['schema'])}"
    for part, schema in document[_PARTS[0]][_PARTS[1]].items():
        yield from _fields(part, schema, asked=part in sent)
        yield from (f"{part} takes {each}" for each in _values(schema))


def _fields(owner: str, schema: dict[str, Any], *, asked: bool) -> Iterator[str]:
    """Each field with its type; of what is asked, whether it is needed."""
    for name, value in schema.get("properties", {}).items():
        need = _need(asked and name in schema.get("required", []))
        place = f"{owner}.{name}"
        if place.startswith(_EXCEPTED):
            continue
        # What is taken may become more, and what is answered may not.
        is_open = asked or place in _OPEN
        yield f"{place}: {'string' if is_open and _values(value) else _kind(value)}{need}"
        yield from (f"{place} takes {each}" for each in _values(value) if asked)


def _need(needed: bool) -> str:
    return " needed" if needed else ""


def _kind(schema: dict[str, Any]) -> str:
    """The types of a value, with those of a list's items and the values that it may have."""
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(sorted(map(_kind, options)))
    if reference := schema.get("$ref"):
        return str(reference).rpartition("/")[2]
    kind = str(schema.get("type", "anything"))
    if kind == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    values = _values(schema)
    return f"{kind} {'/'.join(map(str, values))}" if values else kind


def _values(schema: dict[str, Any]) -> list[str]:
    """The values that are named, if only they can be."""
    return [
        str(each) for each in schema.get("enum") or [schema[k] for k in ("const",) if k in schema]
    ]


def _named(document: dict[str, Any], node: object, seen: frozenset[str]) -> Iterator[str]:
    """The names of the schemas that a schema is made of."""
    if isinstance(node, list):
        for each in node:
            yield from _named(document, each, seen)
    if isinstance(node, dict):
        name = str(node.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            yield name
            yield from _named(document, document[_PARTS[0]][_PARTS[1]][name], seen | {name})
        yield from _named(document, list(node.values()), seen)


def made_now() -> list[str]:
    """The lines that hold now."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "one.txt").write_text("Bab.", "utf-8")
        build_index([root / "one.txt"], root / "index", LetterEmbedder())
        app = create_app(LiveEngine(Settings(index=root / "index"), LetterEmbedder()))
        return promises(app.openapi())


def main() -> None:
    """Add what is new; exit with 1 when what was given out is not kept."""
    now = made_now()
    given = given_out() if FILE.exists() else []
    if lost := broken(given, now):
        sys.exit("\n".join(["not kept:", *lost]))
    FILE.write_text("\n".join(now) + "\n", "utf-8")


if __name__ == "__main__":
    main()
