"""Files of floors. In: TOML. Out: Rules, checked.

::

    [gate]                      # all optional
    significance = 0.05
    measures = ["hit@5", "mrr"] # compared with a baseline
    part = "test"               # or "tuning", "all"
    bound = "mean"              # or "interval": the pessimistic end of the 95 % interval
    [floors]                    # at least; where lower is better, at most
    "hit@5" = 0.95
    latency_p95 = 200           # ms
    [floors.tags.hard]
    "hit@5" = 0.90
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.errors import FloorsInvalid
from eval.measures.names import NAMES
from eval.verdicts.pairs import PER_QUESTION

PartName = Literal["test", "tuning", "all"]
Bound = Literal["mean", "interval"]
# One for each thing that can become worse: more of them cost power. Citations that are not
# verbatim are not among them; they always fail.
GATE_MEASURES = ("hit@5", "mrr", "evidence_in_answer", "answered", "refused", "citation_precision")
SIGNIFICANCE = 0.05


@dataclass(frozen=True, slots=True)
class Floor:
    """The least a figure may be, of all questions (``tag`` None) or of those with a tag.

    Where lower is better, it is the most.
    """

    measure: str
    limit: float
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run has to meet. ``part`` None is the test part where there is one, else all."""

    significance: float = SIGNIFICANCE
    measures: tuple[str, ...] = GATE_MEASURES
    part: PartName | None = None
    bound: Bound = "mean"
    floors: tuple[Floor, ...] = ()

    def with_stated(self, part: PartName | None, significance: float | None) -> "Rules":
        """The rules with what a flag states instead."""
        return replace(self, part=part or self.part, significance=significance or self.significance)


class _Gate(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    significance: Annotated[float, Field(gt=0, le=0.5)] = SIGNIFICANCE
    measures: Annotated[list[str], Field(min_length=1)] = list(GATE_MEASURES)
    part: PartName | None = None
    bound: Bound = "mean"


_Limits = dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]]


class _Floors(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True)

    __pydantic_extra__: _Limits = Field(init=False)
    tags: dict[str, _Limits] = {}


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    gate: _Gate = _Gate()
    floors: _Floors = _Floors()


def read_rules(file: Path) -> Rules:
    """The rules that a file states; raises ``FloorsInvalid`` naming everything wrong in it."""
    try:
        stated = _File.model_validate(tomllib.loads(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise FloorsInvalid(f"{file} cannot be read ({error}); name a file of floors") from error
    except tomllib.TOMLDecodeError as error:
        raise FloorsInvalid(
            f"{file} is no TOML ({error}); correct it (names with @ stand in quotes)"
        ) from error
    except ValidationError as error:
        raise FloorsInvalid(_listed(file, list(_reasons(error)))) from error
    floors = tuple(_floors(stated.floors))
    wrong = list(_unknown(stated.gate.measures, floors))
    if wrong:
        raise FloorsInvalid(_listed(file, wrong))
    gate = stated.gate
    return Rules(gate.significance, tuple(gate.measures), gate.part, gate.bound, floors)


def _floors(stated: _Floors) -> Iterator[Floor]:
    tables: list[tuple[str | None, Mapping[str, Any]]] = [
        (None, stated.model_extra or {}),
        *stated.tags.items(),
    ]
    for tag, limits in tables:
        for measure, limit in limits.items():
            yield Floor(measure, float(limit), tag)


def _unknown(measures: list[str], floors: tuple[Floor, ...]) -> Iterator[str]:
    """What names no measure, and rates that can never be."""
    if unknown := [name for name in measures if name not in PER_QUESTION]:
        yield (
            f"gate.measures: {', '.join(map(repr, unknown))} is no measure of a question; there "
            f"are {', '.join(PER_QUESTION)}"
        )
    if repeated := sorted({name for name in measures if measures.count(name) > 1}):
        yield f"gate.measures: {', '.join(repeated)} is named more than once"
    if unknown := sorted({floor.measure for floor in floors if floor.measure not in NAMES}):
        yield (
            f"floors: {', '.join(map(repr, unknown))} is no measure; there are {', '.join(NAMES)}"
        )
    for floor in floors:
        if floor.measure in NAMES and NAMES[floor.measure].unit == "rate" and floor.limit > 1:
            yield f"floors: {floor.measure} is a rate from 0 to 1, and can never be {floor.limit:g}"


def _reasons(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        yield f"{'.'.join(map(str, each['loc']))}: {each['msg']}"


def _listed(file: Path, wrong: list[str]) -> str:
    return f"{file} cannot be used; correct it:\n  " + "\n  ".join(wrong)
