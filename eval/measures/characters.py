"""Measures in characters. In: places and what was returned. Out: precision, recall, IoU.

As in Chroma's evaluation of chunking (Smith and Troynikov 2024): the characters returned are
summed, so that what is returned twice counts twice in the denominators of precision and IoU,
and once as found.
"""

from collections.abc import Sequence

from eval.measures.names import PASSAGES_MEASURED, Measures
from eval.measures.ranges import Ranged, Returned, length, merged, quotes_of, ranges_of, shared
from eval.questions.place import Place
from eval.runs.record import Record

_PARTS = ("passages", "highlights", "quotes")


def character_measures(record: Record) -> Measures:
    """Those of the first five passages, of their highlights and of the answer's quotes.

    A failed question has 0 in each, if they apply.
    """
    if record.response is None:
        worst = 0.0 if _applies(record.places) else None
        return {f"{part}_{m}": worst for part in _PARTS for m in ("precision", "recall", "iou")}
    first = record.response.passages[:PASSAGES_MEASURED]
    highlights: Returned = [(p.document.path, span) for p in first for span in p.highlights]
    parts: list[Returned] = [ranges_of(first), highlights, quotes_of(record.response)]
    return {
        f"{part}_{name}": value
        for part, returned in zip(_PARTS, parts, strict=True)
        for name, value in characters(record.places, returned).items()
    }


def characters(places: Sequence[Place], returned: Returned) -> Measures:
    """Precision, recall and IoU of returned ranges against the expected places.

    Of a quote that occurs several times, the occurrence of which most is returned is expected.
    None for all where a place is a whole document; precision is None where nothing is returned.
    """
    if not _applies(places):
        return {"precision": None, "recall": None, "iou": None}
    held: dict[str, list[Ranged]] = {place.document: [] for place in places}
    for path, item in returned:
        held.setdefault(path, []).append(item)
    wanted: dict[str, list[Ranged]] = {place.document: [] for place in places}
    for place in places:
        wanted[place.document].append(_best_held(place, held[place.document]))
    expected = sum(length(merged(spans)) for spans in wanted.values())
    found = sum(shared(spans, held[path]) for path, spans in wanted.items())
    total = length(item for _, item in returned)
    return {
        "precision": found / total if total else None,
        "recall": found / expected,
        "iou": found / (expected + total - found),
    }


def _best_held(place: Place, held: Sequence[Ranged]) -> Ranged:
    """The occurrence with the most characters in the ranges; of equal ones the first."""
    if len(place.spans) == 1:
        return place.spans[0]
    apart = merged(held)
    return max(place.spans, key=lambda span: shared([span], apart))


def _applies(places: Sequence[Place]) -> bool:
    return bool(places) and all(place.spans for place in places)
