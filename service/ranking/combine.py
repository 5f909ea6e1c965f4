"""What speaks for a passage, summed. In: a Pool, weights. Out: one value for each passage.

The weights are data: ``ranking.json`` with the questions they were fitted on and the command
that refits them. Values are brought to 0..1 over the pool and summed with weights (the
convex combination of Bruch, Gai and Ingber 2023), so the sum lies in 0..1 too.
"""

import json
from dataclasses import dataclass
from importlib import resources
from math import inf
from pathlib import Path

import numpy as np

from service.errors import SettingsInvalid
from service.ranking.pool import FEATURES, Floats, Pool, scaled


@dataclass(frozen=True, slots=True)
class Ranking:
    """The weight of each value by the names in ``FEATURES``; none below 0, 1 in all."""

    weights: dict[str, float]

    def parts(self, pool: Pool) -> Floats:
        """What each value adds for each passage, shape ``(FEATURES, passages)``."""
        added = [self.weights[name] * scaled(pool.values[name]) for name in FEATURES]
        return np.array(added)


def load_ranking(file: Path | None = None) -> Ranking:
    """The weights in ``file``, or those that ship with citewell.

    Raises ``SettingsInvalid`` when the file does not give a weight for each feature.
    """
    try:
        shipped = resources.files("service.ranking").joinpath("ranking.json")
        stated = json.loads((file or shipped).read_text("utf-8"))["weights"]
        weights = {name: float(stated[name]) for name in FEATURES}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsInvalid(
            f"{file} gives no weights for ranking ({error!r}); make one with `citewell eval fit`"
        ) from error
    whole = sum(weights.values())
    if set(stated) != set(FEATURES) or (
        not all(0 <= weight < inf for weight in weights.values()) or not 0 < whole < inf
    ):
        raise SettingsInvalid(
            f"{file} must give {', '.join(FEATURES)}, none below 0 and one above; "
            "make one with `citewell eval fit`"
        )
    return Ranking({name: weight / whole for name, weight in weights.items()})
