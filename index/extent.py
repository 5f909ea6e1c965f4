"""How much is searched. In: the counts of a generation. Out: an Extent."""

from dataclasses import dataclass, field

from index.manifest import Counts


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of an index is searched: all of it, or what a filter leaves.

    ``excluded_by`` tells for each condition that leaves something out how many documents do not
    fulfil it, whatever the others say.
    """

    documents: int
    passages: int
    windows: int
    excluded_by: dict[str, int] = field(default_factory=dict)

    @classmethod
    def whole(cls, counts: Counts) -> "Extent":
        """All of a generation."""
        return cls(counts.documents, counts.passages, counts.windows)
