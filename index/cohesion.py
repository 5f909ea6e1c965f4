"""Breaks for text that has no sentence marks. In: a run of words. Out: spans of words.

After TextTiling (Hearst 1997): a good break is a gap with few words in common on its two
sides. Here every gap between two words is scored, a gap inside a word pair that recurs in
the text ("soviet union") is a bad one, and dynamic programming picks the cheapest sequence
of breaks whose pieces have between ``LEAST`` and ``MOST`` words.
"""

import re
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.passage import Span

LEAST, PREFERRED, MOST = 8, 14, 24
_WINDOW = 12  # words compared on each side of a gap
_PAIR_COST = 0.5
_LENGTH_COST = 0.004
_WORD = re.compile(r"\S+")
_LONG_WORD = 400  # characters; beyond it a "word" is a script without spaces, or data


def word_runs(text: str, span: Span) -> list[Span]:
    """Cut a long run of words into spans of ``LEAST`` to ``MOST`` words at the best gaps.

    A word longer than 400 characters is cut, since nothing else can be done with it.
    """
    words = [piece for m in _WORD.finditer(text, span.start, span.end) for piece in _cut_word(m)]
    if len(words) <= MOST:
        return [Span(words[0].start, words[-1].end)] if words else []
    ends = _cheapest_breaks(_gap_costs([text[w.start : w.end].lower() for w in words]))
    starts = [0, *ends[:-1]]
    return [Span(words[a].start, words[b - 1].end) for a, b in zip(starts, ends, strict=True)]


def _cut_word(match: re.Match[str]) -> list[Span]:
    start, end = match.span()
    return [Span(s, min(s + _LONG_WORD, end)) for s in range(start, end, _LONG_WORD)]


def _gap_costs(words: list[str]) -> NDArray[np.float64]:
    """For each i in 0..n: the cost of a break before word i (0 and n cost nothing)."""
    n = len(words)
    pairs = Counter(pairwise(words))
    costs = np.zeros(n + 1)
    for gap in range(1, n):
        left = set(words[max(0, gap - _WINDOW) : gap])
        right = set(words[gap : gap + _WINDOW])
        costs[gap] = len(left & right) / min(len(left), len(right))
        if pairs[(words[gap - 1], words[gap])] > 1:
            costs[gap] += _PAIR_COST
    return costs


def _cheapest_breaks(costs: NDArray[np.float64]) -> list[int]:
    """The ends (exclusive word positions) of the pieces; the last is the number of words."""
    n = len(costs) - 1
    lengths = np.arange(LEAST, MOST + 1)
    penalty = _LENGTH_COST * (lengths - PREFERRED) ** 2
    best = np.full(n + 1, np.inf)
    best[0] = 0.0
    previous = np.zeros(n + 1, dtype=np.int64)
    for end in range(LEAST, n + 1):
        usable = lengths[lengths <= end]
        totals = best[end - usable] + penalty[: len(usable)]
        choice = int(np.argmin(totals))
        best[end] = totals[choice] + costs[end]
        previous[end] = end - usable[choice]
    ends = [n]
    while previous[ends[-1]] > 0:
        ends.append(int(previous[ends[-1]]))
    return ends[::-1]
