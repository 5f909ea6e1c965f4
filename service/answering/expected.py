"""Whether a run of text holds the kind of thing that is asked for. In: a kind, a text. Out: yes
or no.

By general means only: digits and number words, names of months and days, capital letters,
words of speaking and of causing. Nothing is known of what the documents are about.
"""

import re
from collections.abc import Set as AbstractSet

from service.asking.kind import Kind, words

_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety "
    "hundred thousand dozen half twice thrice double triple"
)
_UNITS = (
    "year day week month hour minute second fold time mile metre meter kilometre ton percent part "
    "dollar pound"
)
_TIMES = (
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday spring summer autumn winter century decade"
)
_CAUSES = (
    "because cause caused causes causing due since reason reasons result resulted resulting led "
    "leading therefore thus owing fear feared sake prevent avoid order"
)
_SPEECH = (
    "say says said saying tell told tells claim claimed claims argue argued argues reply replied "
    "answer answered remark remarked warn warned write wrote written call called describe "
    "described state stated states declare declared announce announced note noted report reported "
    "insist insisted explain explained comment commented joke joked according"
)
# Written as one word where a text has lost its hyphens: `fortyfive`, `tenyear`.
_NUMBER = re.compile(
    rf"(?:{'|'.join(_NUMBERS.split())})+(?:-?(?:{'|'.join(_UNITS.split())})s?)?", re.ASCII
)
_LISTS: dict[str, frozenset[str]] = {
    "time": frozenset(_TIMES.split()),
    "day": frozenset(_TIMES.split()),
    "cause": frozenset(_CAUSES.split()),
    "saying": frozenset(_SPEECH.split()),
}
_COUNTED = ("quantity", "day", "time")
_NAMED = ("person", "place")


def is_number(word: str) -> bool:
    """Whether a word in lower case is a number or begins with one: `1940`, `six`, `tenyear`."""
    return any(map(str.isdigit, word)) or _NUMBER.fullmatch(word.replace("-", "")) is not None


def holds_expected(kind: Kind, text: str, asked: AbstractSet[str]) -> bool:
    """Whether the text holds something of the kind that is not among the ``asked`` words.

    ``asked`` are the question's words in lower case. Always for the kind ``other``, of which
    nothing can be told; for a person or a place also in text without capital letters.
    """
    if kind == "other":
        return True
    found = words(text)
    new = [word for word in found if word.lower() not in asked]
    if kind in _NAMED:
        return text.islower() or any(word[0].isupper() for word in new if word is not found[0])
    lower = [word.lower() for word in new]
    if kind in _COUNTED and any(map(is_number, lower)):
        return True
    return any(word in _LISTS.get(kind, ()) for word in lower)
