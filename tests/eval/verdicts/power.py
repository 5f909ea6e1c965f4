"""How often the gate fails. In: nothing. Out: a table, by ``python -m tests.eval.verdicts.power``.

300 simulated questions, 60 of them unanswerable, with the gate's measures. Chance changes about
12 % of the answerable questions' ranking either way alike, and a little of everything else, so
that measures agree as they do in runs. ``share_failed`` counts gates in which a measure's
corrected p-value is below 0.05.
"""

import sys

import numpy as np
from numpy.typing import NDArray

from eval.statistics.paired import holm
from eval.verdicts.floors import GATE_MEASURES, SIGNIFICANCE
from eval.verdicts.stepdown import falls

N, ANSWERABLE = 300, 240
WORSE, BETTER = 25, 10
SCENARIOS = {
    "equal": "equal runs but for chance",
    "evidence": "25 worse, 10 better in the evidence; chance in the rest",
    "only evidence": "25 worse, 10 better in the evidence; the rest as before",
    "ranking": "25 worse, 10 better in hit@5, mrr and evidence; chance in the rest",
    "drawn": "each question worse with 25/300, better with 10/300, in the evidence only",
}
_EVIDENCE = GATE_MEASURES.index("evidence_in_answer")


def share_failed(scenario: str, gates: int, resamples: int, *, by_holm: bool = False) -> float:
    """The share of gates that fail; ``by_holm`` for Holm's correction instead of the gate's."""
    random = np.random.default_rng(20261123)
    failed = 0
    for _ in range(gates):
        changes = _changes(scenario, random)
        if by_holm:
            p = holm([falls(column[:, None], resamples)[0] for column in changes.T])
        else:
            p = falls(changes, resamples)
        failed += min(p) < SIGNIFICANCE
    return failed / gates


def _changes(scenario: str, random: np.random.Generator) -> NDArray[np.float64]:
    """(questions, measures) in the order of ``GATE_MEASURES``."""
    only_evidence = scenario in ("only evidence", "drawn")
    changes = np.zeros((N, len(GATE_MEASURES))) if only_evidence else _by_chance(random)
    planted = np.zeros(ANSWERABLE)
    picked = random.permutation(ANSWERABLE)[: WORSE + BETTER]
    planted[picked[:WORSE]], planted[picked[WORSE:]] = -1, 1
    if scenario == "drawn":
        rates = [WORSE / N, 1 - (WORSE + BETTER) / N, BETTER / N]
        changes[:, _EVIDENCE] = random.choice([-1, 0, 1], size=N, p=rates)
    elif scenario != "equal":
        changes[:ANSWERABLE, _EVIDENCE] = planted
    if scenario == "ranking":
        changes[:ANSWERABLE, GATE_MEASURES.index("hit@5")] = planted
        changes[:ANSWERABLE, GATE_MEASURES.index("mrr")] = planted / 2
    return changes


def _by_chance(random: np.random.Generator) -> NDArray[np.float64]:
    changes = np.zeros((N, len(GATE_MEASURES)))
    moved = _either_way(random, ANSWERABLE, 0.12)
    slight = _either_way(random, ANSWERABLE, 0.25) * random.choice([0.05, 0.17, 0.5], ANSWERABLE)
    columns = {
        "hit@5": moved * (random.random(ANSWERABLE) < 0.8),
        "mrr": 0.4 * moved + slight,
        "evidence_in_answer": moved * (random.random(ANSWERABLE) < 0.6),
        "answered": _either_way(random, ANSWERABLE, 0.06),
        "citation_precision": _either_way(random, ANSWERABLE, 0.15)
        * random.choice([0.5, 1], ANSWERABLE),
    }
    for measure, values in columns.items():
        changes[:ANSWERABLE, GATE_MEASURES.index(measure)] = values
    changes[ANSWERABLE:, GATE_MEASURES.index("refused")] = _either_way(random, N - ANSWERABLE, 0.12)
    return changes


def _either_way(random: np.random.Generator, n: int, share: float) -> NDArray[np.float64]:
    drawn: NDArray[np.float64] = random.choice(
        [-1.0, 0.0, 1.0], n, p=[share / 2, 1 - share, share / 2]
    )
    return drawn


def main() -> None:
    """Print the share of failed gates by scenario, beside Holm's correction."""
    sys.stdout.write("| runs | gates | fail | fail by Holm |\n|---|---:|---:|---:|\n")
    for scenario, described in SCENARIOS.items():
        gates = 2000 if scenario == "equal" else 1000
        shares = [share_failed(scenario, gates, 1999, by_holm=holms) for holms in (False, True)]
        sys.stdout.write(f"| {described} | {gates} | {shares[0]:.3f} | {shares[1]:.3f} |\n")


if __name__ == "__main__":
    main()
