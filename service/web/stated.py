"""What an upload states of its files. In: the fields of a form. Out: their tags and date.

What is stated counts instead of what the files state of themselves, for all of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from index.labels import LONGEST_TAG, MOST_TAGS, as_date, as_tags, divided, tidy_tag
from service.errors import DocumentRefused, Refusal
from service.paths import shown
from service.web.form import MOST_FIELDS, Part

TAGS, DATE = b"tags", b"date"
PROPERTIES = {
    "tags": {
        "type": "array",
        "items": {"type": "string", "maxLength": LONGEST_TAG},
        "maxItems": MOST_FIELDS - 2,  # beside a path and a date
        "description": "tags of all these files, one a field or several with commas, instead of "
        "those that they state; an empty field takes all away",
    },
    "date": {
        "type": "string",
        "format": "date",
        "description": "the day all these files are of, instead of what they state",
    },
}


@dataclass(frozen=True, slots=True)
class Stated:
    """``tags`` and ``date``, None where no field states them."""

    tags: tuple[str, ...] | None = None
    date: str | None = None


def read_stated(parts: Sequence[Part]) -> Stated:
    """Raises ``DocumentRefused`` for what is no tag, no date, or two dates."""
    tags = [part.value for part in parts if is_stated(part) and part.name == TAGS]
    dates = [part.value for part in parts if is_stated(part) and part.name == DATE]
    if len(dates) > 1:
        raise _refused("date", dates[1], "is a second date; send one")
    date = as_date(_text("date", dates[0])) if dates else None
    if dates and date is None:
        raise _refused("date", dates[0], "is no date; write it as 2026-01-31")
    return Stated(_tags(tags) if tags else None, date)


def is_stated(part: Part) -> bool:
    """Whether a part is a field that states tags or a date."""
    return part.filename is None and part.name in (TAGS, DATE)


def _tags(values: Sequence[bytes]) -> tuple[str, ...]:
    stated = [each for value in values for each in divided(_text("tags", value))]
    for each in stated:
        if len(tidy_tag(each)) > LONGEST_TAG:
            reason = f"is longer than {LONGEST_TAG} characters; shorten it"
            raise _refused("tags", each.encode(), reason)
    if len(stated) > MOST_TAGS:
        raise _refused("tags", b"", f"are {len(stated)} tags; {MOST_TAGS} are the most")
    return as_tags(stated)


def _text(field: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _refused(field, value, "is not UTF-8; send it so") from error


def _refused(field: str, value: bytes, reason: str) -> DocumentRefused:
    return DocumentRefused([Refusal(field, shown(value), reason)])
