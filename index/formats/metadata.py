"""Labels that a file's metadata states. In: values as they are written. Out: Parsed with them.

Dates are days of the calendar, tags as ``index.labels`` keeps them; what is neither is left out,
and nothing is made of it. The values are bounded here, before they leave the process that parses.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from index.formats.parsed import Parsed, collapse
from index.labels import as_date, as_tags, divided

# By their names in lower case, the most telling first.
_DATES = ("article:published_time", "dcterms.created", "dcterms.date", "dc.date", "date")
_LISTS = ("keywords",)
_SINGLE = ("article:tag", "dcterms.subject", "dc.subject")
_PDF_DATE = re.compile(r"D:([0-9]{4})([0-9]{2})([0-9]{2})")


def labelled(parsed: Parsed, dates: Iterable[str], tags: Iterable[str]) -> Parsed:
    """The same with the first of the dates that is a day, and with the tags."""
    days = (as_date(each) for each in dates)
    found = next((day for day in days if day is not None), None)
    return replace(parsed, date=found, tags=as_tags(map(collapse, tags)))


def labelled_by_page(parsed: Parsed, tree: LexborHTMLParser) -> Parsed:
    """With what the <meta> elements in the head of an HTML page state."""
    stated: dict[str, list[str]] = {}
    for node in tree.css("head > meta"):
        stated.setdefault(_name(node), []).append(node.attributes.get("content") or "")
    dates = [value for name in _DATES for value in stated.get(name, ())]
    listed = [tag for name in _LISTS for value in stated.get(name, ()) for tag in divided(value)]
    return labelled(parsed, dates, [*listed, *(v for n in _SINGLE for v in stated.get(n, ()))])


def pdf_date(stated: str) -> str:
    """A date of PDF (ISO 32000-1, 7.9.4: ``D:YYYYMMDDHHmmSS`` and so on) as that of ISO 8601;
    "" where it is none, or has no day."""
    match = _PDF_DATE.match(stated)
    return "-".join(match.groups()) if match else ""


def _name(node: LexborNode) -> str:
    attributes = node.attributes
    return (attributes.get("name") or attributes.get("property") or "").strip().lower()
