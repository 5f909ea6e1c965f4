"""Which documents are meant. In: a DocumentFilter as it was asked. Out: the same, checked.

Of documents and of patterns of paths any one is enough; of tags all are needed; dates are days,
from one (inclusive) to before another. All conditions hold together.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from index.errors import FilterInvalid
from index.labels import LONGEST_TAG, tidy_tag

# How many of each, and how many code points each may have: what fits into a request's body.
MOST_DOCUMENTS, LONGEST_ID = 500, 64
MOST_PATTERNS, LONGEST_PATTERN = 20, 500
MOST_TAGS = 20
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Conditions on documents; None is none.

    ``documents`` are ids. ``path`` are patterns as those of ``fnmatch.fnmatchcase``, where a
    ``*`` takes in slashes too. ``tags`` are compared as labels are kept: case and form of
    Unicode do not count. ``date_from`` and ``date_before`` are days (``YYYY-MM-DD``); what has
    no date is on no day.
    """

    documents: tuple[str, ...] | None = None
    path: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None
    date_from: str | None = None
    date_before: str | None = None

    @property
    def identity(self) -> str:
        """The same for filters that mean the same by the same conditions; "" without any."""
        listed = {
            "documents": self.documents,
            "path": self.path,
            "tags": None if self.tags is None else [folded_tag(tag) for tag in self.tags],
        }
        stated: dict[str, object] = {
            name: sorted(set(values)) for name, values in listed.items() if values is not None
        }
        days = {"date_from": self.date_from, "date_before": self.date_before}
        stated |= {name: day for name, day in days.items() if day is not None}
        return json.dumps(stated) if stated else ""


def folded_tag(tag: str) -> str:
    """A tag as tags are compared."""
    return tidy_tag(tag).casefold()


def check_filter(asked: DocumentFilter) -> None:
    """Raise ``FilterInvalid``, naming the field, for conditions that cannot be meant.

    A list that is empty is refused: nobody can tell whether it means all or nothing.
    """
    for field, why in _refused(asked):
        raise FilterInvalid(field, why)


def _refused(asked: DocumentFilter) -> Iterator[tuple[str, str]]:
    for name, values, most, longest in (
        ("documents", asked.documents, MOST_DOCUMENTS, LONGEST_ID),
        ("path", asked.path, MOST_PATTERNS, LONGEST_PATTERN),
        ("tags", asked.tags, MOST_TAGS, LONGEST_TAG),
    ):
        if values is None:
            continue
        if not values:
            yield name, "is empty; name one at least, or leave it out"
        if len(values) > most:
            yield name, f"holds {len(values)}; {most} are the most"
        for place, value in enumerate(values):
            for why in _refused_text(value, longest):
                yield f"{name}.{place}", why
    for name, day in (("date_from", asked.date_from), ("date_before", asked.date_before)):
        if day is not None and not _is_day(day):
            yield name, "is no day of the calendar; write it as YYYY-MM-DD"


def _refused_text(value: str, longest: int) -> Iterator[str]:
    if not value:
        yield "is empty; leave it out"
    if len(value) > longest:
        yield f"has {len(value)} characters; {longest} are the most"
    if any("\ud800" <= c <= "\udfff" for c in value):
        yield "holds half of a surrogate pair; send valid Unicode"


def _is_day(stated: str) -> bool:
    if not _DAY.fullmatch(stated):
        return False
    try:
        date.fromisoformat(stated)
    except ValueError:
        return False
    return True
