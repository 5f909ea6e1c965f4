"""What tells whether a question is answered. In: proved candidates, the question. Out: signals.

Each is a number that is the higher the likelier an answer is; the probabilities rest on them,
and an answer states them, so that it can be told why it is as sure as it is.
"""

from collections.abc import Sequence
from math import log1p, sqrt
from statistics import fmean

from index.generation import Index
from index.terms import terms
from service.answering.expected import holds_expected
from service.answering.select import FROM_PASSAGES, Selection
from service.asking.kind import Kind, names, question_kind, words
from service.citing.prove import Proved
from service.reading.reading import Reading

SCORES = ("dense", "window", "joint", "related", "coverage")
SIGNALS = (*SCORES, "lead", "spread", "named", "known", "typed", "possible", "scarcity")
READ_SIGNALS = ("read", "span")
_RIVALS = 5  # windows that the best one is compared with
_SEARCHED_FOR_KIND = 3  # windows
_FEWEST_WINDOWS = 200


def signals_of(
    question: str,
    proved: Sequence[Proved],
    windows: Sequence[Selection],
    index: Index,
    readings: Sequence[Reading] | None = None,
) -> dict[str, float]:
    """The signals by the names in ``SIGNALS``, and in ``READ_SIGNALS`` when the first passages
    were read; without any passage all are 0.

    ``windows`` are those of ``proved`` as ``ranked_windows`` gives them. Only the first five
    passages count, so that how many are asked for changes nothing.
    ``dense`` to ``coverage`` are the best of these scores; ``lead`` is how far the best window
    is ahead of the five after it, ``spread`` how far the best passage's is ahead of the last
    one's; ``named`` is the greatest share of the question's names that one passage holds and
    ``known`` the share that any text holds, 1 without names; ``typed`` is 1 unless a kind of
    thing is asked for that none of the best windows holds, ``possible`` 1 unless digits are
    asked for and the texts have none. ``scarcity`` falls with the number of windows n as
    ``-sqrt(2 ln(1 + n))``, about how far the greatest of n chance values lies above their mean
    (Fisher and Tippett 1928): the more text, the likelier something is near by chance alone.
    ``read`` is the best of the reader's values for a whole passage, ``span`` for a run in it.
    """
    first = proved[:FROM_PASSAGES]
    stated = SIGNALS if readings is None else (*SIGNALS, *READ_SIGNALS)
    if not first:
        return dict.fromkeys(stated, 0.0)
    kind = question_kind(question)
    found = {name: max(getattr(p.candidate.scores, name) for p in first) for name in SCORES}
    values = sorted((piece.value for p in first for piece in p.candidate.pieces), reverse=True)
    best = [max(piece.value for piece in p.candidate.pieces) for p in first]
    found["lead"] = values[0] - fmean(values[1 : 1 + _RIVALS] or [0.0])
    found["spread"] = max(best) - min(best)
    found["named"], found["known"] = _names(question, first, index)
    found["typed"] = float(_typed(kind, question, first, windows))
    found["possible"] = float(is_possible(kind, index))
    found["scarcity"] = scarcity(index.extent.windows)
    if readings:
        found["read"] = max(reading.answered for reading in readings)
        found["span"] = max(reading.best_span() for reading in readings)
    return {name: round(float(found[name]), 6) for name in stated}


def scarcity(windows: int) -> float:
    """How little text there is: see ``signals_of``. The same for all of fewer than 200 windows,
    the least that it was fitted on."""
    return -sqrt(2 * log1p(max(windows, _FEWEST_WINDOWS)))


def is_possible(kind: Kind, index: Index) -> bool:
    """Whether texts of this form can hold what is asked: a year or a day needs digits."""
    return kind != "day" or index.manifest.text_form.digits > 0


def unknown_names(question: str, index: Index) -> tuple[str, ...]:
    """The names in a question that no text of the index holds."""
    return tuple(name for name in names(question) if not is_held(name, index))


def is_held(word: str, index: Index) -> bool:
    """Whether a text holds a word; one with hyphens also as its parts alone, or as their join."""
    held = [term in index.lexical for term in terms(word)]  # of several the last is the join
    return not held or held[-1] or (len(held) > 1 and all(held[:-1]))


def _names(question: str, proved: Sequence[Proved], index: Index) -> tuple[float, float]:
    asked = [term for name in names(question) for term in terms(name)]
    if not asked:
        return 1.0, 1.0
    held = max(len(set(asked) & set(terms(p.text))) for p in proved)
    known = fmean(term in index.lexical for term in asked)
    return held / len(set(asked)), known


def _typed(
    kind: Kind, question: str, proved: Sequence[Proved], windows: Sequence[Selection]
) -> bool:
    if kind == "other":  # nothing can be missing, so no window has to be looked at
        return True
    asked = frozenset(word.lower() for word in words(question))
    best = windows[:_SEARCHED_FOR_KIND]
    return any(holds_expected(kind, proved[w.place].text_of(w.span), asked) for w in best)
