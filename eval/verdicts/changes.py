"""Questions that changed between two runs. In: Pairs. Out: Changed, the worse ones first."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from eval.verdicts.pairs import Pair

_WORDS = {
    "hit@5": ("no longer found in the first 5 passages", "found in the first 5 passages now"),
    "evidence_in_answer": ("the answer lost the evidence", "the answer has the evidence now"),
    "answered": ("refused now", "answered now"),
    "refused": ("answered now, though unanswerable", "refused now, as it is unanswerable"),
}


@dataclass(frozen=True, slots=True)
class Flip:
    """A measure that is 0 or 1 and changed."""

    measure: str
    gained: bool

    @property
    def words(self) -> str:
        """What happened."""
        return _WORDS[self.measure][self.gained]


@dataclass(frozen=True, slots=True)
class Changed:
    """A question with everything that flipped, one or more."""

    pair: Pair
    flips: tuple[Flip, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Questions that lost something, that gained something, and that did both."""

    worse: tuple[Changed, ...]
    better: tuple[Changed, ...]
    both: tuple[Changed, ...]


def changes(pairs: Iterable[Pair]) -> Changes:
    """Every question in which the passages, the evidence or the verdict flipped."""
    found = [Changed(pair, flips) for pair in pairs if (flips := tuple(_flips(pair)))]
    return Changes(
        worse=tuple(c for c in found if not any(f.gained for f in c.flips)),
        better=tuple(c for c in found if all(f.gained for f in c.flips)),
        both=tuple(c for c in found if len({f.gained for f in c.flips}) > 1),
    )


def _flips(pair: Pair) -> Iterator[Flip]:
    for measure in _WORDS:
        before, after = (each.measures.get(measure) for each in (pair.before, pair.after))
        if before is not None and after is not None and before != after:
            yield Flip(measure, after > before)
