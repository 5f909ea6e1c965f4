"""What is drafted from. In: Documents. Out: Excerpts, and the Statements they make.

A statement is what can be quoted and asked about: a sentence that stands by itself, or, in
text without sentence marks, a run of words. What refers to something outside of it ("this",
"he"), tables, code, links and lists of references are left out: better fewer, and good ones.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from index.cohesion import word_runs
from index.passage import Document, Heading, Span
from index.sentences import blocks, sentences

LONGEST = 100_000  # code points of one document that are looked at; from a random place
_BARE_WORDS = 80  # a longer "sentence" is text without marks
_LEAST_WORDS, _MOST_WORDS = 8, 34
_LETTERS = 0.75  # of what is not white space; what has fewer is data
_MOST_COMMAS = 5  # more make a list
_LEAST_RUN = 9

_MARKER = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_MARKS = re.compile(r"\*\*|`|(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)")
_WORD = re.compile(r"[^\W_]+(?:['’.,‐‑-][^\W_]+)*")
_OPENS_BADLY = re.compile(
    r"(?:it|its|this|that|these|those|they|them|their|he|she|his|her|him|hers|such|both|here|there"
    r"|another|others?|some|many|most|one|neither|either|each|all|and|but|or|nor|so|yet|then|thus"
    r"|therefore|hence|however|moreover|furthermore|instead|also|still|again|similarly|likewise"
    r"|additionally|consequently|nevertheless|nonetheless|meanwhile|afterwards?|later|finally"
    r"|otherwise|for (?:example|instance|this|these)|in (?:addition|contrast|fact|particular"
    r"|turn|this|these|that)|as (?:such|a result)|at (?:this|that)|on the other hand|see|note|eg"
    r"|e\.g|i\.e|no|yes|which|who|what|when|where|how|why|because|while|not|to do so|by (?:this"
    r"|that)|after (?:this|that)|like this|with (?:this|that)|the (?:same|latter|former|other"
    r"|above|following|first|second|third|last|rest)|\w+:)(?!\w)",
    re.IGNORECASE,
)
_REFERS = re.compile(
    r"\b(?:this|these|those|latter|former|aforementioned|above|below|thereof|respectively|et al"
    r"|ibid|figs?|figure|table|chapter|section|pp|see also|i|my|me|we|us|our)\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(r"\b(?:he|she|it|they|him|her|them|his|hers|its|their)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]+")
_FOREIGN = re.compile(r"https?:|www\.|\]\(|[|{}<>=\\^~_#@]|\[\d*\]|\.\.|…|[:;]$|^\W*$|\?$|--")
_PAIRS = (("(", ")"), ("[", "]"), ("“", "”"))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A document, or a part of it from ``start``; ``text`` is what stands there."""

    document: Document
    start: int
    text: str

    @property
    def path(self) -> str:
        """The document's path in the source folder."""
        return self.document.path

    @property
    def headings(self) -> list[Heading]:
        """The headings that stand in it, as offsets into the document."""
        end = self.start + len(self.text)
        return [h for h in self.document.headings if self.start <= h.start < end]


@dataclass(frozen=True, slots=True)
class Statement:
    """A quote that stands at ``start`` of a document; ``bare``: without sentence marks.

    ``names`` are words that the document writes with a capital inside sentences.
    """

    path: str
    start: int
    text: str
    bare: bool
    names: frozenset[str] = frozenset()


def excerpt(document: Document, random: Random) -> Excerpt:
    """The document, or of a long one ``LONGEST`` code points from a random place."""
    last = len(document.text) - LONGEST
    if last <= 0:
        return Excerpt(document, 0, document.text)
    start = random.randrange(last + 1)
    space = re.compile(r"\s").search(document.text, start)  # no half word at the beginning
    start = space.end() if space else start
    return Excerpt(document, start, document.text[start : start + LONGEST])


def statements(part: Excerpt) -> Iterator[Statement]:
    """What can be asked about, in order."""
    names = frozenset(_NAME.findall(part.text))
    for block in blocks(part.text):
        for span in sentences(part.text, block):
            yield from _of_sentence(part, span, names)


def plain(text: str) -> str:
    """A text on one line, without the marks of Markdown."""
    return " ".join(_MARKS.sub("", text).split())


def word_count(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def stands_alone(sentence: str) -> bool:
    """Whether a sentence can be understood by whoever reads it without its surroundings."""
    text = plain(sentence)
    return (
        _LEAST_WORDS <= word_count(text) <= _MOST_WORDS
        and (text[0].isupper() or text[0].isdigit())
        and text[-1] in ".!"
        and not _OPENS_BADLY.match(text)
        and not _REFERS.search(text)
        and not _FOREIGN.search(text)
        and not _dangling_pronoun(text)
        and all(text.count(a) == text.count(b) for a, b in _PAIRS)
        and text.count('"') % 2 == 0
        and text.count(",") <= _MOST_COMMAS
        and sum(map(str.isalpha, text)) >= _LETTERS * len("".join(text.split()))
    )


def _dangling_pronoun(text: str) -> bool:
    """Whether a pronoun comes before three words that it could stand for."""
    found = _PRONOUN.search(text)
    return found is not None and word_count(text[: found.start()]) < 3


def _of_sentence(part: Excerpt, span: Span, names: frozenset[str]) -> Iterator[Statement]:
    text = part.text[span.start : span.end]
    if word_count(text) > _BARE_WORDS:
        for run in word_runs(part.text, span):
            words = part.text[run.start : run.end]
            if len(words.split()) >= _LEAST_RUN and re.fullmatch(r"[\w\s'’-]+", words):
                yield Statement(part.path, part.start + run.start, words, bare=True)
        return
    marker = _MARKER.match(text)
    skipped = marker.end() if marker else 0
    if stands_alone(text[skipped:]):
        start = part.start + span.start + skipped
        yield Statement(part.path, start, text[skipped:], bare=False, names=names)
