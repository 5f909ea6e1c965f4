"""Whether passages say what a sentence says. In: a sentence, cited texts. Out: yes or no.

By words alone, so that it costs nothing and needs no model: every number and every name must
stand in what is cited, and half of the other words that tell something. What is written about
the same words, such as their contrary, passes: this catches what is invented, not what is
misunderstood.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from index.sentences import blocks, sentences
from index.terms import fold, stem, word_parts, words
from service.asking.question import is_function_word

SHARE = 0.5  # of a sentence's words that the question does not hold: found in what is cited
_BARE = 2  # words; a sentence of fewer that takes up nothing of the question must stand near it
_TOKEN = re.compile(r"\w[\w'’ʼ]*(?:[-‐‑]\w[\w'’ʼ]*)*,?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
# Not one, which is a pronoun too.
_SPELT = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIGURES = {word: str(number) for number, word in enumerate(_SPELT, start=2)}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that tells something: the terms of its parts (several if it is hyphenated), those
    of the parts and of it and a neighbour written as one, and whether it may be a name."""

    parts: tuple[str, ...]
    joins: frozenset[str]
    name: bool

    def stands_in(self, held: frozenset[str]) -> bool:
        return held.issuperset(self.parts) or bool(self.joins & held)


def is_supported(sentence: str, cited: Sequence[str], question: str) -> bool:
    """Whether the ``cited`` texts together hold what the sentence states.

    All numbers (2 and two are the same), all capitalised words, and ``SHARE`` of the words that
    tell something; capitalised is also the first word of a sentence, unless a comma follows,
    because none can tell it from a name. The question's words need not be found, numbers
    excepted, unless the sentence holds no others. A sentence of one word or number that has
    nothing of the question must be found in a sentence that has.
    """
    held = frozenset[str]().union(*map(_terms, cited))
    asked = _terms(question)
    told, numbers = list(_words(sentence)), _numbers(sentence)
    new = [word for word in told if not word.stands_in(asked)]
    found = [(word, word.stands_in(held)) for word in new or told]
    if not numbers <= set[str]().union(*map(_numbers, cited)) or not (told or numbers):
        return False
    if any(word.name and not stands for word, stands in found):
        return False
    if sum(stands for _, stands in found) < SHARE * len(found):
        return False
    bare = len(new) == len(told) and len({word.parts for word in new}) + len(numbers) < _BARE
    return not bare or _near(new, numbers, cited, asked)


def _near(
    told: Sequence[_Word], numbers: set[str], cited: Iterable[str], asked: frozenset[str]
) -> bool:
    """Whether all this stands in a sentence together with any of the question's words.

    An order inside a passage ("say yes") holds the word that it wants to be said.
    """
    for text in cited:
        for block in blocks(text):
            for span in sentences(text, block):
                part = text[span.start : span.end]
                held = _terms(part)
                taken_up = any(word.stands_in(asked) for word in _words(part))
                holds = numbers <= _numbers(part) and all(word.stands_in(held) for word in told)
                if taken_up and holds:
                    return True
    return False


def _terms(text: str) -> frozenset[str]:
    """The terms of a text, and those of its neighbouring words written as one."""
    spelt = words(text)
    return frozenset(stem([*spelt, *(one + other for one, other in pairwise(spelt))]))


def _words(text: str) -> Iterator[_Word]:
    groups: list[tuple[tuple[str, ...], bool]] = []
    for match in _TOKEN.finditer(text):
        opening = not groups and match[0].endswith(",")
        capital = match[0][0].isupper() or match[0][0].istitle()
        groups += [(parts, capital and not opening) for parts in word_parts(match[0])]
    joins = stem([f"{one[0][-1]}{other[0][0]}" for one, other in pairwise(groups)])
    for place, (parts, name) in enumerate(groups):
        if any(map(_tells, parts)):
            (whole,) = stem(["".join(parts)])
            around = joins[max(0, place - 1) : place + 1]
            yield _Word(tuple(stem(parts)), frozenset([whole, *around]), name)


def _tells(word: str) -> bool:
    """Whether a folded word says something that is not checked as a number; an initial does
    not."""
    letter = len(word) == 1 and word.isascii()
    counted = word in _FIGURES or any(map(str.isdigit, word))
    return not (letter or counted or is_function_word(word))


def _numbers(text: str) -> set[str]:
    folded = fold(text)
    figures = {_FIGURES[word] for word in words(text) if word in _FIGURES}
    return figures | set(map(_plain, _NUMBER.findall(folded)))


def _plain(number: str) -> str:
    return number.replace(",", "") if _GROUPED.fullmatch(number) else number
