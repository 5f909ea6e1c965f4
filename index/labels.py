"""Tags and dates of documents. In: what a file or an upload states. Out: checked labels.

A date is that which a document states of itself, never that of its file.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

LONGEST_TAG = 100  # code points
MOST_TAGS = 100  # of one document; what a file states beyond is left out
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[T\s].*)?", re.DOTALL)


def as_date(stated: str | None) -> str | None:
    """The day of an ISO 8601 date or time, as ``YYYY-MM-DD``; None for anything else.

    A time's day is that of its own time zone, as it is written.
    """
    match = _DATE.fullmatch((stated or "").strip())
    if match is None:
        return None
    try:
        return date.fromisoformat(match[1]).isoformat()
    except ValueError:
        return None


def as_tags(stated: Iterable[str]) -> tuple[str, ...]:
    """Tags in Unicode's form NFC, on one line, each once, in their order.

    Two that differ in case only are one, as it is written first; what is longer than
    ``LONGEST_TAG`` is no tag.
    """
    found: dict[str, str] = {}
    for each in stated:
        tag = tidy_tag(each)
        if tag and len(tag) <= LONGEST_TAG:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())[:MOST_TAGS]


def tidy_tag(stated: str) -> str:
    """A tag as it is kept: without what does not print, each run of white space one space."""
    shown = "".join(each for each in stated if each.isprintable() or each.isspace())
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def divided(stated: str) -> list[str]:
    """The tags of a list with commas, or semicolons where there is no comma."""
    return stated.split("," if "," in stated else ";")
