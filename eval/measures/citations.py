"""Measures of citations. In: a Record. Out: precision and recall of quotes, share verified.

A quote of the answer and a place match when they share at least half of the characters of the
shorter one; a place that is a whole document matches every quote of it.
"""

from eval.measures.names import Measures
from eval.measures.ranges import Ranged, quotes_of, shared
from eval.questions.place import Place
from eval.runs.record import Record


def citation_measures(record: Record) -> Measures:
    """Those that apply; a failed question has 0 in each of them.

    Precision does not apply where nothing is cited, unless an answer was wrong to be given;
    verified does not where there is no passage.
    """
    if record.response is None:
        worst: Measures = {"citation_precision": 0.0, "verified": 0.0}
        return worst | ({"citation_recall": 0.0} if record.question.answerable else {})
    values: Measures = {}
    if record.citations:
        values["verified"] = record.verified / record.citations
    if record.question.answerable:
        return values | _matched(record)
    if record.response.answer.verdict == "answered":
        values["citation_precision"] = 0.0
    return values


def matches(place: Place, path: str, quote: Ranged) -> bool:
    """Whether a quote of a document points to a place."""
    if path != place.document:
        return False
    return not place.spans or any(_half_shared(span, quote) for span in place.spans)


def _half_shared(one: Ranged, other: Ranged) -> bool:
    common = shared([one], [other])
    return 2 * common >= min(one.end - one.start, other.end - other.start) and common > 0


def _matched(record: Record) -> Measures:
    quotes = quotes_of(record.response) if record.response else []
    table = [[matches(place, path, quote) for place in record.places] for path, quote in quotes]
    values: Measures = {}
    if quotes:
        values["citation_precision"] = sum(map(any, table)) / len(quotes)
    if record.places:
        found = [any(row[n] for row in table) for n in range(len(record.places))]
        values["citation_recall"] = sum(found) / len(found)
    return values
