"""Figures in groups, as reports show them. In: figures by measure. Out: Groups of Figures."""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.measures.names import DEPTHS, NAMES, Name
from eval.statistics.interval import Estimate

_CHARACTERS = [
    f"{part}_{name}"
    for part in ("passages", "highlights", "quotes")
    for name in ("precision", "recall", "iou")
]
_MEASURES: dict[str, list[str]] = {
    "Answers to answerable questions": [
        "answered",
        "false_abstention",
        "evidence_in_answer",
        "evidence_in_first",
        "brief",
        "exact_match",
        "token_f1",
        "answer_contained",
    ],
    "Retrieval for answerable questions": [
        *(f"{name}@{depth}" for name in ("hit", "recall") for depth in DEPTHS),
        "mrr",
        "map",
        "ndcg@10",
    ],
    "Characters found of the expected text": _CHARACTERS,
    "Citations": ["verified", "citation_precision", "citation_recall"],
    "Unanswerable questions": ["refused", "false_answer"],
    "Probabilities": ["auroc", "aurc", "ece", "brier", "passage_ece", "passage_brier"],
    "Latency": ["latency_p50", "latency_p95", "latency_p99"],
}
_OTHERS = "Other figures"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its name, what that means, and its place on the group's scale.

    ``top`` is the value at the right end of the scale, which begins at 0.
    """

    measure: str
    name: Name
    value: Estimate
    top: float

    @property
    def anchor(self) -> str:
        """The id of the definition in the page."""
        return "measure-" + self.measure.replace("@", "-at-")


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together; none is without figures."""

    title: str
    figures: tuple[Figure, ...]


def grouped(figures: Mapping[str, Estimate]) -> tuple[Group, ...]:
    """Every figure in its group, in the groups' order; unknown ones come last."""
    known = {name for names in _MEASURES.values() for name in names}
    others = [name for name in figures if name not in known]
    sorted_in = {**_MEASURES, _OTHERS: others}
    groups = [(title, [n for n in names if n in figures]) for title, names in sorted_in.items()]
    return tuple(_group(title, names, figures) for title, names in groups if names)


def named(measure: str) -> Name:
    """What a measure is called; one without an entry is called as in the records."""
    return NAMES.get(measure) or Name(measure, "A measure of this run that has no definition.")


def mean(figure: Figure) -> str:
    """The mean, in its unit."""
    return _written(figure, figure.value.mean) + _unit(figure)


def interval(figure: Figure) -> str:
    """Both ends of the interval, in their unit."""
    low, high = _written(figure, figure.value.low), _written(figure, figure.value.high)
    return f"{low} to {high}{_unit(figure)}"


def _written(figure: Figure, value: float) -> str:
    return f"{value:.1f}" if figure.name.unit == "ms" else f"{value:.3f}"


def _unit(figure: Figure) -> str:
    return " ms" if figure.name.unit == "ms" else ""


def _group(title: str, names: list[str], figures: Mapping[str, Estimate]) -> Group:
    longest = max(figures[name].high for name in names)
    return Group(
        title,
        tuple(
            Figure(name, named(name), figures[name], 1.0 if named(name).unit == "rate" else longest)
            for name in names
        ),
    )
