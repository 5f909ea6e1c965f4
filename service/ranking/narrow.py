"""Passages cut to where the evidence is. In: a Pool, a value for each passage. Out: Runs.

Ranked wide, returned narrow: windows of the best passages are scored by what they hold
themselves and by the passages around them; the best become runs, neighbouring ones one run,
and what stands alone takes in a neighbour or two, so that it can be understood. How much is
returned depends on how many windows are nearly as good as the best.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.occurrences import Occurrences
from service.ranking.groups import Groups, Windows
from service.ranking.pool import Floats, Pool, Rows, scaled
from service.ranking.repeats import Repeats

FROM_PASSAGES = 40  # the best ones, whose windows may be joined
OWN_SHARE = 0.4  # of a window's own value, against that of the passage around it
RUN_SHARE = 0.5  # of its best window's score, against the value of its passage
NEIGHBOUR_SHARE = 0.2  # of the better neighbour's score
NEARLY = 0.35  # of the scale: what is less good than the best by more starts no joining
FEWEST, MOST = 5, 40  # windows that are looked at for joining
SHORTEST = 250  # the least length of a run in code points, if it can grow
ALONE = 150  # that of a run of lesser evidence


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring windows that are returned as one; positions in the pool's ``held``.

    ``place`` is the pool's passage it is ranked by, ``first`` to ``last`` (inclusive) its
    windows, ``start`` and ``end`` offsets in the document of that number, ``best`` the score
    of its best window, 0 to 1, and ``value`` what orders the runs.
    """

    place: int
    document: int
    first: int
    last: int
    start: int
    end: int
    best: float
    value: float


def narrow(pool: Pool, fused: Floats, occurrences: Occurrences, most: int) -> list[Run]:
    """The ``most`` runs that hold most evidence, best first; they never overlap."""
    windows, scores, joinable = _lay_out(pool, fused)
    order = np.argsort(-scores, kind="stable")
    groups = Groups(windows, Repeats(occurrences, pool.held.windows.tolist()))
    for window in _nearly_best(scores, order[joinable[order]]):
        if not groups.join(window) and len(groups.extents) < most:
            groups.open(window, SHORTEST)
    groups.unite()
    for window in order.tolist():
        if len(groups.extents) >= most:
            break
        groups.open(window, ALONE)
    values = fused.tolist()
    runs = [_run(windows, values, first, last) for first, last in groups.extents]
    return sorted(runs, key=lambda run: (-run.value, run.first))


def _lay_out(pool: Pool, fused: Floats) -> tuple[Windows, Floats, NDArray[np.bool_]]:
    """The windows, their scores once more, and which are of the best passages, so that they may
    be joined."""
    held = pool.held
    owner = held.owners()
    worst_first = np.argsort(fused[owner], kind="stable")
    owners = np.empty(len(held.windows), dtype=np.int64)
    # Of several passages that hold a window the best is written last, and stays.
    owners[held.places[worst_first]] = owner[worst_first]
    documents = pool.documents[owners]
    around = fused[owners]
    joinable = around >= np.sort(fused)[::-1][:FROM_PASSAGES][-1]
    own = OWN_SHARE * scaled(pool.joint, joinable)
    scores = own + (1 - OWN_SHARE) * scaled(around, joinable)
    follows = np.zeros(len(scores), dtype=np.bool_)
    follows[1:] = (np.diff(held.windows) == 1) & (np.diff(documents) == 0)
    scores = (1 - NEIGHBOUR_SHARE) * scores + NEIGHBOUR_SHARE * _better_beside(scores, follows)
    start, end = held.spans.T.tolist()
    laid = (each.tolist() for each in (documents, owners, follows, scores))
    return Windows(start, end, *laid), scores, joinable


def _better_beside(scores: Floats, follows: NDArray[np.bool_]) -> Floats:
    """The higher score of the windows directly before and after each; 0 without any."""
    before, after = np.zeros_like(scores), np.zeros_like(scores)
    before[1:] = np.where(follows[1:], scores[:-1], 0)
    after[:-1] = np.where(follows[1:], scores[1:], 0)
    return np.maximum(0, np.maximum(before, after))


def _nearly_best(scores: Floats, able: Rows) -> list[int]:
    """Those of the windows ``able``, the best first, that are nearly as good as the best."""
    near = int((scores[able] >= scores[able[0]] - NEARLY).sum())
    found: list[int] = able[: min(MOST, max(FEWEST, near))].tolist()
    return found


def _run(windows: Windows, fused: list[float], first: int, last: int) -> Run:
    held = slice(first, last + 1)
    # Of equal ones the first.
    place = max(windows.owners[held], key=lambda owner: fused[owner])
    # Windows of passages far down are scaled to below 0.
    best = max(0.0, *windows.scores[held])
    return Run(
        place=place,
        document=windows.documents[first],
        first=first,
        last=last,
        start=windows.start[first],
        end=max(windows.end[held]),
        best=best,
        value=(1 - RUN_SHARE) * fused[place] + RUN_SHARE * best,
    )
