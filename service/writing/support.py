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
from index.terms import fold, stem, words
from service.asking.question import is_function_word

SHARE = 0.5  # of a sentence's words that the question does not hold: found in what is cited
_BARE = 2  # words; a sentence of fewer that takes up nothing of the question must stand near it
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
# Not one, which is a pronoun too.
_SPELT = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_FIGURES = {word: str(number) for number, word in enumerate(_SPELT, start=2)}


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that tells something: its terms (of a hyphenated one the parts and their join),
    joins with its neighbours, and whether it may be a name."""

    terms: tuple[str, ...]
    joins: frozenset[str]
    name: bool

    def stands_in(self, held: frozenset[str]) -> bool:
        *parts, whole = self.terms
        return whole in held or (bool(parts) and held.issuperset(parts)) or bool(self.joins & held)


def is_supported(sentence: str, cited: Sequence[str], question: str) -> bool:
    """Whether the ``cited`` texts together hold what the sentence states.

    All numbers (2 and two are the same), all capitalised words, and ``SHARE`` of the words that
    tell something; capitalised is also the first word of a sentence, unless a comma follows,
    because none can tell it from a name. The question's words need not be found, numbers
    excepted, unless the sentence holds no others. A sentence of one word that has nothing of
    the question must be found in a sentence that has.
    """
    held = frozenset[str]().union(*map(_terms, cited))
    asked = _terms(question)
    told = list(_words(sentence))
    new = [word for word in told if not word.stands_in(asked)]
    checked = new or told
    if not checked or not _numbers(sentence) <= set[str]().union(*map(_numbers, cited)):
        return False
    found = [word.stands_in(held) for word in checked]
    if any(word.name and not stands for word, stands in zip(checked, found, strict=True)):
        return False
    bare = len(new) == len(told) and len({word.terms for word in new}) < _BARE
    return sum(found) >= SHARE * len(found) and (not bare or _near(new[0], cited, asked))


def _near(word: _Word, cited: Iterable[str], asked: frozenset[str]) -> bool:
    """Whether the word stands in a sentence together with any of the question's.

    An order inside a passage ("say yes") holds the word that it wants to be said.
    """
    for text in cited:
        for block in blocks(text):
            for span in sentences(text, block):
                part = text[span.start : span.end]
                if word.stands_in(_terms(part)) and any(w.stands_in(asked) for w in _words(part)):
                    return True
    return False


def _terms(text: str) -> frozenset[str]:
    """The terms of a text, and those of its neighbouring words written as one."""
    spelt = words(text)
    return frozenset(stem([*spelt, *(one + other for one, other in pairwise(spelt))]))


def _words(text: str) -> Iterator[_Word]:
    tokens = text.split()
    spelt = [words(token) for token in tokens]
    for place, (token, parts) in enumerate(zip(tokens, spelt, strict=True)):
        if not any(map(_tells, parts)):
            continue
        before = spelt[place - 1][-1:] if place else []
        after = spelt[place + 1][:1] if place + 1 < len(spelt) else []
        joins = [one + parts[0] for one in before] + [parts[-1] + other for other in after]
        opening = place == 0 and token.endswith(",")
        yield _Word(tuple(stem(parts)), frozenset(stem(joins)), _capital(token) and not opening)


def _tells(word: str) -> bool:
    """Whether a folded word says something that is not checked as a number; an initial does
    not."""
    letter = len(word) == 1 and word.isascii()
    counted = word in _FIGURES or any(map(str.isdigit, word))
    return not (letter or counted or is_function_word(word))


def _capital(token: str) -> bool:
    first = next(filter(str.isalnum, token), "")
    return first.isupper() or first.istitle()


def _numbers(text: str) -> set[str]:
    folded = fold(text)
    figures = {_FIGURES[word] for word in words(text) if word in _FIGURES}
    return figures | set(map(_plain, _NUMBER.findall(folded)))


def _plain(number: str) -> str:
    return number.replace(",", "") if _GROUPED.fullmatch(number) else number
