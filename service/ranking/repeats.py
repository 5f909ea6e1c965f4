"""Windows that say what another has said. In: windows, one after another. Out: whether one does.

Of two sets of which nine tenths of all terms are common, the first tenth of the one, in any order
of terms, shares a term with that of the other (prefix filter, Chaudhuri et al. 2006): so few need
be compared.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence

from index.occurrences import Occurrences

REPEATED = 0.9  # share of common terms from which two windows say the same
FEWEST_TERMS = 8  # common ones; fewer are alike by chance


class Repeats:
    """What windows say; they are named by their positions among ``numbers``."""

    def __init__(self, occurrences: Occurrences, numbers: Sequence[int]) -> None:
        self._occurrences = occurrences
        self._numbers = numbers
        self._said: defaultdict[Hashable, list[frozenset[Hashable]]] = defaultdict(list)

    def is_new(self, window: int) -> bool:
        """Whether the window has not nearly all its terms in common with one that was new; later
        ones are compared with it then."""
        terms = self._occurrences.signs_of(self._numbers[window])
        first = _first(terms)
        if any(_same(terms, other) for sign in first for other in self._said.get(sign, ())):
            return False
        for sign in first:
            self._said[sign].append(terms)
        return True


def _first(terms: frozenset[Hashable]) -> list[Hashable]:
    """The first of them in an order that all sets share."""
    if len(terms) < FEWEST_TERMS:
        return []
    return sorted(terms, key=hash)[: len(terms) - int(REPEATED * len(terms)) + 1]


def _same(one: frozenset[Hashable], other: frozenset[Hashable]) -> bool:
    """Whether two windows have nearly all terms in common, and enough to tell."""
    common = len(one & other)
    return common >= FEWEST_TERMS and common >= REPEATED * (len(one) + len(other) - common)
