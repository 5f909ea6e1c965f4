"""Texts to terms. In: texts. Out: folded words, their stems.

Terms are folded (compatibility form, no accents, lower case) and stemmed; a hyphenated word
counts as its parts and as their join, and an apostrophe is dropped, so that `Hitler's`,
`hitlers` and `sovietgerman`, `Soviet-German` meet.
"""

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Sequence

import Stemmer

from index.sentences import parts_of

_APOSTROPHE = re.compile(r"(?<=\w)['’ʼ](?=\w)")
_WORD = re.compile(r"\w+(?:[-‐‑]\w+)*")
_HYPHEN = re.compile(r"[-‐‑]")

_stemmer = Stemmer.Stemmer("english")
_stemmer_lock = threading.Lock()


def fold(text: str) -> str:
    """Lower case, compatibility form, without accents: ``Köstring`` becomes ``kostring``."""
    if text.isascii():
        return text.lower()
    # Twice, since the compatibility form of some characters is a capital: ℌ, ™.
    compatible = unicodedata.normalize("NFKD", text).casefold()
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def stem(words: Sequence[str]) -> list[str]:
    """The Snowball stem of each folded word."""
    with _stemmer_lock:  # the stemmer keeps a cache that threads must not share
        stems: list[str] = _stemmer.stemWords(words)
    return stems


def word_parts(text: str) -> list[tuple[str, ...]]:
    """The folded words of a text in order, each as its parts: several if it is hyphenated."""
    return [tuple(_HYPHEN.split(w)) for w in _WORD.findall(_APOSTROPHE.sub("", fold(text)))]


def words(text: str) -> list[str]:
    """The folded words of a text in order; the parts of a hyphenated one before their join."""
    found: list[str] = []
    for parts in word_parts(text):
        found.extend(parts)
        if len(parts) > 1:
            found.append("".join(parts))
    return found


def terms(text: str) -> list[str]:
    """The stems of a text's words, in order."""
    return stem(words(text))


def word_counts(text: str) -> Counter[str]:
    """How often each word with a letter stands in a text."""
    counts: Counter[str] = Counter()
    for part in parts_of(text):  # the words of a whole long text would fill the memory
        counts.update(word for word in words(part) if any(map(str.isalpha, word)))
    return counts
