"""Highlights. In: the windows of a passage, a Query. Out: those that look most like an answer."""

from dataclasses import dataclass

from index.passage import Span
from service.asking.query import Query
from service.ranking.rank import Piece

_LEAST_GAIN = 0.2  # of the question's rarity: what a second highlight must add to the first


@dataclass(frozen=True, slots=True)
class Evidence:
    """A run of a passage's text, as document offsets.

    ``values`` tells how well each question term is matched in it.
    """

    span: Span
    values: tuple[float, ...]

    def gain(self, held: tuple[float, ...]) -> float:
        """What it adds to the values held already."""
        return sum(max(0.0, new - old) for new, old in zip(self.values, held, strict=True))


def find_evidence(pieces: tuple[Piece, ...], query: Query) -> list[Evidence]:
    """The windows of a passage that look most like the answer: one or two, in text order.

    The first is the best by meaning and words together; a
    second, apart from it, must add a fifth of the whole rarity.
    """
    best = max(pieces, key=lambda piece: piece.value)
    chosen = [Evidence(best.span, best.matched)]
    others = [
        Evidence(piece.span, piece.matched)
        for piece in pieces
        if piece.span.start >= best.span.end or piece.span.end <= best.span.start
    ]
    gains = [other.gain(best.matched) for other in others]
    if gains and max(gains) > _LEAST_GAIN * query.whole:
        chosen.append(others[gains.index(max(gains))])
    return sorted(chosen, key=lambda evidence: evidence.span.start)
