"""Documents in an order, page by page. In: Texts, a filter, an order. Out: a Listing.

A page ends with a cursor that names its last document by what it was sorted by, so that the
next page goes on behind it whatever was added or removed in between.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from index.choose import choose
from index.errors import FilterInvalid
from index.filter import DocumentFilter
from index.library import Texts
from index.parts import Rows
from index.textfile import DocumentFacts

Key = tuple[str | int, str]


class Order(StrEnum):
    """What documents are sorted by, equal ones by path; a minus turns all of it round.

    ``size`` is the length of the text; a document without a date is before every day.
    """

    PATH = "path"
    PATH_BACK = "-path"
    DATE = "date"
    DATE_BACK = "-date"
    SIZE = "size"
    SIZE_BACK = "-size"


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of the list: ``limit`` documents, behind the cursor, if there is one, and
    behind so many more; all of them without a limit."""

    order: Order = Order.PATH
    limit: int | None = None
    offset: int = 0
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Documents in their order; ``total`` counts all that the filter leaves, and ``cursor``
    is where the next page begins, None at the end."""

    documents: list[DocumentFacts]
    total: int
    cursor: str | None


def list_page(
    texts: Texts, asked: DocumentFilter | None = None, page: Page | None = None
) -> Listing:
    """A page of the documents that a filter leaves.

    Raises ``FilterInvalid`` as ``choose`` does, and for a cursor that no list of this order
    has given.
    """
    page = page or Page()
    kept, _ = choose(texts, asked)
    ordered = _ordered(texts, page.order)
    ordered = ordered[kept[ordered]]
    total = len(ordered)
    key = _key_of(texts, page.order)
    back = page.order.startswith("-")
    if page.cursor is not None:
        last = _read_cursor(page.cursor, page.order)
        ordered = _behind(ordered, last, key, back=back)
    ordered = (ordered[::-1] if back else ordered)[page.offset :]
    shown = ordered[: page.limit].tolist()
    more = 0 < len(shown) < len(ordered)
    facts = texts.numbered(shown)
    return Listing(
        [facts[number] for number in shown],
        total,
        _cursor(page.order, key(shown[-1])) if more else None,
    )


def _ordered(texts: Texts, order: Order) -> Rows:
    """The numbers of all documents, ascending by what they are sorted by and then by path."""
    by_path = texts.by_path
    match order.removeprefix("-"):
        case "date":
            return by_path[np.argsort(texts.dates[by_path], kind="stable")]
        case "size":
            return by_path[np.argsort(texts.lengths[by_path], kind="stable")]
    return by_path


def _key_of(texts: Texts, order: Order) -> Callable[[int], Key]:
    match order.removeprefix("-"):
        case "date":
            return lambda number: (str(texts.dates[number]), texts.paths[number])
        case "size":
            return lambda number: (int(texts.lengths[number]), texts.paths[number])
    return lambda number: ("", texts.paths[number])


def _behind(ordered: Rows, last: Key, key: Callable[[int], Key], *, back: bool) -> Rows:
    """What comes after the last document of a page, which may be there no longer."""
    if back:
        return ordered[: bisect_left(ordered, last, key=key)]
    return ordered[bisect_right(ordered, last, key=key) :]


def _cursor(order: Order, last: Key) -> str:
    stated = json.dumps([order.value, *last], separators=(",", ":"))
    return urlsafe_b64encode(stated.encode()).decode().rstrip("=")


def _read_cursor(cursor: str, order: Order) -> Key:
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        stated = json.loads(urlsafe_b64decode(padded.encode("ascii")))
    except (ValueError, RecursionError):  # whatever a caller has made up
        stated = None
    kind = int if order.removeprefix("-") == "size" else str
    match stated:
        case [str(of), int() | str() as value, str(path)]:
            if of == order.value and type(value) is kind:
                return value, path
    raise FilterInvalid(
        "cursor", f"is none that the list sorted by {order.value} has given; begin without it"
    )
