"""What documents are called in questions. In: titles. Out: those that name one document."""

import re
from collections import Counter
from collections.abc import Iterable

_LIKE_A_DIGEST = re.compile(r"[0-9a-f]{8,}")


class Titles:
    """The titles of an index; a question names a document by its title if no other has it."""

    def __init__(self, titles: Iterable[str]) -> None:
        self._counts = Counter(title.casefold() for title in titles)

    def of(self, title: str) -> str:
        """The title as a question says it; empty for one of several, or that says nothing."""
        return title if self._counts[title.casefold()] <= 1 and _speaks(title) else ""

    def unknown(self, title: str) -> str:
        """The same for a document that is not of the index."""
        return "" if title.casefold() in self._counts or not _speaks(title) else title


def _speaks(title: str) -> bool:
    """Whether a title is more than a number or a digest made by a program."""
    letters = sum(map(str.isalpha, title))
    return 2 * letters > len(title) and not _LIKE_A_DIGEST.search(title) and '"' not in title
