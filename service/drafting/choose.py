"""Some drafts of many. In: Drafts. Out: as many as wanted, balanced over kinds and documents."""

from collections import Counter
from collections.abc import Iterable, Sequence
from random import Random

from service.drafting.draft import Draft


def choose(
    drafts: Iterable[Draft], count: int, random: Random, taken: Sequence[Draft] = ()
) -> list[Draft]:
    """At most ``count`` drafts, the kinds and within each the documents taking turns.

    No two are made of the same characters of a document, nor of those of the ``taken``; of one
    kind and document the worthiest come first. No question is asked twice.
    """
    left = sorted(drafts, key=lambda draft: draft.id)
    random.shuffle(left)
    left.sort(key=lambda draft: -draft.worth)  # stable: equals stay shuffled
    chosen: list[Draft] = []
    while left and len(chosen) < count:
        kinds = Counter(draft.kind for draft in chosen)
        paths = Counter(draft.path for draft in [*taken, *chosen])
        best = min(left, key=lambda draft: (kinds[draft.kind], paths[draft.path]))
        left.remove(best)
        if not any(_clash(best, other) for other in [*taken, *chosen]):
            chosen.append(best)
    return chosen


def _clash(one: Draft, other: Draft) -> bool:
    """Whether two drafts ask the same, or of the same place."""
    if one.question == other.question:
        return True
    return (
        one.path == other.path
        and one.start < other.start + len(other.quote)
        and other.start < one.start + len(one.quote)
    )
