"""What reading tells. In: a reader's values for a text. Out: Reading, best spans of its parts.

A reader sees question and text together: it tells how likely the text answers, and how well
each run of word pieces would do as the answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

LONGEST_SPAN = 20  # word pieces: longer answers were never marked in what it was trained on
SURE = 1.0  # a logit of "answers" from which on no other text is read: see DECISIONS.md
NO_SPAN = -20.0  # the value of a part that holds no whole word piece that was read

Floats = NDArray[np.float32]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One text as it was read; ``n`` word pieces of it, fewer than it has when it is long.

    ``answered`` is a logit, the higher the likelier the text answers. ``begins`` and ``ends``
    are where each word piece stands in the text, shape ``(n,)``. ``values`` has for word piece
    i and width w the value of the best span that begins at i and has at most w + 1 pieces, less
    that of "no answer here"; shape ``(n, LONGEST_SPAN)``.
    """

    answered: float
    begins: Places
    ends: Places
    values: Floats

    def best_span(self, begin: int = 0, end: int | None = None) -> float:
        """The value of the best span inside ``[begin, end)`` of the text, ``NO_SPAN`` if none
        was read there."""
        first = int(np.searchsorted(self.begins, begin))
        last = len(self.ends) if end is None else int(np.searchsorted(self.ends, end, "right"))
        if last <= first:
            return NO_SPAN
        widest = np.minimum(np.arange(last - first, 0, -1), LONGEST_SPAN) - 1
        return float(self.values[np.arange(first, last), widest].max())


class Reader(Protocol):
    """Anything that reads texts for an answer."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in their order."""
        ...


def read_enough(reader: Reader, question: str, texts: Sequence[str]) -> list[Reading]:
    """Readings of the first texts: of the first alone where that surely answers, else of all."""
    first = reader.read(question, texts[:1])
    if not first or first[0].answered >= SURE:
        return first
    return [*first, *reader.read(question, texts[1:])]


def span_values(starts: Floats, ends: Floats, nothing: float) -> Floats:
    """The values of ``Reading``: spans are valued by the sum of their first piece's start and
    their last piece's end value (Devlin et al. 2019), less ``nothing``; all shapes ``(n,)``."""
    count = len(starts)
    values = np.full((count, LONGEST_SPAN), -np.inf, dtype=np.float32)
    for width in range(min(LONGEST_SPAN, count)):
        values[: count - width, width] = starts[: count - width] + ends[width:]
    return np.maximum.accumulate(values, axis=1) - np.float32(nothing)
