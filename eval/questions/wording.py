"""How a question and what answers it are worded. In: texts. Out: their words in common."""

import re
from itertools import takewhile

from index.terms import stem
from service.asking.question import is_function_word

RUN = 4  # words in a row that are no chance
_SHARE = 0.8  # of the quote's content words
_LEAST_WORDS = 4  # content words of a quote; of fewer, a question has to name some
_MOST_STARTS = 5  # of a run in a quote that repeats itself
_MARKS = re.compile(r"[-'’]")
_WORD = re.compile(r"\w+")


def plain_words(text: str) -> list[str]:
    """The words of a text without case; hyphens and apostrophes do not part words."""
    return _WORD.findall(_MARKS.sub("", text.casefold()))


def copied_words(question: str, quote: str) -> str | None:
    """The words that a question copies from its quote; None when it is in words of its own.

    Copied are ``RUN`` words in a row, or four fifths of the quote's content words (their
    stems). Either lets any search by words find the quote, which is no test of it.
    """
    asked, quoted = plain_words(question), plain_words(quote)
    return _copied_run(asked, quoted) or _copied_share(asked, quoted)


def holds_words(text: str, words: str) -> bool:
    """Whether words stand in a text one after the other, case and punctuation aside."""
    wanted = " ".join(plain_words(words))
    if not wanted:
        return words.strip() in text
    return f" {wanted} " in f" {' '.join(plain_words(text))} "


def _copied_run(asked: list[str], quoted: list[str]) -> str | None:
    """The longest run of words in both, if it has ``RUN`` words."""
    starts: dict[tuple[str, ...], list[int]] = {}
    for start in range(len(quoted) - RUN + 1):
        starts.setdefault(tuple(quoted[start : start + RUN]), []).append(start)
    longest: list[str] = []
    for first in range(len(asked) - RUN + 1):
        for start in starts.get(tuple(asked[first : first + RUN]), [])[:_MOST_STARTS]:
            pairs = zip(asked[first:], quoted[start:], strict=False)
            length = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
            longest = max(longest, asked[first : first + length], key=len)
    return " ".join(longest) or None


def _copied_share(asked: list[str], quoted: list[str]) -> str | None:
    content = list(dict.fromkeys(word for word in quoted if not is_function_word(word)))
    stems = set(stem(asked))
    shared = [word for word, root in zip(content, stem(content), strict=True) if root in stems]
    enough = len(content) >= _LEAST_WORDS and len(shared) >= _SHARE * len(content)
    return ", ".join(shared) if enough else None
