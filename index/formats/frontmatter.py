"""Front matter: what a text states of itself. In: text. Out: its date, tags, and where it ends.

A strict small part of YAML is read, between a first line ``---`` and the next ``---`` or
``...``: keys at the line's beginning, plain or quoted values, lists in brackets or of lines that
begin with ``-``. A block with any other line is text as everything else. Nothing is taken out
of the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.labels import divided

_MOST = 16_384  # code points of the block
_BLOCK = re.compile(
    r"---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE
)
_KEY = re.compile(r"([A-Za-z_][\w.-]*)[ \t]*:(?:[ \t]+(.*))?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_INSIDE = re.compile(r"[ \t]|#|\Z")  # the lines of a longer value, comments, empty lines
_COMMENT = re.compile(r"(?:^|[ \t])#.*")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The ``date`` and the ``tags`` as they are written; ``end`` is where the text goes on."""

    date: str | None = None
    tags: tuple[str, ...] = ()
    end: int = 0


def front_matter(text: str) -> FrontMatter:
    """What the block at the beginning of a text states; nothing when there is none."""
    if not text.startswith("---"):
        return FrontMatter()
    block = _BLOCK.match(text[:_MOST])
    values = _values(block[1].splitlines()) if block else None
    if block is None or not values:
        return FrontMatter()
    dates = values.get("date", [])
    return FrontMatter(dates[0] if len(dates) == 1 else None, _tags(values), block.end())


def _values(lines: Sequence[str]) -> dict[str, list[str]] | None:
    """The values of each key; None when a line is of no front matter."""
    found: dict[str, list[str]] = {}
    last: list[str] = []
    for line in lines:
        key, item = _KEY.fullmatch(line.rstrip()), _ITEM.fullmatch(line.rstrip())
        if key:
            last = found.setdefault(key[1].lower(), [])
            last[:] = _listed(key[2] or "")
        elif item and found:
            last += _listed(item[1])
        elif not _INSIDE.match(line):
            return None
    return found


def _listed(value: str) -> list[str]:
    """A value, or those of a list in brackets, without quotes and comments."""
    value = value.strip()
    if quoted := _QUOTED.fullmatch(value):
        return [quoted[1] or quoted[2] or ""]
    value = _COMMENT.sub("", value).strip()
    if value.startswith("[") and value.endswith("]"):
        return [each for part in value[1:-1].split(",") for each in _listed(part)]
    return [_QUOTED.sub(lambda match: match[1] or match[2] or "", value)] if value else []


def _tags(values: dict[str, list[str]]) -> tuple[str, ...]:
    tags = values.get("tags", [])
    return tuple(divided(tags[0]) if len(tags) == 1 else tags)
