"""Questions dealt to folds for cross-validation. In: Questions of runs. Out: a fold for each.

Questions that quote one document stand in one fold, over all runs, so that no model is judged
on a document it was fitted on. That cannot be where most questions rest on one document, as
with a single text: there they are dealt one by one. Nothing is drawn at random.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from eval.fitting.examples import Asked, Numbers

FOLDS = 5
_MOST_SHARES = 2  # of a fold's equal share: what may stand together of a run's answerable questions
Group = list[int]


@dataclass(frozen=True, slots=True)
class Dealt:
    """The fold of each question, from 0; how many answerable ones were dealt by document and
    how many one by one."""

    folds: Numbers
    by_document: int
    singly: int


def deal(asked: Sequence[Asked]) -> Dealt:
    """Deal questions to ``FOLDS`` folds of about equal weight, every run weighing the same.

    Documents that one question quotes count as one. A document with more than two fifths of a
    run's answerable questions cannot stand in one fold; its questions are dealt one by one.
    Unanswerable questions take turns. The same words always go to the same fold.
    """
    answerable = [i for i, each in enumerate(asked) if each.question.answerable]
    sizes = Counter(asked[i].run for i in answerable)
    together, loose = [], []
    for group in _by_document(asked, answerable):
        counts = Counter(asked[i].run for i in group)
        if any(FOLDS * n > _MOST_SHARES * sizes[run] for run, n in counts.items()):
            loose += group
        else:
            together.append(group)
    together.sort(key=len, reverse=True)
    folds = np.zeros(len(asked), dtype=np.int64)
    filled = np.zeros(FOLDS)
    for group in [*together, *_by_words(asked, sorted(loose))]:
        emptiest = int(filled.argmin())
        folds[group] = emptiest
        filled[emptiest] += sum(1 / sizes[asked[i].run] for i in group)
    others = (i for i, each in enumerate(asked) if not each.question.answerable)
    for turn, group in enumerate(_by_words(asked, others)):
        folds[group] = turn % FOLDS
    return Dealt(folds, len(answerable) - len(loose), len(loose))


def _by_document(asked: Sequence[Asked], answerable: Sequence[int]) -> list[Group]:
    """Groups of questions that no document joins, in the order of their first questions."""
    pairs = [(q, e.document) for q, i in enumerate(answerable) for e in asked[i].question.expected]
    columns = {path: n for n, path in enumerate(dict.fromkeys(path for _, path in pairs))}
    width = len(answerable) + len(columns)
    ends = [q for q, _ in pairs], [len(answerable) + columns[path] for _, path in pairs]
    joined = coo_array((np.ones(len(pairs)), ends), shape=(width, width))
    labels = connected_components(joined, directed=False)[1]
    groups: dict[int, Group] = {}
    for question, i in enumerate(answerable):
        groups.setdefault(int(labels[question]), []).append(i)
    return list(groups.values())


def _by_words(asked: Sequence[Asked], which: Iterable[int]) -> list[Group]:
    groups: dict[str, Group] = {}
    for i in which:
        groups.setdefault(asked[i].question.question, []).append(i)
    return list(groups.values())
