"""A question in the form of the texts. In: a question, a LexicalIndex. Out: AskedWords.

Texts write one thing as one word (`sovietgerman`, `airfield`), as two, or with a hyphen, and
so do questions. Neither a list of words nor a rule of a language is needed: the vocabulary of
the index tells which joins and which parts there are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from index.lexical import LexicalIndex
from index.terms import stem, word_parts
from service.asking.question import content_words, is_function_word

_SHORTEST_PART = 3  # letters; shorter parts are endings and chance more often than words


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The question's words as the texts may write them.

    ``spelt`` are all words in order, ``terms`` the content terms, each with its word, and
    ``joins`` the terms that the texts hold as one word, each with the terms of its parts.
    """

    spelt: tuple[str, ...]
    terms: dict[str, str]
    joins: dict[str, tuple[str, ...]]

    @property
    def search(self) -> list[str]:
        """All terms to look for, repeated as in the question; a join once."""
        return [*stem(self.spelt), *self.joins]


def asked_words(question: str, lexical: LexicalIndex, *, digits: bool) -> AskedWords:
    """The words of a question; without ``digits`` those with a digit count as not asked.

    A word that no text holds is taken apart when some text holds both parts, and neighbouring
    words are joined when some text holds the join. When nothing else is left, what the texts
    cannot hold is asked all the same.
    """
    groups = [_parts(group, lexical) for group in word_parts(question)]
    possible = [g for g in groups if digits or _can_be_held(g, lexical)] or groups
    spelt = tuple(word for group in possible for word in group)
    return AskedWords(spelt, content_words(spelt), dict(_joins(possible, lexical)))


def _can_be_held(group: tuple[str, ...], lexical: LexicalIndex) -> bool:
    """Whether texts of so few digits that none were counted may hold any of the parts."""
    return any(not any(map(str.isdigit, p)) or stem([p])[0] in lexical for p in group)


def _parts(group: tuple[str, ...], lexical: LexicalIndex) -> tuple[str, ...]:
    """The two words that an unknown word consists of, if any text holds both."""
    if len(group) > 1 or stem(group)[0] in lexical:
        return group
    word = group[0]
    cuts = range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1)
    counted = [(_rows_together(word[:cut], word[cut:], lexical), cut) for cut in cuts]
    together, cut = max(counted, default=(0, 0))
    return (word[:cut], word[cut:]) if together else group


def _rows_together(first: str, second: str, lexical: LexicalIndex) -> int:
    """How many texts hold both; 0 when one is a function word, which any text holds."""
    if is_function_word(first) or is_function_word(second):
        return 0
    one, other = (lexical.rows_with(term) for term in stem([first, second]))
    return len(np.intersect1d(one, other, assume_unique=True))


def _joins(
    groups: Sequence[tuple[str, ...]], lexical: LexicalIndex
) -> Iterator[tuple[str, tuple[str, ...]]]:
    hyphenated = [group for group in groups if len(group) > 1]
    neighbours = [(*one, *other) for one, other in pairwise(groups)]
    plain = [
        parts for parts in neighbours if len(parts) == 2 and not any(map(is_function_word, parts))
    ]
    for parts in [*hyphenated, *plain]:
        (joined,) = stem(["".join(parts)])
        if joined in lexical:
            yield joined, tuple(stem(parts))
