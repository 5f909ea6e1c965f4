"""Measures of rankings. In: places and what was returned. Out: hit, recall, MRR, MAP, nDCG.

ir-measures (MacAvaney, Macdonald and Ounis 2022) works them out, through trec_eval. What it is
told is relevant depends on the places:

- Quotes: the unit is the passage. A passage is relevant if it is the first to hold a place, with
  the highest grade of the places it is the first to hold, so that a place is credited once
  (novelty as in alpha-nDCG with alpha 1, Clarke et al. 2008). A place that no passage holds is
  a relevant unit that was not retrieved.
- Whole documents, when all of a question's places are such: the unit is the document, and
  passages are reduced to their documents in the order of first appearance.

The depth is that of what was returned; a question with nothing returned gets 0 in each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import AP, RR, R, Success, nDCG

from eval.measures.names import DEPTHS
from eval.measures.ranges import Returned
from eval.questions.place import Place

_MEASURED = {
    **{f"hit@{k}": Success @ k for k in DEPTHS},
    **{f"recall@{k}": R @ k for k in DEPTHS},
    "mrr": RR,
    "map": AP,
    "ndcg@10": nDCG @ 10,
}


@dataclass(frozen=True, slots=True)
class Ranking:
    """Units, best first and each once, and the grades of all that are judged.

    A unit is relevant from grade 1 on; in nDCG its gain is its grade, or 0 below 1.
    """

    grades: Mapping[str, int]
    ranked: Sequence[str]


def rank_units(places: Sequence[Place], returned: Returned) -> Ranking:
    """What was returned for a question, as units that are relevant or not."""
    if any(place.spans for place in places):
        return _passages(places, returned)
    grades: dict[str, int] = {}
    for place in places:
        grades[place.document] = max(place.grade, grades.get(place.document, 0))
    return Ranking(grades, list(dict.fromkeys(path for path, _ in returned)))


def rank_measures(rankings: Sequence[Ranking]) -> list[dict[str, float]]:
    """The measures of every ranking, in their order."""
    if not rankings:
        return []
    judged = {str(n): dict(ranking.grades) for n, ranking in enumerate(rankings)}
    # Falling scores: ir_measures ranks by score, and would order equal ones by name.
    runs = {
        str(n): {unit: float(-rank) for rank, unit in enumerate(ranking.ranked)}
        for n, ranking in enumerate(rankings)
    }
    names = {measure: name for name, measure in _MEASURED.items()}
    values: list[dict[str, float]] = [{} for _ in rankings]
    for found in ir_measures.iter_calc(list(names), judged, runs):
        values[int(found.query_id)][names[found.measure]] = float(found.value)
    return values


def _passages(places: Sequence[Place], returned: Returned) -> Ranking:
    ranked = [f"passage {rank}" for rank in range(1, len(returned) + 1)]
    grades: dict[str, int] = {}
    for number, place in enumerate(places):
        holding = (
            unit
            for unit, (path, item) in zip(ranked, returned, strict=True)
            if place.held_by(path, item.start, item.end)
        )
        unit = next(holding, f"place {number}")
        grades[unit] = max(place.grade, grades.get(unit, 0))
    return Ranking(grades, ranked)
